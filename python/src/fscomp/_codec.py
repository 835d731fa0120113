from __future__ import annotations

import ctypes
from typing import Any

from . import _library
from ._errors import ArchiveError
from ._library import Bytes, CallLock, Handle, Input, Output, lib
from ._options import ModelLike, Options, ProgressFunction


def compress(
    data: Any, *, level: int = 6, block_size: int | None = None, seekable: bool = False,
    index: str | None = None, lanes: int | None = None, network: str | None = None,
    threads: int = 1, model: ModelLike = None, progress: ProgressFunction = None,
) -> bytes:
    """Compresses bytes into an archive.

    Args:
        data: anything with contiguous bytes.
        level: 1 (quick) ... 9 (small).
        block_size: plain bytes in a block; None: as the level has it.
        seekable: blocks of 64 KiB, for quick access to any part.
        index: "lines" stores where lines are, so that they are quickly found by number.
        lanes: in a block, a power of two; None: as the level has it.
        network: blocks that the network takes part in: "auto" (those it knows something of), "on",
            "off"; None: as the level has it.
        threads: blocks to work on at the same time; 0: one for each processor. Never changes the
            archive.
        model: a `Model`, the path of a model file, or the name of an installed one.
        progress: called with the plain and archive bytes that have been worked on; True ends it.
    """
    options = Options(
        level=level, block_size=block_size, seekable=seekable, index=index, lanes=lanes,
        network=network, threads=threads, model=model, progress=progress)
    with Bytes(data) as source:
        room = ctypes.create_string_buffer(max(lib.compress_bound(options, source.size), 1))
        written = ctypes.c_size_t()
        options.check(
            lib.compress(
                options, source.address, source.size, room, len(room), ctypes.byref(written)))
    return ctypes.string_at(room, written.value)


def decompress(
    data: Any, *, threads: int = 1, memory_limit: int | None = None, max_size: int | None = None,
    model: ModelLike = None, progress: ProgressFunction = None,
) -> bytes:
    """Decompresses an archive of any number of frames.

    Args:
        memory_limit: bytes for the blocks at work, besides the result.
        max_size: a larger result is an `OverflowError`, before any work.
        model: one more to choose from, beside the one in the library and the installed ones.

    Raises:
        ArchiveError: it is damaged, or none.
    """
    options = Options(
        threads=threads, memory_limit=memory_limit, model=model, progress=progress)
    with Bytes(data) as source:
        size = ctypes.c_uint64()
        options.check(lib.plain_size(source.address, source.size, ctypes.byref(size)))
        if max_size is not None and size.value > max_size:
            raise OverflowError(f"the archive holds {size.value} bytes, more than {max_size}")
        # Taken when it is written to, so that an archive which lies about its size costs nothing.
        room = bytearray(size.value)
        written = ctypes.c_size_t()
        with Bytes(room, writable=True) as target:
            options.check(
                lib.decompress(
                    options, source.address, source.size, target.address, target.size,
                    ctypes.byref(written)))
    if written.value < len(room):
        del room[written.value:]
    return bytes(room)


class _Stream:
    """Bytes in, bytes out. One call at a time: others wait."""

    _chunk = 1 << 16

    def __init__(self, handle: Handle, process: Any, options: Options) -> None:
        self._handle = handle
        self._process = process
        self._options = options
        self._lock = CallLock()
        self._room = ctypes.create_string_buffer(self._chunk)

    def _run(self, data: Any, directive: int) -> bytes:
        parts: list[bytes] = []
        with self._lock, Bytes(data) as source:
            given = Input(source.address, source.size, 0)
            while True:
                output = Output(ctypes.addressof(self._room), self._chunk, 0)
                result = self._process(
                    self._handle, ctypes.byref(given), ctypes.byref(output), directive)
                if output.pos:
                    parts.append(ctypes.string_at(self._room, output.pos))
                if result == _library.HAS_OUTPUT:
                    continue
                try:
                    self._options.check(result)
                except ArchiveError as error:
                    error.intact = b"".join(parts)
                    raise
                return b"".join(parts)

    def __reduce__(self) -> Any:
        raise TypeError(f"a {type(self).__name__} cannot be pickled: it is in the middle of work")


class Compressor(_Stream):
    """Compresses a stream, piece by piece. Takes the arguments of `compress`."""

    def __init__(
        self, *, level: int = 6, block_size: int | None = None, seekable: bool = False,
        index: str | None = None, lanes: int | None = None, network: str | None = None,
        threads: int = 1, model: ModelLike = None, progress: ProgressFunction = None,
    ) -> None:
        options = Options(
            level=level, block_size=block_size, seekable=seekable, index=index, lanes=lanes,
            network=network, threads=threads, model=model, progress=progress)
        super().__init__(
            Handle(lib.compressor_new, lib.compressor_free, options), lib.compressor_process,
            options)

    def compress(self, data: Any) -> bytes:
        """Takes bytes, and returns what is done of the archive meanwhile, which may be nothing."""
        return self._run(data, _library.CONTINUE)

    def flush(self) -> bytes:
        """Ends the block, so that all bytes so far can be decompressed, and returns the archive
        behind what was returned before. Small blocks compress less well."""
        return self._run(b"", _library.FLUSH)

    def finish(self) -> bytes:
        """Ends the archive, and returns the rest of it."""
        return self._run(b"", _library.END)


class Decompressor(_Stream):
    """Decompresses an archive, piece by piece. Takes the arguments of `decompress`."""

    def __init__(
        self, *, threads: int = 1, memory_limit: int | None = None, model: ModelLike = None,
        progress: ProgressFunction = None,
    ) -> None:
        options = Options(
            threads=threads, memory_limit=memory_limit, model=model, progress=progress)
        super().__init__(
            Handle(lib.decompressor_new, lib.decompressor_free, options),
            lib.decompressor_process, options)

    def decompress(self, data: Any) -> bytes:
        """Takes bytes, and returns what is decompressed meanwhile, which may be nothing.

        Raises:
            ArchiveError: its `intact` is what comes before the damage and was not returned.
        """
        return self._run(data, _library.CONTINUE)

    def flush(self) -> bytes:
        """Waits for all blocks that are there completely, and returns what is in them."""
        return self._run(b"", _library.FLUSH)

    def finish(self) -> bytes:
        """Says that the archive ends here, and returns the rest of what is in it.

        Raises:
            ArchiveError: as `decompress` does.
        """
        return self._run(b"", _library.END)
