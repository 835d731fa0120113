#!/usr/bin/env python3
"""Penn Treebank by characters, the paper's network, its controls and minGRUs.

  training/experiments/ptb/run.py                     # the small recipe
  training/pretrain.py --recipe training/recipes/ptb-fs-lstm-2.toml --resume   # the paper's size
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import DATA, Panel, Results, be_modest, draw, read_text  # noqa: E402


def networks() -> dict:
    """About 0.15 M multiply-adds a byte each."""
    from fscomp_training import LSTM, FastSlow, MinGRU, Sequential, Stacked

    return {
        "fs-lstm-2": lambda: FastSlow([LSTM(64), LSTM(64)], LSTM(96)),
        "stacked-lstm": lambda: Stacked([LSTM(96), LSTM(96)]),
        "sequential-lstm": lambda: Sequential([LSTM(112), LSTM(112)]),
        "fs, slow mingru": lambda: FastSlow([LSTM(72), LSTM(72)], MinGRU(192)),
        "stacked mingru": lambda: Stacked([MinGRU(160) for _ in range(3)]),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="networks (default: all without a result)")
    parser.add_argument("--data", type=Path, default=DATA / "ptb", help="folder of ptb.*.txt")
    parser.add_argument("--bytes", type=int, default=4_000_000, help="of the training text")
    parser.add_argument("--measured", type=int, default=200_000, help="of valid and test")
    parser.add_argument("--draw", action="store_true")
    options = parser.parse_args()
    if not options.draw:
        be_modest()
    results = Results(HERE / "results.json")
    for name, make in networks().items() if not options.draw else ():
        if name not in options.names if options.names else name in results.entries:
            continue
        from fscomp_training.fit import Plan, bits_per_byte, fit

        network = make()
        text = read_text(options.data / "ptb.train.txt", options.bytes)
        # The paper's truncation is 150 steps and its batch 128; so few updates need a smaller one.
        course = fit(network, text, Plan(options.bytes, streams=32, steps=64))
        entry = {"multiply_adds": network.multiply_adds, "bytes": options.bytes,
                 "cpu_seconds": round(course.cpu_seconds, 1)}
        for split in ("valid", "test"):
            measured = read_text(options.data / f"ptb.{split}.txt", options.measured)
            entry[split] = round(bits_per_byte(network, measured), 4)
        results.add(name, entry)
        print(name, entry, flush=True)

    print("| network | multiply-adds a byte | valid bits/byte | test bits/byte | CPU us a byte |\n"
          "|---|--:|--:|--:|--:|")
    panel = Panel("Penn Treebank, test", "CPU us a byte", "bits/byte", dots=True)
    for name, e in results.entries.items():
        microseconds = e["cpu_seconds"] / e["bytes"] * 1e6
        print(f"| {name} | {e['multiply_adds']:,} | {e['valid']:.3f} | {e['test']:.3f} | "
              f"{microseconds:.0f} |")
        panel.add(name, [(microseconds, e["test"])])
    draw(HERE / "ptb.svg", [panel])


if __name__ == "__main__":
    main()
