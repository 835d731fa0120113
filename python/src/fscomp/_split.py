"""How archives and files are cut into parts that workers do by themselves.

Blocks are independent and the index says where each is, so that a part is a range of plain bytes
from the beginning of a block to the end of another.
"""

from __future__ import annotations

import contextlib
import glob
import os
from dataclasses import dataclass
from typing import Any, Iterator

from ._archive import Reader
from ._file import FscompFile

SUFFIX = ".fsc"


@dataclass(frozen=True)
class Part:
    """Plain bytes of a file, or of what an archive holds."""

    path: str
    start: int
    stop: int


def opened(path: str) -> Any:
    """A file for reading bytes, by way of fsspec where the path is a URL."""
    if "://" in path:
        import fsspec

        return fsspec.open(path, "rb").open()
    return open(path, "rb")


def archives(path: str) -> list[str]:
    """The archives that a path stands for: a file, a folder, or a pattern."""
    if "://" in path:
        import fsspec

        system, _, (inner,) = fsspec.get_fs_token_paths(path, expand=False)
        if system.isdir(inner):
            names = [name for name in system.find(inner) if name.endswith(SUFFIX)]
        else:
            names = system.glob(inner) if glob.has_magic(inner) else [inner]
        return [system.unstrip_protocol(name) for name in sorted(names) if not _is_hidden(name)]
    if os.path.isdir(path):
        path = os.path.join(glob.escape(path), "**", "*" + SUFFIX)
    elif not glob.has_magic(path):
        return [path]
    return [name for name in sorted(glob.glob(path, recursive=True)) if not _is_hidden(name)]


def _is_hidden(path: str) -> bool:
    return os.path.basename(path).startswith((".", "_"))


def parts_of_archive(path: str, size: int) -> list[Part]:
    """Groups of blocks of at least this many plain bytes, as far as there are."""
    parts: list[Part] = []
    start = end = 0
    with contextlib.closing(opened(path)) as file, Reader(file) as reader:
        for block in reader.archive().blocks:
            end = block.plain_offset + block.plain_size
            if end - start >= size:
                parts.append(Part(path, start, end))
                start = end
    if end > start:
        parts.append(Part(path, start, end))
    return parts


def parts_of_file(path: str, block_size: int, size: int) -> list[Part]:
    """Ranges of about this many bytes, which make the blocks that compressing all of the file makes:
    of whole blocks but for the last, which has two or more, as the last two share what is left."""
    total = os.path.getsize(path)
    step = max(1, size // block_size) * block_size
    starts = [0]
    while total - starts[-1] > step and total - starts[-1] - step >= 2 * block_size:
        starts.append(starts[-1] + step)
    return [Part(path, start, stop) for start, stop in zip(starts, [*starts[1:], total])]


def lines(part: Part) -> Iterator[bytes]:
    """The lines that begin behind the start of a part and not behind its stop, so that of two parts
    each line belongs to one; the first part has the first line, too."""
    with contextlib.closing(opened(part.path)) as file, FscompFile(file) as plain:
        plain.seek(part.start)
        if part.start > 0:
            plain.readline()
        while plain.tell() <= part.stop:
            line = plain.readline()
            if not line:
                return
            yield line
