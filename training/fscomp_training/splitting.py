"""Large files in pieces that any store takes, and back.

`NAME` becomes `NAME.000`, `NAME.001`, ... and `NAME.pieces`, a JSON file with the size and the
SHA-256 of the whole. The pieces are plain cuts: `cat NAME.???` puts them together as well.
"""

import hashlib
import json
from pathlib import Path

from .checkpoint import CheckpointError, write_atomically

MAXIMUM = 15_000_000  # bytes of a piece


def split(path: Path, maximum: int = MAXIMUM, folder: Path | None = None) -> list[Path]:
    """Cuts a file; returns the pieces and, last, their list. The file itself is left alone."""
    path = Path(path)
    folder = Path(folder or path.parent)
    if maximum < 1:
        raise CheckpointError("a piece has at least one byte")
    whole, pieces = hashlib.sha256(), []
    with open(path, "rb") as file:
        while content := file.read(maximum):
            whole.update(content)
            pieces.append(folder / f"{path.name}.{len(pieces):03}")
            write_atomically(pieces[-1], content)
    listing = {
        "bytes": path.stat().st_size,
        "sha256": whole.hexdigest(),
        "pieces": [piece.name for piece in pieces],
    }
    pieces.append(folder / f"{path.name}.pieces")
    write_atomically(pieces[-1], (json.dumps(listing, indent=2) + "\n").encode())
    return pieces


def join(listing: Path, folder: Path | None = None) -> Path:
    """Puts together what `NAME.pieces` lists, as `NAME`, beside it or in `folder`.

    Raises CheckpointError if a piece is missing or the whole is not what was cut.
    """
    listing = Path(listing)
    if listing.suffix != ".pieces":
        raise CheckpointError(f"{listing}: the list of pieces has a name that ends in .pieces")
    try:
        wanted = json.loads(listing.read_text())
        # Names from a file: they must not lead anywhere else.
        names = [Path(name).name for name in wanted["pieces"]]
        content = b"".join((listing.parent / name).read_bytes() for name in names)
        size, digest = wanted["bytes"], wanted["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{listing}: {error}") from None
    if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
        raise CheckpointError(f"{listing}: the pieces do not give the file that was cut")
    target = Path(folder or listing.parent) / listing.stem
    write_atomically(target, content)
    return target
