#!/usr/bin/env python3
"""Makes a model file the embedded one.

    Sources/EmbeddedModels/embed.py MODEL.fsm

The file is kept in parts, which follow each other in the program as they do in the file: so a new
network, or new mixers, do not bring the others and the prior into the repository's history once more.
Before them comes what puts the prior's lines on lines of the cache.
"""

import struct
import sys
from pathlib import Path

# Magic and version before the sections (docs/format.md, "Model files"), and the id behind them.
START, HEADER, ID = 5, 16, 8
LINE = 64
FOLDER = Path(__file__).resolve().parent


def sections(model):
    """Of each section: tag, from, to."""
    place = START
    while place < len(model) - ID:
        tag, size = model[place:place + 4], struct.unpack_from("<I", model, place + 4)[0]
        yield tag, place, place + HEADER + size
        place += HEADER + size


def parts(model):
    """Names and contents, in their order."""
    networks, first, prior, last = [], None, None, len(model) - ID
    for tag, start, end in sections(model):
        if tag == b"NETW":
            networks.append((start, end))
        elif tag == b"PRIO":
            prior = (start, end)
        first = first or (start if tag in (b"NETW", b"PRIO") else None)
    first, prior = first or last, prior or (last, last)
    yield "before", bytes(-(prior[0] + HEADER) % LINE)
    yield "knowledge", model[:first]
    for number, (start, end) in enumerate(networks, 1):
        yield f"network-{number}", model[start:end]
    yield "prior", model[slice(*prior)]
    yield "end", model[prior[1]:]


def main():
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    model = Path(sys.argv[1]).read_bytes()
    made = dict(parts(model))
    assert b"".join(list(made.values())[1:]) == model
    for old in FOLDER.glob("default.*"):
        if old.suffix[1:] not in made:
            old.unlink()
    for name, part in made.items():
        path = FOLDER / f"default.{name}"
        if not path.exists() or path.read_bytes() != part:
            path.write_bytes(part)


if __name__ == "__main__":
    main()
