"""The C library, and what its functions take and return.

All calls release the interpreter's lock; callbacks take it again.
"""

from __future__ import annotations

import ctypes
import os
import threading
from ctypes import (
    CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint64, c_void_p,
)
from typing import Any, Callable

from ._errors import error_class

_NAME = "libfscomp.so.1"
PROGRESS = CFUNCTYPE(c_int, c_void_p, c_uint64, c_uint64)
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t)
READ_AT = CFUNCTYPE(c_int64, c_void_p, c_uint64, c_void_p, c_size_t)


class ErrorInfo(Structure):
    _fields_ = [
        ("struct_size", c_size_t), ("error", c_int), ("block", c_uint64), ("offset", c_uint64),
        ("message", c_char * 512),
    ]


class Input(Structure):
    _fields_ = [("src", c_void_p), ("size", c_size_t), ("pos", c_size_t)]


class Output(Structure):
    _fields_ = [("dst", c_void_p), ("size", c_size_t), ("pos", c_size_t)]


class Source(Structure):
    _fields_ = [
        ("struct_size", c_size_t), ("size", c_uint64), ("read_at", READ_AT), ("user", c_void_p),
    ]


class FrameInfo(Structure):
    _fields_ = [
        ("struct_size", c_size_t), ("offset", c_uint64), ("archive_size", c_uint64),
        ("plain_size", c_uint64), ("model_id", c_uint64), ("first_block", c_uint64),
        ("block_count", c_uint64),
    ]


class BlockInfo(Structure):
    _fields_ = [
        ("struct_size", c_size_t), ("offset", c_uint64), ("archive_size", c_uint64),
        ("plain_offset", c_uint64), ("plain_size", c_uint64), ("newlines", c_int64),
    ]


LEVEL, BLOCK_SIZE, LANES, NETWORK, THREADS, MEMORY_LIMIT, SEEKABLE, INDEX = range(1, 9)
NETWORKS = {None: 0, "auto": 1, "on": 2, "off": 3}
INDEXES = {None: 0, "lines": 1}
CONTINUE, FLUSH, END = range(3)
NEEDS_INPUT, HAS_OUTPUT, FLUSHED, FINISHED = range(1, 5)
ERROR_MEMORY, ERROR_CANCELLED, ERROR_SOURCE = -2, -3, -4

_out = POINTER(c_void_p)
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "version_string": (c_char_p, []),
    "error_name": (c_char_p, [c_int]),
    "last_error": (c_int, [POINTER(ErrorInfo)]),
    "model_load_default": (c_int, [_out]),
    "model_load_memory": (c_int, [c_void_p, c_size_t, _out]),
    "model_load_file": (c_int, [c_char_p, _out]),
    "model_load_named": (c_int, [c_char_p, _out]),
    "model_id": (c_uint64, [c_void_p]),
    "model_name": (c_char_p, [c_void_p]),
    "model_free": (None, [c_void_p]),
    "options_new": (c_int, [_out]),
    "options_set": (c_int, [c_void_p, c_int, c_int64]),
    "options_set_model": (c_int, [c_void_p, c_void_p]),
    "options_add_model": (c_int, [c_void_p, c_void_p]),
    "options_set_progress": (c_int, [c_void_p, PROGRESS, c_void_p]),
    "options_free": (None, [c_void_p]),
    "compress_bound": (c_size_t, [c_void_p, c_size_t]),
    "compress": (
        c_int, [c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(c_size_t)]),
    "plain_size": (c_int, [c_void_p, c_size_t, POINTER(c_uint64)]),
    "decompress": (
        c_int, [c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(c_size_t)]),
    "compressor_new": (c_int, [c_void_p, _out]),
    "compressor_process": (c_int, [c_void_p, POINTER(Input), POINTER(Output), c_int]),
    "compressor_free": (None, [c_void_p]),
    "decompressor_new": (c_int, [c_void_p, _out]),
    "decompressor_process": (c_int, [c_void_p, POINTER(Input), POINTER(Output), c_int]),
    "decompressor_free": (None, [c_void_p]),
    "reader_open": (c_int, [c_void_p, POINTER(Source), _out]),
    "reader_read": (c_int, [c_void_p, c_uint64, c_void_p, c_size_t, POINTER(c_size_t)]),
    "reader_plain_size": (c_uint64, [c_void_p]),
    "reader_archive_size": (c_uint64, [c_void_p]),
    "reader_frame_count": (c_uint64, [c_void_p]),
    "reader_block_count": (c_uint64, [c_void_p]),
    "reader_frame": (c_int, [c_void_p, c_uint64, POINTER(FrameInfo)]),
    "reader_block": (c_int, [c_void_p, c_uint64, POINTER(BlockInfo)]),
    "join": (c_int, [POINTER(Source), c_size_t, WRITE, c_void_p]),
    "reader_find": (c_int, [c_void_p, c_uint64, POINTER(c_uint64)]),
    "reader_find_lines": (
        c_int, [c_void_p, c_uint64, c_uint64, POINTER(c_uint64), POINTER(c_uint64)]),
    "reader_free": (None, [c_void_p]),
}


class _Library:
    """The functions by their names without the prefix."""

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, "fscomp_" + name)
            function.restype = result
            function.argtypes = arguments
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(name)


def _path() -> str:
    """$FSCOMP_LIBRARY, the library in this package, or an installed one."""
    named = os.environ.get("FSCOMP_LIBRARY")
    if named:
        return named
    own = os.path.join(os.path.dirname(__file__), _NAME)
    return own if os.path.exists(own) else _NAME


lib = _Library(_path())


def check(result: int) -> int:
    """Raises what a negative result stands for."""
    if result >= 0:
        return result
    info = ErrorInfo(struct_size=ctypes.sizeof(ErrorInfo))
    lib.last_error(ctypes.byref(info))
    message = info.message.decode("utf-8", "replace")
    if result == ERROR_MEMORY:
        raise MemoryError(message)
    name = lib.error_name(result).decode()
    raise error_class(result)(
        message, result, name, info.block or None, info.offset if result <= -101 else None)


class Handle:
    """An object of the library, freed with this one."""

    def __init__(self, make: Callable[..., int], free: Callable[[int], None], *arguments: Any):
        pointer = c_void_p()
        self._free = free
        self._as_parameter_: int | None = None
        check(make(*arguments, ctypes.byref(pointer)))
        self._as_parameter_ = pointer.value

    def close(self) -> None:
        pointer, self._as_parameter_ = self._as_parameter_, None
        if pointer:
            self._free(pointer)

    def __del__(self) -> None:
        self.close()


class CallLock:
    """Lets one thread at a time use an object. In a forked child, where nobody may be left to
    unlock it, it does nothing: the library refuses the objects of the parent."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process = os.getpid()

    def __enter__(self) -> None:
        if os.getpid() == self._process:
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        if os.getpid() == self._process:
            self._lock.release()


class _PyBuffer(Structure):
    # https://docs.python.org/3/c-api/buffer.html
    _fields_ = [
        ("buf", c_void_p), ("obj", ctypes.py_object), ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t), ("readonly", c_int), ("ndim", c_int),
        ("format", c_char_p), ("shape", c_void_p), ("strides", c_void_p),
        ("suboffsets", c_void_p), ("internal", c_void_p),
    ]


_get_buffer = ctypes.pythonapi.PyObject_GetBuffer
_get_buffer.argtypes = [ctypes.py_object, POINTER(_PyBuffer), c_int]
_release_buffer = ctypes.pythonapi.PyBuffer_Release
_release_buffer.argtypes = [POINTER(_PyBuffer)]


class Bytes:
    """The memory of an object that has contiguous bytes, for as long as the `with` lasts. Not
    copied."""

    def __init__(self, data: Any, writable: bool = False) -> None:
        self._buffer = _PyBuffer()
        _get_buffer(data, ctypes.byref(self._buffer), 1 if writable else 0)
        self.size: int = self._buffer.len
        self.address: int | None = self._buffer.buf

    def __enter__(self) -> Bytes:
        return self

    def __exit__(self, *_: object) -> None:
        _release_buffer(ctypes.byref(self._buffer))
