#!/usr/bin/env python3
"""Takes an even share of each of several texts.

    corpora/blend.py books.txt:14 prose.txt:8 > general.txt

FILE:N stands for N million bytes of FILE, in pieces of 256 KiB that are spread evenly over it, so
that a part of a collection has something of all of it. The same arguments give the same bytes.
"""

import os
import sys

PIECE = 256 * 1024


def share(path, size):
    """Yields `size` bytes of the file at `path` (all of it, if it is shorter), piece by piece."""
    length = os.path.getsize(path)
    if size >= length:
        pieces, taken = [(0, length)], length
    else:
        count = -(-size // PIECE)
        pieces = [(length * index // count, PIECE) for index in range(count)]
        taken = size
    with open(path, "rb") as file:
        for start, most in pieces:
            file.seek(start)
            piece = file.read(min(most, taken))
            taken -= len(piece)
            yield piece


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    for argument in sys.argv[1:]:
        path, _, millions = argument.rpartition(":")
        if not path or not millions.isdigit():
            sys.exit(f"blend.py: '{argument}' is not FILE:N")
        for piece in share(path, int(millions) * 1_000_000):
            sys.stdout.buffer.write(piece)


if __name__ == "__main__":
    main()
