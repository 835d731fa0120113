from __future__ import annotations

import os
from typing import Any, Callable, Optional, Union

from . import _library
from ._library import Handle, check, lib
from ._model import Model, resolved

ModelLike = Union[Model, str, "os.PathLike[str]", None]
#: Called with the plain and the archive bytes that have been worked on, every tenth of a second;
#: returns True to end the call with `Cancelled`.
ProgressFunction = Optional[Callable[[int, int], Any]]


class Options:
    """How to compress or decompress, as the library takes it."""

    def __init__(
        self, *, level: int | None = None, block_size: int | None = None,
        lanes: int | None = None, network: str | None = None, seekable: bool = False,
        index: str | None = None, threads: int = 1, memory_limit: int | None = None, model: ModelLike = None,
        progress: ProgressFunction = None,
    ) -> None:
        self._handle = Handle(lib.options_new, lib.options_free)
        if network not in _library.NETWORKS:
            raise ValueError('network is "auto", "on", "off" or None')
        if index not in _library.INDEXES:
            raise ValueError('index is "lines" or None')
        if seekable and block_size:
            raise ValueError("seekable and block_size exclude each other")
        for option, value in (
            (_library.LEVEL, level), (_library.BLOCK_SIZE, block_size), (_library.LANES, lanes),
            (_library.NETWORK, _library.NETWORKS[network]),
            (_library.SEEKABLE, 1 if seekable else None),
            (_library.INDEX, _library.INDEXES[index]), (_library.THREADS, threads),
            (_library.MEMORY_LIMIT, memory_limit),
        ):
            if value is not None:
                self._set(option, value)
        self._model = resolved(model)
        if self._model:
            check(lib.options_set_model(self._handle, self._model._handle))
        self._failure: BaseException | None = None
        if progress:
            # Kept: the library has its address only.
            self._callback = _library.PROGRESS(self._report(progress))
            check(lib.options_set_progress(self._handle, self._callback, None))

    @property
    def _as_parameter_(self) -> int | None:
        return self._handle._as_parameter_

    def _set(self, option: int, value: int) -> None:
        if lib.options_set(self._handle, option, value) < 0:
            name = ("level", "block_size", "lanes", "network", "threads", "memory_limit",
                    "seekable", "index")[option - 1]
            raise ValueError(f"{name} cannot be {value}")

    def _report(self, progress: Callable[[int, int], Any]) -> Callable[[Any, int, int], int]:
        def report(_: Any, plain: int, archive: int) -> int:
            try:
                return 1 if progress(plain, archive) is True else 0
            except BaseException as failure:  # Told to the caller, not to the library.
                self._failure = failure
                return 1

        return report

    def check(self, result: int) -> int:
        """Raises what a negative result stands for, or what the progress function raised."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        return check(result)
