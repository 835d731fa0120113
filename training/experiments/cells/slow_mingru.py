#!/usr/bin/env python3
"""Trains a small FS-RNN with a minGRU as the Slow cell, and one of LSTMs of as much work.

  training/experiments/cells/slow_mingru.py mingru lstm    # --seed 2, --out FOLDER

`fscomp model import` makes models of what is written; the first is that of the test vector
slow-mingru.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import DATA, SCRATCH, be_modest, read_text  # noqa: E402


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cells", nargs="+", choices=["mingru", "lstm"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--train", type=Path, default=DATA / "enwik8.train")
    parser.add_argument("--valid", type=Path, default=DATA / "enwik8.valid")
    # What is spread over: the rest of the split is what mixers learn from.
    parser.add_argument("--span", type=int, default=88_000_000, help="bytes of the training text")
    parser.add_argument("--bytes", type=int, default=5_000_000, help="that are read, each once")
    parser.add_argument("--valid-bytes", type=int, default=200_000)
    parser.add_argument("--out", type=Path, default=SCRATCH)
    options = parser.parse_args()
    be_modest()

    from fscomp_training import LSTM, FastSlow, MinGRU
    from fscomp_training.fit import Plan, bits_per_byte, fit

    slow = {"mingru": lambda: MinGRU(192, candidate="tanh"), "lstm": lambda: LSTM(80)}
    text = read_text(options.train, options.span)
    valid = read_text(options.valid, options.valid_bytes)
    plan = Plan(options.bytes, streams=64, steps=64, rate=0.004, seed=options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.cells:
        network = FastSlow([LSTM(48), LSTM(48)], slow[name](), seed=options.seed)
        fit(network, text, plan)
        path = options.out / f"slow-{name}-{options.seed}.safetensors"
        network.save(path)
        print(f"{path}: {network.multiply_adds:,} multiply-adds, "
              f"{bits_per_byte(network, valid):.4f} bits a byte", flush=True)


if __name__ == "__main__":
    main()
