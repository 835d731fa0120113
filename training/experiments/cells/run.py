#!/usr/bin/env python3
"""Trains networks of different cells, of about as many multiply-adds, on the same text.

  training/experiments/cells/run.py                        # all networks that have no result yet
  training/experiments/cells/run.py fs-lstm-2 stacked-lstm # these
  training/experiments/cells/run.py --draw                 # the table and the picture alone
"""

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = ("small", "medium")
sys.path.insert(0, str(HERE.parent))

from common import DATA, SCRATCH, Panel, Results, be_modest, draw, read_text  # noqa: E402


def networks() -> dict:
    """Name to a maker, for each of SIZES: about as many multiply-adds a byte for all."""
    from fscomp_training import (
        LSTM, DiagonalGRU, DiagonalLSTM, FastSlow, MinGRU, MinLSTM, Sequential, Stacked,
    )

    def fast_slow(count, units, slow):
        return FastSlow([LSTM(units) for _ in range(count)], slow)

    def small():
        return {
            "fs-lstm-2": lambda: fast_slow(2, 56, LSTM(80)),
            "fs, slow mingru": lambda: fast_slow(2, 64, MinGRU(136)),
            "stacked-lstm": lambda: Stacked([LSTM(80), LSTM(80)]),
            "stacked mingru": lambda: Stacked([MinGRU(128) for _ in range(3)]),
            "sequential-lstm": lambda: Sequential([LSTM(96), LSTM(96)]),
            "fs, slow diagonal-gru": lambda: fast_slow(2, 64, DiagonalGRU(112)),
            "fs, slow minlstm": lambda: fast_slow(2, 64, MinLSTM(112)),
            "fs-lstm-4": lambda: fast_slow(4, 48, LSTM(80)),
            "stacked diagonal-gru": lambda: Stacked([DiagonalGRU(112) for _ in range(3)]),
            "fs, slow diagonal-lstm": lambda: fast_slow(2, 64, DiagonalLSTM(112)),
        }

    def medium():
        return {
            "fs-lstm-2": lambda: fast_slow(2, 96, LSTM(144)),
            "fs, slow mingru": lambda: fast_slow(2, 112, MinGRU(256)),
            "stacked-lstm": lambda: Stacked([LSTM(144), LSTM(144)]),
            "stacked mingru": lambda: Stacked([MinGRU(240) for _ in range(3)]),
            "sequential-lstm": lambda: Sequential([LSTM(176), LSTM(176)]),
            "fs, slow diagonal-gru": lambda: fast_slow(2, 112, DiagonalGRU(208)),
            "fs, slow minlstm": lambda: fast_slow(2, 112, MinLSTM(208)),
            "fs-lstm-4": lambda: fast_slow(4, 80, LSTM(144)),
            "stacked diagonal-gru": lambda: Stacked([DiagonalGRU(200) for _ in range(3)]),
            "fs, slow diagonal-lstm": lambda: fast_slow(2, 112, DiagonalLSTM(208)),
        }

    return {"small": small(), "medium": medium()}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="networks (default: all without a result)")
    parser.add_argument("--train", type=Path, default=DATA / "enwik8.train")
    parser.add_argument("--valid", type=Path, default=DATA / "enwik8.valid")
    parser.add_argument("--text", default="enwik8", help="what the table calls the text")
    parser.add_argument("--size", choices=SIZES, default="small",
                        help="small: 0.1 M multiply-adds a byte; medium: 0.3 M")
    parser.add_argument("--bytes", type=int, default=4_000_000, help="that are read, each once")
    parser.add_argument("--valid-bytes", type=int, default=200_000)
    parser.add_argument("--streams", type=int, default=32)
    parser.add_argument("--steps", type=int, default=64)
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    parser.add_argument("--draw", action="store_true")
    return parser.parse_args()


def train(name: str, make, options) -> dict:
    from fscomp_training.fit import Plan, bits_per_byte, fit

    network = make()
    plan = Plan(options.bytes, options.streams, options.steps)
    text = read_text(options.train, options.bytes)
    began = time.monotonic()
    course = fit(network, text, plan)
    elapsed = time.monotonic() - began
    valid = bits_per_byte(network, read_text(options.valid, options.valid_bytes))
    SCRATCH.mkdir(parents=True, exist_ok=True)
    file = f"{options.text}-{options.size}-{name}.safetensors"
    network.save(SCRATCH / file.replace(", ", "-").replace(" ", "-"))
    group = 50
    curve = [
        (round((i + group / 2) * options.streams * options.steps / 1e6, 3),
         round(sum(course.bits[i : i + group]) / group, 4))
        for i in range(0, len(course.bits) - group + 1, group)
    ]
    return {
        "text": options.text, "size": options.size, "network": name,
        "multiply_adds": network.multiply_adds,
        "parameters": sum(p.numel() for p in network.parameters()), "bytes": options.bytes,
        "valid": round(valid, 4), "cpu_seconds": round(course.cpu_seconds, 1),
        "seconds": round(elapsed, 1), "curve": curve,
    }


def table(entries: list[dict]) -> str:
    lines = [
        "| text | network | multiply-adds a byte | parameters | trained on MB | valid bits/byte "
        "| CPU us a byte |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for e in entries:
        lines.append(
            f"| {e['text']} | {e['network']} | {e['multiply_adds']:,} | {e['parameters']:,} | "
            f"{e['bytes'] / 1e6:g} | {e['valid']:.3f} | "
            f"{e['cpu_seconds'] / e['bytes'] * 1e6:.0f} |"
        )
    return "\n".join(lines)


def main():
    options = arguments()
    if not options.draw:
        be_modest()
    results = Results(options.results)
    if not options.draw:
        makers = networks()[options.size]
        for name in options.names or makers:
            key = f"{options.text}, {options.size}: {name}"
            if not options.names and key in results.entries:
                continue
            results.add(key, train(name, makers[name], options))
            print(key, {k: v for k, v in results.entries[key].items() if k != "curve"}, flush=True)
    entries = list(results.entries.values())
    print(table(entries))
    # Others are in the table.
    entries = [e for e in entries if (e["text"], e["size"]) == (options.text, options.size)]
    learning = Panel("While learning", "MB seen", "bits/byte", log_x=True)
    cost = Panel("Held-out text against training time", "CPU us a byte", "bits/byte", dots=True)
    for e in entries:
        learning.add(e["network"], e["curve"])
        cost.add(e["network"], [(e["cpu_seconds"] / e["bytes"] * 1e6, e["valid"])])
    draw(HERE / "cells.svg", [learning, cost], 640, 400)


if __name__ == "__main__":
    main()
