#!/usr/bin/env python3
"""Trains the small networks of other cells than the LSTM, and measures them in floating point.

  make_cells.py corpora/data/enwik8.train corpora/samples/prose.txt

Needs PyTorch. For each network NAME, writes NAME.safetensors in half precision, and NAME.json with
the bits a byte of the second text's first bytes.
"""

import json
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "training"))

from fscomp_training import LSTM, DiagonalGRU, FastSlow, MinGRU, MinLSTM  # noqa: E402
from fscomp_training.fit import Plan, bits_per_byte, fit  # noqa: E402

BYTES, LANES = 20_000, 4


def minimal(kind, units):
    return kind(units, candidate="tanh")


NETWORKS = {
    "slow-mingru": lambda: FastSlow([LSTM(16), LSTM(16)], minimal(MinGRU, 48)),
    "minimal": lambda: FastSlow([minimal(MinGRU, 32) for _ in range(2)], minimal(MinLSTM, 48)),
    "diagonal": lambda: FastSlow([DiagonalGRU(32) for _ in range(3)], DiagonalGRU(48)),
}


def read(path, count):
    return torch.frombuffer(bytearray(Path(path).read_bytes()[:count]), dtype=torch.uint8)


def main():
    torch.set_num_threads(1)
    text, held_out = read(sys.argv[1], 1_000_000), read(sys.argv[2], BYTES)
    for name, make in NETWORKS.items():
        network = make()
        fit(network, text, Plan(bytes=len(text), streams=64, steps=32, rate=0.01))
        network.half()
        network.save(HERE / f"{name}.safetensors")
        bits = bits_per_byte(network.double(), held_out, LANES)
        measured = {"bits": bits, "bytes": BYTES, "lanes": LANES}
        (HERE / f"{name}.json").write_text(json.dumps(measured) + "\n")
        print(name, network.multiply_adds, measured, flush=True)


if __name__ == "__main__":
    main()
