"""For numcodecs: ``numcodecs.get_codec({"id": "fscomp", "level": 3})``."""

from __future__ import annotations

from typing import Any

import numpy
from numcodecs.abc import Codec
from numcodecs.compat import ensure_contiguous_ndarray, ndarray_copy

from ._codec import compress, decompress


class Fscomp(Codec):  # type: ignore[misc]
    """Compresses chunks, each into an archive of its own."""

    codec_id = "fscomp"

    def __init__(self, level: int = 6) -> None:
        if level not in range(1, 10):
            raise ValueError(f"level is 1 ... 9, not {level}")
        self.level = level

    def encode(self, buf: Any) -> bytes:
        return compress(ensure_contiguous_ndarray(buf), level=self.level)

    def decode(self, buf: Any, out: Any = None) -> Any:
        plain = decompress(ensure_contiguous_ndarray(buf))
        if out is None:
            return plain
        return ndarray_copy(numpy.frombuffer(plain, "u1"), out)
