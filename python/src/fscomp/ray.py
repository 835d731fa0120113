"""For Ray: ``fscomp.ray.read_lines("logs/*.fsc")`` and ``fscomp.ray.compress_files``.

Workers need the package, too, and paths that mean the same to all of them.
"""

from __future__ import annotations

from typing import Any, Iterator

import ray.data

from ._file import FscompFile
from ._split import SUFFIX, Part, archives, lines, parts_of_archive


def read_lines(path: str, *, partition_size: int = 64 << 20) -> Any:
    """The lines of archives, as a dataset with one column, "text". A task takes a group of blocks,
    of this many plain bytes."""
    parts = [
        {"path": part.path, "start": part.start, "stop": part.stop}
        for name in archives(path) for part in parts_of_archive(name, partition_size)]
    dataset = ray.data.from_items(parts, override_num_blocks=max(len(parts), 1))
    return dataset.flat_map(_read)


def _read(row: dict[str, Any]) -> Iterator[dict[str, str]]:
    for line in lines(Part(row["path"], row["start"], row["stop"])):
        yield {"text": line.rstrip(b"\r\n").decode("utf-8", "replace")}


def compress_files(paths: list[str], *, level: int = 6, **options: Any) -> list[str]:
    """Compresses files side by side, each to a file with ".fsc" behind its name."""

    def work(row: dict[str, Any]) -> dict[str, Any]:
        target = row["item"] + SUFFIX
        with open(row["item"], "rb") as source:
            with FscompFile(target, "wb", level=level, **options) as archive:
                while piece := source.read(1 << 20):
                    archive.write(piece)
        return {"item": target}

    made = ray.data.from_items(paths, override_num_blocks=len(paths)).map(work)
    return [row["item"] for row in made.take_all()]
