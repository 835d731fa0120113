#!/usr/bin/env python3
"""Writes what the fuzzing program begins with: seeds.py FOLDER.

Small archives, of the test vectors' models (Seeds), and the examples of docs/format.md; the models;
and a file in safetensors.
"""

import json
import struct
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "FSCompTests" / "Vectors" / "1.0"
EXAMPLES = {
    "two-blocks": """F5 46 53 43 10 EF CD AB 89 67 45 23 01 E5 8E
        01 03 99 09 77 AD 40 B1 61 62 63 01 02 9E 37 02 43 62 2A 64 65
        00 02 03 0B 99 09 77 AD 02 0A 9E 37 02 43 DC 5C 50 DA 16 00 00 00""",
    "lines": """F5 46 53 43 12 EF CD AB 89 67 45 23 01 79 CC
        01 02 55 C8 CC 1E CB F9 61 0A 01 01 9B 9F F3 1A BE 36 62
        10 02 02 0A 55 C8 CC 1E 01 09 9B 9F F3 1A 01 00 00 00 00 00 00 00
        BE 49 F6 9E 1E 00 00 00""",
}


def write(folder, name, content):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def main():
    root = Path(sys.argv[1])
    archives = {path.name: path.read_bytes() for path in sorted((HERE / "Seeds/archives").iterdir())}
    archives |= {name: bytes.fromhex(text) for name, text in EXAMPLES.items()}
    archives["two-frames"] = archives["words-1"] + archives["lines"]
    for name, content in archives.items():
        for target in ("decoder", "salvage"):
            write(root / target, name, content)
        write(root / "interface", name, bytes([64]) + content)
        write(root / "index", name, content[:64])
        size = int.from_bytes(content[-4:], "little")
        if 10 <= size <= len(content):
            write(root / "index", name + "-index", content[-size:])
    for model in ("test-vectors", "words", "cells"):
        write(root / "model", model, (VECTORS / f"{model}.fsm").read_bytes())
    # The smallest one, as docs/format.md has it.
    write(root / "model", "smallest", bytes.fromhex(
        "F546534D 02 4D455441 09000000 DDE62C7DDB252B16 010061 000000000000 4BCABDBB54479824"))
    tensors = {"__metadata__": {"a": "b"},
               "x": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
               "y": {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]}}
    header = json.dumps(tensors).encode()
    write(root / "safetensors", "two", struct.pack("<Q", len(header)) + header + bytes(range(32)))
    # A run, and copies of copies.
    sizes = struct.Struct("<HH")
    write(root / "repeats", "run", sizes.pack(50000, 1) + b"\1\1\xCF\x86\3")
    write(root / "repeats", "copies", sizes.pack(47, 10) + b"\7\7\7\0\3\7\3\x18\x17")
    for text in sorted(VECTORS.glob("words-*.plain")):
        coded = bytes(byte | 0x80 if index % 3 else byte
                      for index, byte in enumerate(text.read_bytes()[:256]))
        write(root / "transform", text.stem, bytes([0, 1]) + coded)


if __name__ == "__main__":
    main()
