#!/usr/bin/env python3
"""Codes texts with a network that goes on learning, alone and with counts of contexts beside it.

  training/experiments/online/run.py      # all that has no result yet
  training/experiments/online/run.py --draw

Cost is the ideal code length. The contexts are the last one to four bytes, with adaptive counts of
what followed; network and contexts are mixed by a softmax whose weights learn from every byte: a
plain relative of the codec's mixer, not the codec's.
"""

import argparse
import math
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import DATA, SCRATCH, TRAINING, Panel, Results, be_modest, draw, read_text  # noqa: E402

ORDERS = (1, 2, 3, 4)
RATE = 0.0005  # Adam's, while coding


def networks() -> dict:
    from fscomp_training import LSTM, DiagonalGRU, Stacked

    return {
        "diagonal-gru 128": lambda: Stacked([DiagonalGRU(128, norm=False)]),
        "lstm 96": lambda: Stacked([LSTM(96, norm=False)]),
    }


class Contexts:
    """Distributions over the next byte, from what followed the last bytes before."""

    def __init__(self):
        import numpy

        self.numpy, self.tables, self.history = numpy, [{} for _ in ORDERS], b""

    def logs(self):
        """[orders, 256], natural logarithms."""
        rows = []
        for order, table in zip(ORDERS, self.tables):
            counts = table.get(self.history[-order:])
            row = self.numpy.full(256, 1 / 256) if counts is None else counts + 1 / 256
            rows.append(self.numpy.log(row / row.sum()))
        return self.numpy.stack(rows)

    def observe(self, byte: int):
        for order, table in zip(ORDERS, self.tables):
            counts = table.setdefault(self.history[-order:], self.numpy.zeros(256))
            counts *= 0.9 if order > 1 else 0.99
            counts[byte] += 1
        self.history = (self.history + bytes([byte]))[-max(ORDERS) :]


class Mixer:
    """p in proportion to the product of each distribution to the power of its weight."""

    def __init__(self, count: int, rate: float = 0.02):
        import numpy

        self.numpy, self.rate = numpy, rate
        self.weights = numpy.full(count, 0.4)

    def cost(self, logs, byte: int) -> float:
        """Nats of the byte; then learns. logs [count, 256]."""
        scores = self.weights @ logs
        scores -= scores.max()
        p = self.numpy.exp(scores)
        p /= p.sum()
        self.weights += self.rate * (logs[:, byte] - logs @ p)
        return -math.log(p[byte])


def pretrained(name: str, make, options):
    from fscomp_training import wiring
    from fscomp_training.fit import Plan, fit

    path = SCRATCH / f"online-{name}-{options.bytes}.safetensors".replace(" ", "-")
    if not path.exists():
        network = make()
        fit(network, read_text(options.train, options.bytes), Plan(options.bytes, 32, 64))
        path.parent.mkdir(parents=True, exist_ok=True)
        network.save(path)
    return wiring.read(path)


def code(network, text, how: str) -> dict:
    """Bits a byte alone and mixed, and microseconds of CPU a byte of the network's part."""
    import numpy
    import torch
    from fscomp_training.online import OnlineLearner

    output = [network.output_weight, network.output_bias]
    learned = network.parameters() if how == "everything" else output
    rate = 0.0 if how == "nothing" else RATE
    optimizer = torch.optim.Adam(learned, lr=rate, fused=True)
    learner = OnlineLearner(network, optimizer, learns_cells=how == "everything")
    contexts, mixer = Contexts(), Mixer(1 + len(ORDERS))
    without = Mixer(len(ORDERS))
    alone = mixed = only = seconds = 0.0
    for byte in text.tolist():
        began = time.process_time()
        logs = torch.log_softmax(learner.logits(), -1).numpy()
        alone += learner.observe(torch.tensor([byte])).item()
        seconds += time.process_time() - began
        others = contexts.logs()
        mixed += mixer.cost(numpy.concatenate([logs, others]), byte)
        only += without.cost(others, byte)
        contexts.observe(byte)
    scale = 1 / (len(text) * math.log(2))
    return {"alone": round(alone * scale, 4), "mixed": round(mixed * scale, 4),
            "contexts": round(only * scale, 4),
            "microseconds": round(seconds / len(text) * 1e6), "bytes": len(text)}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, default=DATA / "enwik8.train")
    parser.add_argument("--valid", type=Path, default=DATA / "enwik8.valid")
    parser.add_argument("--bytes", type=int, default=2_000_000, help="trained on beforehand")
    parser.add_argument("--coded", type=int, default=20_000, help="bytes of each text")
    parser.add_argument("--draw", action="store_true")
    options = parser.parse_args()
    if not options.draw:
        be_modest()
    samples = TRAINING.parent / "corpora" / "samples"
    results = Results(HERE / "results.json")
    for name, make in networks().items() if not options.draw else ():
        for kind, path in (("enwik8", options.valid), ("log", samples / "server.log")):
            for how in ("nothing", "the output", "everything"):
                key = f"{name}, {kind}, {how}"
                if key not in results.entries:
                    network = pretrained(name, make, options)
                    results.add(key, code(network, read_text(path, options.coded), how))
                    print(key, results.entries[key], flush=True)

    print("| network | text | learns while coding | alone | with contexts | contexts alone "
          "| CPU us a byte |\n|---|---|---|--:|--:|--:|--:|")
    for key, e in results.entries.items():
        name, kind, how = key.split(", ")
        print(f"| {name} | {kind} | {how} | {e['alone']:.3f} | {e['mixed']:.3f} | "
              f"{e['contexts']:.3f} | {e['microseconds']} |")
    panel = Panel(
        "What learning while coding gains", "alone, bits/byte", "with contexts, bits/byte", dots=True
    )
    for key, e in results.entries.items():
        panel.add(key, [(e["alone"], e["mixed"])])
    draw(HERE / "online.svg", [panel], 760, 440)


if __name__ == "__main__":
    main()
