"""Tells fsspec of compressed files, once something imports it.

fsspec has no entry points for compression, so that this is imported when Python starts (fscomp.pth). It
does next to nothing then: whoever imports fsspec.compression passes here.
"""

import sys


def _open(file, mode="rb", **options):
    from fscomp.fsspec import open_compressed

    return open_compressed(file, mode, **options)


def register(compression):
    """- compression: the module fsspec.compression."""
    if "fscomp" not in compression.compr:
        compression.register_compression("fscomp", _open, "fsc")


class _Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "fsspec.compression":
            return None
        sys.meta_path.remove(_Finder)
        from importlib.util import find_spec

        spec = find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            register(module)

        spec.loader.exec_module = exec_module
        return spec


if "fsspec.compression" in sys.modules:
    register(sys.modules["fsspec.compression"])
elif _Finder not in sys.meta_path:
    sys.meta_path.insert(0, _Finder)
