from __future__ import annotations

import os
from typing import Any

from ._library import Bytes, Handle, lib


class Model:
    """A model that is ready for use: it never changes, and any number of threads may use it.

    ``Model()`` is the one in the library.
    """

    def __init__(self) -> None:
        self._handle = Handle(lib.model_load_default, lib.model_free)
        self._origin: tuple[str, Any] | None = None

    @classmethod
    def _of(cls, handle: Handle, origin: tuple[str, Any]) -> Model:
        model = cls.__new__(cls)
        model._handle = handle
        model._origin = origin
        return model

    @classmethod
    def from_bytes(cls, data: Any) -> Model:
        """A model file (.fsm) in memory."""
        with Bytes(data) as memory:
            handle = Handle(lib.model_load_memory, lib.model_free, memory.address, memory.size)
        return cls._of(handle, ("from_bytes", bytes(data)))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Model:
        """A model file."""
        with open(path, "rb") as file:
            return cls.from_bytes(file.read())

    @classmethod
    def named(cls, name: str) -> Model:
        """The model file NAME.fsm of the model folders, or the one in the library, "default"."""
        handle = Handle(lib.model_load_named, lib.model_free, name.encode())
        return cls._of(handle, ("named", name))

    @property
    def id(self) -> str:
        """By which archives name it: sixteen hexadecimal digits."""
        return f"{lib.model_id(self._handle):016x}"

    @property
    def name(self) -> str:
        """What it calls itself."""
        name: bytes = lib.model_name(self._handle)
        return name.decode()

    def __repr__(self) -> str:
        return f"<fscomp.Model {self.name} {self.id}>"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._origin is None:
            return Model, ()
        name, argument = self._origin
        return getattr(Model, name), (argument,)


def resolved(model: Model | str | os.PathLike[str] | None) -> Model | None:
    """A model, a path (it has a slash or ends in .fsm), or a name."""
    if model is None or isinstance(model, Model):
        return model
    name = os.fspath(model)
    is_path = "/" in name or name.endswith(".fsm") or not isinstance(model, str)
    return Model.from_file(name) if is_path else Model.named(name)
