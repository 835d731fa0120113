"""For fsspec: compressed files as what they hold.

``fsspec.open("x.jsonl.fsc", compression="infer")`` works where this package is installed, and so
does all that opens files by way of fsspec. Programs that open URLs alone find ``fscomp://`` in
front of another one: ``fscomp://x.jsonl::s3://bucket/x.jsonl.fsc``.
"""

from __future__ import annotations

import os
from typing import Any

import _fscomp_fsspec  # noqa: F401  where the package was not installed, but is in the path
from fsspec.archive import AbstractArchiveFileSystem
from fsspec.core import open as open_url

from ._file import FscompFile


def open_compressed(file: Any, mode: str = "rb", **options: Any) -> FscompFile:
    """What fsspec calls to open a compressed file."""
    return FscompFile(file, mode if "b" in mode else mode + "b", **options)


class FscompFileSystem(AbstractArchiveFileSystem):  # type: ignore[misc]
    """The one file in an archive, as a file system that has it alone."""

    root_marker = ""
    protocol = "fscomp"
    cachable = False

    def __init__(
        self, fo: str = "", target_protocol: str | None = None,
        target_options: dict[str, Any] | None = None, **options: Any,
    ) -> None:
        super().__init__(**options)
        self._url = fo
        target = dict(target_options or {})
        if target_protocol:
            target["protocol"] = target_protocol
        self._opened = open_url(fo, mode="rb", **target)
        name = os.path.basename(self._opened.path.split("::")[0])
        self._name = name[: -len(".fsc")] if name.endswith(".fsc") else name

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        stripped: str = super()._strip_protocol(path)
        return stripped.lstrip("/")

    def _get_dirs(self) -> None:
        with self._opened as file, FscompFile(file) as plain:
            size = plain.seek(0, os.SEEK_END)
        self.dir_cache = {self._name: {"name": self._name, "size": size, "type": "file"}}

    def _open(self, path: str, mode: str = "rb", **_: Any) -> FscompFile:
        if mode != "rb":
            raise ValueError("only for reading")
        if self._strip_protocol(path) not in (self._name, ""):
            raise FileNotFoundError(path)
        file = FscompFile(self._opened.open())
        file._owns_file = True
        return file
