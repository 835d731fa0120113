from __future__ import annotations

import builtins
import io
import os
from typing import Any, BinaryIO, List, Literal, Union, overload

from ._archive import FileLike, Reader
from ._codec import Compressor, Decompressor
from ._errors import ArchiveError
from ._options import ModelLike

_Mode = Literal["r", "rb", "w", "wb", "x", "xb", "a", "ab"]


class FscompFile(io.BufferedIOBase):
    """A compressed file, as what it holds.

    Reading from a file that can seek goes by the archive's index: any part costs the blocks that it
    is in. From others, such as pipes, an archive is read from its beginning to its end. Appending
    adds a frame.
    """

    def __init__(
        self, file: FileLike, mode: str = "rb", *, level: int = 6,
        block_size: int | None = None, seekable: bool = False, index: str | None = None,
        threads: int = 1, model: ModelLike = None, memory_limit: int | None = None,
    ) -> None:
        self._raw: io.BufferedReader | None = None
        #: Where reading goes by the index.
        self._archive: Reader | None = None
        self._compressor: Compressor | None = None
        kind = mode.replace("b", "")
        if kind not in ("r", "w", "x", "a"):
            raise ValueError(f"mode {mode!r} is not r, w, x or a")
        self.mode = kind + "b"
        self._owns_file = isinstance(file, (str, os.PathLike))
        self._file: Any = (
            builtins.open(file, self.mode) if isinstance(file, (str, os.PathLike)) else file)
        self._position = 0
        try:
            if kind == "r":
                self._raw = self._reading(threads, memory_limit, model)
            else:
                self._compressor = Compressor(
                    level=level, block_size=block_size, seekable=seekable, index=index,
                    threads=threads, model=model)
        except BaseException:
            if self._owns_file:
                self._file.close()
            raise

    def _reading(
        self, threads: int, memory_limit: int | None, model: ModelLike
    ) -> io.BufferedReader:
        raw: io.RawIOBase
        if _can_seek(self._file):
            self._archive = Reader(
                self._file, threads=threads, memory_limit=memory_limit, model=model)
            raw = _SeekableReader(self._archive)
        else:
            decompressor = Decompressor(threads=threads, memory_limit=memory_limit, model=model)
            raw = _StreamReader(self._file, decompressor)
        return io.BufferedReader(raw, 1 << 16)

    @property
    def name(self) -> Any:
        return getattr(self._file, "name", None)

    @property
    def closed(self) -> bool:
        return self._raw is None and self._compressor is None

    def _reader(self) -> io.BufferedReader:
        self._check_open()
        if self._raw is None:
            raise io.UnsupportedOperation("the file is not open for reading")
        return self._raw

    def _writer(self) -> Compressor:
        self._check_open()
        if self._compressor is None:
            raise io.UnsupportedOperation("the file is not open for writing")
        return self._compressor

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")

    def readable(self) -> bool:
        self._check_open()
        return self._raw is not None

    def writable(self) -> bool:
        self._check_open()
        return self._compressor is not None

    def seekable(self) -> bool:
        self._check_open()
        return self._raw is not None and self._raw.seekable()

    def fileno(self) -> int:
        """Of the compressed file."""
        self._check_open()
        number: int = self._file.fileno()
        return number

    def read(self, size: int | None = -1) -> bytes:
        return self._reader().read(size)

    def read1(self, size: int = -1) -> bytes:
        return self._reader().read1(size)

    def readinto(self, buffer: Any) -> int:
        return self._reader().readinto(buffer)

    def readinto1(self, buffer: Any) -> int:
        return self._reader().readinto1(buffer)

    def readline(self, size: int | None = -1) -> bytes:
        return self._reader().readline(-1 if size is None else size)

    def lines(self, first: int, count: int = 1) -> List[bytes]:
        """Lines by their numbers, counted from 0, each with the line feed that ends it; fewer at the
        end. Does not move the position.

        Decodes the blocks that hold them, of a file that was written with ``index="lines"``, and
        all blocks up to there of any other.
        """
        self._reader()
        if self._archive is None:
            raise io.UnsupportedOperation("lines are found in files that can seek only")
        return self._archive.lines(first, count)

    def peek(self, size: int = 0) -> bytes:
        return self._reader().peek(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._reader().seek(offset, whence)

    def tell(self) -> int:
        """In what the file holds."""
        self._check_open()
        return self._position if self._raw is None else self._raw.tell()

    def write(self, data: Any) -> int:
        self._put(self._writer().compress(data))
        size = memoryview(data).nbytes
        self._position += size
        return size

    def flush(self) -> None:
        """Has what was compressed so far written. Does not end a block: see `flush_block`."""
        if self._compressor is not None:
            self._file.flush()

    def flush_block(self) -> None:
        """Ends the block, so that all that was written so far can be read by others. Small blocks
        compress less well."""
        self._put(self._writer().flush())
        self._file.flush()

    def close(self) -> None:
        if self.closed:
            return
        try:
            if self._compressor is not None:
                self._put(self._compressor.finish())
                self._file.flush()
            elif self._raw is not None:
                self._raw.close()
        finally:
            self._raw = self._compressor = None
            if self._owns_file:
                self._file.close()

    def _put(self, archive: bytes) -> None:
        if archive:
            self._file.write(archive)

    def __exit__(self, kind: Any, *_: object) -> None:
        if kind is not None and self._compressor is not None:
            # What was not written completely must not look as if it were.
            self._compressor = None
            if self._owns_file:
                self._file.close()
        self.close()

    def __reduce__(self) -> Any:
        raise TypeError("an FscompFile cannot be pickled: it is an open file")


def _can_seek(file: Any) -> bool:
    try:
        return bool(file.seekable())
    except (AttributeError, ValueError):
        return False


class _SeekableReader(io.RawIOBase):
    """Goes by the index."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._size = reader.plain_size
        self._position = 0
        self._block = range(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Up to the end of a block: whoever reads a line should not pay for the block behind it."""
        if self._position not in self._block:
            block = self._reader.block_at(self._position)
            if block is None:
                return 0
            self._block = range(block.plain_offset, block.plain_offset + block.plain_size)
        room = memoryview(buffer).cast("B")[: self._block.stop - self._position]
        count = self._reader.readinto(self._position, room)
        self._position += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"negative seek position {base + offset}")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def close(self) -> None:
        if not self.closed:
            self._reader.close()
        super().close()


class _StreamReader(io.RawIOBase):
    """Reads from the beginning to the end."""

    def __init__(self, file: BinaryIO, decompressor: Decompressor) -> None:
        self._file = file
        self._decompressor = decompressor
        self._ready = b""
        self._failure: ArchiveError | None = None
        self._is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._is_at_end:
            if self._failure is not None:
                raise self._failure
            try:
                self._read_more()
            except ArchiveError as failure:
                # What is intact comes first.
                self._ready, self._failure = failure.intact, failure
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _read_more(self) -> None:
        data = self._file.read(1 << 16)
        if data:
            self._ready = self._decompressor.decompress(data)
        else:
            self._ready = self._decompressor.finish()
            self._is_at_end = True


@overload
def open(file: FileLike, mode: _Mode = "rb", **options: Any) -> FscompFile: ...


@overload
def open(
    file: FileLike, mode: str, *, encoding: str | None = None, errors: str | None = None,
    newline: str | None = None, **options: Any,
) -> Union[FscompFile, io.TextIOWrapper]: ...


def open(
    file: FileLike, mode: str = "rb", *, encoding: str | None = None, errors: str | None = None,
    newline: str | None = None, **options: Any,
) -> Union[FscompFile, io.TextIOWrapper]:
    """Opens a compressed file as what it holds.

    Args:
        file: a path, or a file that is open for bytes.
        mode: "rb" (or "r"), "wb", "xb", "ab"; "rt", "wt", "xt", "at" for text.
        encoding, errors, newline: of text, as the built-in `open` takes them.
        options: those of `FscompFile`.
    """
    if "t" not in mode:
        if (encoding, errors, newline) != (None, None, None):
            raise ValueError("encoding, errors and newline are for text: mode has no t")
        return FscompFile(file, mode, **options)
    if "b" in mode:
        raise ValueError(f"mode {mode!r} is both text and binary")
    binary = FscompFile(file, mode.replace("t", "b"), **options)
    return io.TextIOWrapper(binary, encoding, errors, newline)
