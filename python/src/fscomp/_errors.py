from __future__ import annotations


class FscompError(Exception):
    """What went wrong in the library."""

    def __init__(
        self, message: str, code: int, name: str, block: int | None = None,
        offset: int | None = None,
    ) -> None:
        super().__init__(message)
        #: A number that never changes its meaning, as in fscomp.h.
        self.code = code
        #: Its name there, such as "FSCOMP_ERROR_TRUNCATED".
        self.name = name
        #: Of archives: the block concerned, counted from 1 over all frames.
        self.block = block
        #: Of archives: where the damaged item begins.
        self.offset = offset

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.code, self.name, self.block, self.offset)


class ArchiveError(FscompError, ValueError):
    """An archive, or a part of it, cannot be read."""

    #: Plain bytes before the damage that the call had come to, and nobody was given.
    intact: bytes = b""


class ModelError(FscompError):
    """A model is not to be had, or not to be used."""


class Cancelled(FscompError):
    """A progress function asked for the end."""


def error_class(code: int) -> type[FscompError]:
    if code in (-112, -113):
        return ModelError
    if code <= -101:
        return ArchiveError
    return Cancelled if code == -3 else FscompError
