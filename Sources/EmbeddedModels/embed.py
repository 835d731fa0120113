#!/usr/bin/env python3
"""Makes a model file the embedded one.

    Sources/EmbeddedModels/embed.py MODEL.fsm

The file is kept in parts, which follow each other in the program as they do in the file: most of it is
the prior, and a new network should not bring the same prior into the repository's history once more.
"""

import struct
import sys
from pathlib import Path

# Magic and version before the sections (docs/format.md, "Model files"), and the id behind them.
START, ID = 5, 8
FOLDER = Path(__file__).resolve().parent


def prior(model):
    """Where the section PRIO is: from, to; both the end of the sections if there is none."""
    place, end = START, len(model) - ID
    while place < end:
        tag, size = model[place:place + 4], struct.unpack_from("<I", model, place + 4)[0]
        if tag == b"PRIO":
            return place, place + 16 + size
        place += 16 + size
    return end, end


def main():
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    model = Path(sys.argv[1]).read_bytes()
    first, last = prior(model)
    parts = {"knowledge": model[:first], "prior": model[first:last], "end": model[last:]}
    for name, part in parts.items():
        path = FOLDER / f"default.{name}"
        if not path.exists() or path.read_bytes() != part:
            path.write_bytes(part)


if __name__ == "__main__":
    main()
