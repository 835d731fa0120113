"""Checkpoints: one safetensors file with everything that a run needs to go on exactly.

The network's tensors have the names that `fscomp model import` reads, so a checkpoint is also a
model. Beside them: `average.*`, the moving average of the weights; `moment1.*` and `moment2.*`,
Adam's; `state.*`, what the streams remember. Numbers that are no tensors are in the metadata.
"""

import json
import os
from pathlib import Path

import torch

try:
    from safetensors import safe_open
    from safetensors.torch import save
except ModuleNotFoundError:
    from .plain_safetensors import safe_open, save

from .shape import NetworkShape

# In the metadata.
PROGRESS_KEY = "progress"
NETWORK_KEY = "network"  # which cells it has; files without it are of LSTMs


class CheckpointError(Exception):
    """A file is not a checkpoint of this kind, or does not fit."""


def write_atomically(path: Path, content: bytes):
    """A reader, or a machine that loses power, finds the old content or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(unfinished, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def write(
    path: Path,
    tensors: dict[str, torch.Tensor],
    progress: dict,
    metadata: dict[str, str] | None = None,
):
    on_processor = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    metadata = {PROGRESS_KEY: json.dumps(progress)} | _described(progress) | (metadata or {})
    write_atomically(Path(path), save(on_processor, metadata))


def _described(progress: dict) -> dict[str, str]:
    """What tensors do not say of a network that a recipe has made."""
    network = progress.get("recipe", {}).get("network")
    shape = NetworkShape(**network) if network else None
    if shape is None or shape.is_all_lstms:
        return {}
    return {NETWORK_KEY: json.dumps(shape.description)}


def read(path: Path) -> tuple[dict[str, torch.Tensor], dict]:
    """Tensors and progress; an empty progress for weights that come from elsewhere.

    Raises CheckpointError.
    """
    tensors, metadata = read_all(path)
    try:
        return tensors, json.loads(metadata.get(PROGRESS_KEY, "{}"))
    except ValueError as error:
        raise CheckpointError(f"{path}: {error}") from None


def read_all(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Tensors and metadata of any safetensors file. Raises CheckpointError."""
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
            return tensors, file.metadata() or {}
    except Exception as error:  # safetensors has no public error of its own
        raise CheckpointError(f"{path}: {error}") from None


def weights(tensors: dict[str, torch.Tensor], averaged: bool = True) -> dict[str, torch.Tensor]:
    """The network to use: the averaged weights if there are any (and they are wanted).

    Raises CheckpointError if the tensors are not those of an FS-RNN.
    """
    try:
        names = NetworkShape.of(tensors).tensors()
    except ValueError as error:
        raise CheckpointError(str(error)) from None
    prefix = "average." if averaged and "average.E" in tensors else ""
    return {name: tensors[prefix + name].float() for name in names}
