"""Tells fsspec of compressed files, once something imports it.

fsspec has no entry points for compression, so that this is imported when Python starts
(fscomp.pth). It does next to nothing then: whoever imports fsspec.compression passes here.
"""

from __future__ import annotations

import sys

# Not even typing, which takes longer than all else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _open(file: Any, mode: str = "rb", **options: Any) -> Any:
    from fscomp.fsspec import open_compressed

    return open_compressed(file, mode, **options)


def register(compression: Any) -> None:
    """- compression: the module fsspec.compression."""
    if "fscomp" not in compression.compr:
        compression.register_compression("fscomp", _open, "fsc")


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if name != "fsspec.compression":
            return None
        sys.meta_path.remove(_Finder)
        from importlib.util import find_spec

        spec: Any = find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            load(module)
            register(module)

        spec.loader.exec_module = exec_module
        return spec


if "fsspec.compression" in sys.modules:
    register(sys.modules["fsspec.compression"])
elif _Finder not in sys.meta_path:
    sys.meta_path.insert(0, _Finder)
