from __future__ import annotations

import ctypes
import io
import os
from dataclasses import dataclass
from typing import Any, BinaryIO, Iterable, List, Union

from . import _library
from ._errors import FscompError
from ._library import Bytes, CallLock, Handle, Source, lib
from ._options import ModelLike, Options

#: A path, or a file that is open for reading bytes and can seek.
FileLike = Union[str, "os.PathLike[str]", BinaryIO]


@dataclass(frozen=True)
class Block:
    """Where a block is: in the archive, and in what it holds."""

    offset: int
    archive_size: int
    plain_offset: int
    plain_size: int
    #: Line feeds in its content; None where no index of lines is stored.
    newlines: int | None = None


@dataclass(frozen=True)
class Frame:
    """A frame: archives that were joined have several."""

    offset: int
    archive_size: int
    plain_size: int
    #: By which it names its model: sixteen hexadecimal digits.
    model_id: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Archive:
    """What an archive consists of, as its indexes say."""

    frames: tuple[Frame, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Those of all frames, in order."""
        return tuple(block for frame in self.frames for block in frame.blocks)

    @property
    def plain_size(self) -> int:
        return sum(frame.plain_size for frame in self.frames)

    @property
    def archive_size(self) -> int:
        """Of the frames, without the zeros that may follow them."""
        return sum(frame.archive_size for frame in self.frames)


class _Origin:
    """A file that the library reads from anywhere."""

    def __init__(self, file: FileLike) -> None:
        self._owns_file = isinstance(file, (str, os.PathLike))
        self._file: Any = open(file, "rb") if isinstance(file, (str, os.PathLike)) else file
        #: What the file raised: told to the caller, not to the library.
        self.failure: BaseException | None = None
        # Kept: the library has its address only.
        self._callback = _library.READ_AT(self._read_at)
        size = self._file.seek(0, os.SEEK_END)
        self.source = Source(ctypes.sizeof(Source), size, self._callback, None)

    def _read_at(self, _: Any, offset: int, buffer: int, count: int) -> int:
        try:
            self._file.seek(offset)
            room = memoryview((ctypes.c_char * count).from_address(buffer)).cast("B")
            if hasattr(self._file, "readinto"):
                return self._file.readinto(room) or 0
            data = self._file.read(count)
            room[:len(data)] = data
            return len(data)
        except BaseException as failure:
            self.failure = failure
            return -1

    def close(self) -> None:
        if self._owns_file:
            self._file.close()


class Reader:
    """Reads from anywhere in an archive: only the index and the blocks that hold what is wanted.

    A few blocks are kept. For one call at a time: others wait.
    """

    def __init__(
        self, file: FileLike, *, threads: int = 1, memory_limit: int | None = None,
        model: ModelLike = None,
    ) -> None:
        self._lock = CallLock()
        self._origin = _Origin(file)
        try:
            self._options = Options(threads=threads, memory_limit=memory_limit, model=model)
            source = ctypes.byref(self._origin.source)
            self._handle = self._checked(
                lambda: Handle(lib.reader_open, lib.reader_free, self._options, source))
        except BaseException:
            self._origin.close()
            raise

    def _checked(self, call: Any) -> Any:
        """What a call returns; what the file raised meanwhile."""
        try:
            return call()
        except FscompError:
            failure, self._origin.failure = self._origin.failure, None
            if failure is not None:
                raise failure
            raise

    @property
    def plain_size(self) -> int:
        """Bytes that the archive holds."""
        return int(lib.reader_plain_size(self._handle))

    def readinto(self, offset: int, buffer: Any) -> int:
        """Fills a buffer with bytes at an offset. Returns how many: fewer only at the end."""
        read = ctypes.c_size_t()
        with self._lock, Bytes(buffer, writable=True) as room:
            self._checked(
                lambda: self._options.check(
                    lib.reader_read(
                        self._handle, offset, room.address, room.size, ctypes.byref(read))))
        return read.value

    def read(self, offset: int, size: int) -> bytes:
        """Bytes at an offset; fewer at the end."""
        room = bytearray(max(0, min(size, self.plain_size - offset)))
        self.readinto(offset, room)
        return bytes(room)

    def find_lines(self, first: int, count: int = 1) -> range:
        """Where lines are in what the archive holds, counted from 0: from the beginning of the first
        to behind the line feed of the last; fewer lines, or none, at the end.

        Decodes the blocks that they begin and end in, and where no index of lines is stored all
        blocks up to there.
        """
        if first < 0 or count < 0:
            raise ValueError(f"there are no {count} lines from line {first} on")
        offset, size = ctypes.c_uint64(), ctypes.c_uint64()
        most = (1 << 64) - 1
        with self._lock:
            self._checked(
                lambda: self._options.check(
                    lib.reader_find_lines(
                        self._handle, min(first, most), min(count, most), ctypes.byref(offset),
                        ctypes.byref(size))))
        return range(offset.value, offset.value + size.value)

    def lines(self, first: int, count: int = 1) -> List[bytes]:
        """Lines, counted from 0, each with the line feed that ends it; fewer at the end. Finds them
        as `find_lines` does."""
        found = self.find_lines(first, count)
        return io.BytesIO(self.read(found.start, len(found))).readlines()

    def archive(self) -> Archive:
        """What the archive consists of."""
        frames = []
        frame = _library.FrameInfo(struct_size=ctypes.sizeof(_library.FrameInfo))
        for number in range(lib.reader_frame_count(self._handle)):
            _library.check(lib.reader_frame(self._handle, number, ctypes.byref(frame)))
            first = frame.first_block
            blocks = tuple(self._block(n) for n in range(first, first + frame.block_count))
            frames.append(
                Frame(
                    frame.offset, frame.archive_size, frame.plain_size, f"{frame.model_id:016x}",
                    blocks))
        return Archive(tuple(frames))

    def block_at(self, offset: int) -> Block | None:
        """The block that a byte of what the archive holds is in; None behind the last."""
        if not 0 <= offset < self.plain_size:
            return None
        number = ctypes.c_uint64()
        _library.check(lib.reader_find(self._handle, offset, ctypes.byref(number)))
        return self._block(number.value)

    def _block(self, number: int) -> Block:
        block = _library.BlockInfo(struct_size=ctypes.sizeof(_library.BlockInfo))
        _library.check(lib.reader_block(self._handle, number, ctypes.byref(block)))
        newlines = block.newlines if block.newlines >= 0 else None
        return Block(
            block.offset, block.archive_size, block.plain_offset, block.plain_size, newlines)

    def close(self) -> None:
        self._handle.close()
        self._origin.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> Any:
        raise TypeError("a Reader cannot be pickled: it has an open file")


def list(file: FileLike) -> Archive:
    """What an archive consists of. Reads its indexes, and decodes nothing.

    Raises:
        ArchiveError: it is damaged, or none.
    """
    with Reader(file) as reader:
        return reader.archive()


def join(files: Iterable[FileLike], output: BinaryIO) -> None:
    """Writes archives as one of a single frame. Blocks are copied, not decoded.

    The same bytes as if what is in them had been compressed as one, provided that it was cut where
    that would have cut it: into parts of this many whole blocks, the last of which has at least two.
    Where the model changes, or an index of lines begins or ends, so does a frame.
    """
    origins: List[_Origin] = []
    failures: List[BaseException] = []

    def write(_: Any, start: int, count: int) -> int:
        try:
            output.write(ctypes.string_at(start, count))
            return 0
        except BaseException as failure:  # Told to the caller, not to the library.
            failures.append(failure)
            return 1

    try:
        for file in files:
            origins.append(_Origin(file))
        sources = (Source * len(origins))(*(origin.source for origin in origins))
        result = lib.join(sources, len(origins), _library.WRITE(write), None)
        failures += [origin.failure for origin in origins if origin.failure is not None]
        if result < 0 and failures:
            raise failures[0]
        _library.check(result)
    finally:
        for origin in origins:
            origin.close()
