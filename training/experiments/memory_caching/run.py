#!/usr/bin/env python3
"""Trains the same network with more and more of its Slow cell's past kept, and measures long texts.

  training/experiments/memory_caching/run.py      # all that has no result yet
  training/experiments/memory_caching/run.py --draw
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import DATA, TRAINING, Panel, Results, be_modest, draw, read_text  # noqa: E402

# Name to (aggregation, segments that are kept).
CACHES = {
    "none": None, "gated, 4": ("gated", 4), "gated, 16": ("gated", 16), "gated, 64": ("gated", 64),
    "sparse, 4 of 64": ("sparse", 64),
}


def make(cache, segment: int):
    """A network of which every part runs in parallel over a window."""
    from fscomp_training import FastSlow, MemoryCaching, MinGRU

    slow = MinGRU(96)
    if cache:
        aggregation, limit = cache
        slow = MemoryCaching(slow, segment=segment, limit=limit, aggregation=aggregation, top=4)
    return FastSlow([MinGRU(96), MinGRU(96)], slow, shares_states=False)


def texts(options) -> dict:
    samples = TRAINING.parent / "corpora" / "samples"
    return {
        "enwik8": read_text(options.valid, options.measured),
        "book": read_text(samples / "prose.txt", options.measured),
        "log": read_text(options.log or samples / "server.log",
                         options.measured if options.log else 44_000),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, default=DATA / "enwik8.train")
    parser.add_argument("--valid", type=Path, default=DATA / "enwik8.valid")
    parser.add_argument("--log", type=Path, help="a long log (default: the short sample)")
    parser.add_argument("--bytes", type=int, default=2_000_000, help="that are read, each once")
    parser.add_argument("--measured", type=int, default=200_000, help="bytes of each text")
    parser.add_argument("--segment", type=int, default=64)
    parser.add_argument("--draw", action="store_true")
    options = parser.parse_args()
    if not options.draw:
        be_modest()
    results = Results(HERE / "results.json")
    for name, cache in CACHES.items():
        if options.draw or name in results.entries:
            continue
        from fscomp_training.fit import Plan, bits_per_byte, fit

        network = make(cache, options.segment)
        # Windows of several segments, so that what is kept is learned to be used.
        plan = Plan(options.bytes, streams=8, steps=256)
        course = fit(network, read_text(options.train, options.bytes), plan)
        entry = {"multiply_adds": network.multiply_adds, "bytes": options.bytes,
                 "segment": options.segment, "cpu_seconds": round(course.cpu_seconds, 1)}
        if cache:
            entry["presence"] = round(network.cells["S"].presence.item(), 3)
        for kind, text in texts(options).items():
            # Two long lanes: caches fill.
            entry[kind] = round(bits_per_byte(network, text, 2), 4)
        results.add(name, entry)
        print(name, entry, flush=True)

    kinds = ["enwik8", "book", "log"]
    print("| kept segments | multiply-adds a byte | " + " | ".join(kinds)
          + " | CPU us a byte, training |\n|---|--:|--:|--:|--:|--:|")
    for name, e in results.entries.items():
        print(f"| {name} | {e['multiply_adds']:,} | "
              + " | ".join(f"{e[kind]:.3f}" for kind in kinds)
              + f" | {e['cpu_seconds'] / e['bytes'] * 1e6:.0f} |")
    panel = Panel("Gain of keeping states, gated", "segments kept", "bits/byte less than without")
    gated = [(0, results.entries["none"])] + [
        (CACHES[name][1], e) for name, e in results.entries.items() if name.startswith("gated")
    ]
    for kind in kinds:
        panel.add(kind, [(kept, gated[0][1][kind] - e[kind]) for kept, e in gated])
    draw(HERE / "memory_caching.svg", [panel])


if __name__ == "__main__":
    main()
