"""What a run on a machine that is given back afterwards leaves: files small and few enough.

`run.tar` in pieces (see splitting.py), with weights and, if there is room, the checkpoint to go on
from; and, beside it for reading at once, the summary. Where there is no room, tensors lose digits
that do not matter much, and then the checkpoint is left out.
"""

import io
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

import torch

from . import checkpoint, splitting
from .checkpoint import CheckpointError, read, write
from .trainer import BEST, CHECKPOINT, LOG

ARCHIVE = "run.tar"
SUMMARY = "summary.json"
TOTAL = 58_000_000  # bytes of the archive
INTEGER, SCALE = ".integer", ".scale"


# --- smaller tensors ------------------------------------------------------------------------------


def exact(tensors):
    return tensors


def without_digits_of_moments(tensors):
    return {n: t.bfloat16() if n.startswith("moment") else t for n, t in tensors.items()}


def halves(tensors):
    return {n: t.half() for n, t in tensors.items()}


def integers(tensors):
    """Matrices as fixed point has them: integers of at most 127 times a scale for each row."""
    out = {}
    for name, tensor in tensors.items():
        if tensor.dim() == 2:
            scale = tensor.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
            out[name + INTEGER], out[name + SCALE] = (tensor / scale).round().to(torch.int8), scale
        else:
            out[name] = tensor
    return out


def widened(tensors):
    """The way back: single precision throughout, but for what streams remember."""
    out = {}
    for name, tensor in tensors.items():
        if name.endswith(INTEGER):
            name = name.removesuffix(INTEGER)
            out[name] = tensor.float() * tensors[name + SCALE]
        elif not name.endswith(SCALE):
            out[name] = tensor if name.startswith("state.") else tensor.float()
    return out


# How the weights are packed, and the checkpoint, in the order of preference.
WAYS = [
    (exact, exact),
    (exact, without_digits_of_moments),
    (exact, None),
    (halves, None),
    (integers, None),
]


# --- there ----------------------------------------------------------------------------------------


def collect(run: Path, out: Path, notes: dict, total: int = TOTAL) -> list[Path]:
    """Puts what is in a run's folder into `out`, in place of what an earlier call has put there.

    notes: become the summary. Both texts say which files came along, and how.
    """
    notes = dict(notes)
    files = {path.name: path.read_bytes() for path in [run / LOG, run / "recipe.toml"]
             if path.exists()}
    files |= _packed_weights(run, notes, total - sum(map(len, files.values())) - 100_000)
    notes["returned"] = sorted(files)
    summary = (json.dumps(notes, indent=2) + "\n").encode()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=run) as folder:
        archive = Path(folder) / ARCHIVE
        with tarfile.open(archive, "w") as target:
            for name, content in {**files, SUMMARY: summary}.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                target.addfile(entry, io.BytesIO(content))
        pieces = splitting.split(archive)
        archive.unlink()
        # Whoever stops this in between finds no list, rather than one of other pieces.
        for old in out.glob(f"{ARCHIVE}.*"):
            if old.name not in {piece.name for piece in pieces[:-1]}:
                old.unlink()
        for piece in pieces:
            _move(piece, out / piece.name)
    checkpoint.write_atomically(out / SUMMARY, summary)
    return [out / piece.name for piece in pieces]


def _move(source: Path, target: Path):
    try:
        os.replace(source, target)
    except OSError:  # on another file system
        shutil.copyfile(source, target)


def _packed_weights(run: Path, notes: dict, room: int) -> dict[str, bytes]:
    best, going_on = (
        read(run / name) if (run / name).exists() else None for name in (BEST, CHECKPOINT)
    )
    if best is None and going_on is not None:
        tensors, progress = going_on
        best = checkpoint.weights(tensors), {"recipe": progress["recipe"]}
    if best is None:
        return {}
    for of_weights, of_checkpoint in WAYS:
        # Without a checkpoint the last of the ways for weights is taken even if it is too large.
        content = {BEST: _content(best, of_weights)}
        if of_checkpoint and going_on is not None:
            content[CHECKPOINT] = _content(going_on, of_checkpoint)
        if sum(map(len, content.values())) <= room:
            break
    notes["weights"] = of_weights.__name__.replace("_", " ")
    notes["checkpoint"] = (
        of_checkpoint.__name__.replace("_", " ") if CHECKPOINT in content else "left out"
    )
    return content


def _content(saved, way) -> bytes:
    tensors, progress = saved
    tensors = {name: tensor.contiguous() for name, tensor in way(tensors).items()}
    return checkpoint.save(tensors, {checkpoint.PROGRESS_KEY: json.dumps(progress)})


# --- and back -------------------------------------------------------------------------------------


def restore(pieces: Path, folder: Path) -> list[Path]:
    """Makes the files of a run's folder of the folder `pieces`, which has the pieces of one.

    Raises CheckpointError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    restored = []
    with tempfile.TemporaryDirectory(dir=folder) as place:
        archive = splitting.join(Path(pieces) / f"{ARCHIVE}.pieces", Path(place))
        try:
            with tarfile.open(archive) as source:
                for entry in source:
                    name = Path(entry.name).name
                    if not entry.isfile() or name != entry.name:
                        raise CheckpointError(f"{archive.name}: {entry.name} is no file of a run")
                    content = source.extractfile(entry).read()
                    restored.append(folder / name)
                    checkpoint.write_atomically(restored[-1], content)
        except tarfile.TarError as error:
            raise CheckpointError(f"{pieces}: {error}") from None
    for path in restored:
        if path.suffix == ".safetensors":
            tensors, progress = read(path)
            write(path, widened(tensors), progress)
    return restored
