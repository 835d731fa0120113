#!/usr/bin/env python3
"""Times a training step of one layer, step by step and in parallel, for windows of several lengths.

With more lanes than one, every operation is larger, and there is less to gain.

  training/experiments/parallel/run.py                # writes results, prints the table
  training/experiments/parallel/run.py --device cuda  # the same on a GPU
  training/experiments/parallel/run.py --draw
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import Panel, Results, be_modest, draw  # noqa: E402

UNITS = INPUTS = 256


def forms() -> dict:
    """Name to (kind of cell, form); two forms of one kind are compared."""
    from fscomp_training import LSTM, DiagonalGRU, DiagonalLSTM, MinGRU, MinLSTM

    return {
        "lstm, sequential": (LSTM, "sequential"),
        "mingru, sequential": (MinGRU, "sequential"),
        "mingru, scan": (MinGRU, "parallel"),
        "mingru, cumulative sum": (MinGRU, "cumulative"),
        "minlstm, sequential": (MinLSTM, "sequential"),
        "minlstm, scan": (MinLSTM, "parallel"),
        "diagonal-gru, sequential": (DiagonalGRU, "sequential"),
        "diagonal-gru, newton": (DiagonalGRU, "parallel"),
        "diagonal-lstm, sequential": (DiagonalLSTM, "sequential"),
        "diagonal-lstm, newton": (DiagonalLSTM, "parallel"),
    }


def cumulative(cell, drive, state):
    """minGRU as Feng and others write it: cumulative sums of logarithms, over the whole window."""
    import torch
    from fscomp_training.cells.minimal import log_positive

    keep, take = cell.log_shares(drive)
    sums = keep.cumsum(0)
    entries = take + log_positive(drive[..., -1, :]) - sums
    before = state[0].clamp_min(torch.finfo(drive.dtype).tiny).log()
    h = (sums + torch.cat([before[None], entries]).logcumsumexp(0)[1:]).exp()
    return h, (h[-1],)


def runner(cell, form):
    from fscomp_training.cells import Cell

    if form == "sequential":
        return lambda drive, state: Cell.run(cell, drive, state)
    if form == "cumulative":
        return lambda drive, state: cumulative(cell, drive, state)
    return cell.run


def measure(kind, form, steps: int, options, device) -> dict:
    """Forward and backward of one window: seconds of CPU (or of the clock, on a GPU)."""
    import torch

    torch.manual_seed(1)
    cell = kind(UNITS, inputs=INPUTS).to(device)
    x = torch.randn(steps, options.lanes, INPUTS, device=device)
    weight = torch.randn(steps, options.lanes, UNITS, device=device)
    on_gpu = device.type == "cuda"
    run, clock = runner(cell, form), time.perf_counter if on_gpu else time.process_time
    times = []
    for _ in range(options.repeats + 1):  # the first is for warming up
        cell.zero_grad()
        if on_gpu:
            torch.cuda.synchronize()
        began = clock()
        outputs, _ = run(cell.drive(x), cell.zeros(options.lanes))
        (outputs * weight).sum().backward()
        if on_gpu:
            torch.cuda.synchronize()
        times.append(clock() - began)
    entry = {"milliseconds": round(statistics.median(times[1:]) * 1e3, 3)}
    if getattr(cell, "iterations", None):
        entry["iterations"] = cell.iterations
    if form != "sequential":
        entry["error"] = error(cell, run, x)
    return entry


def error(cell, run, x) -> float:
    """Largest difference from the steps in double precision, relative to the largest state."""
    import torch
    from fscomp_training.cells import Cell

    with torch.no_grad():
        found = run(cell.drive(x), cell.zeros(x.shape[1]))[0].double()
        exact = cell.double()
        expected, _ = Cell.run(exact, exact.drive(x.double()), exact.zeros(x.shape[1]))
        return float(f"{((found - expected).abs().max() / expected.abs().max()).item():.1e}")


def table(entries: dict, lengths) -> str:
    lines = [
        "| layer | " + " | ".join(f"T = {t}, ms" for t in lengths) + " | "
        + " | ".join(f"x at {t}" for t in lengths) + " | iterations | error |",
        "|---|" + "--:|" * (2 * len(lengths) + 2),
    ]
    for name, by_length in entries.items():
        kind = name.split(",")[0]
        base = entries.get(f"{kind}, sequential", {})
        found = [by_length[str(t)] for t in lengths]
        ratios = [
            f"{base[str(t)]['milliseconds'] / e['milliseconds']:.1f}" if e is not base[str(t)]
            else "" for t, e in zip(lengths, found)
        ]
        iterations = "/".join(str(e["iterations"]) for e in found if "iterations" in e)
        errors = [e["error"] for e in found if "error" in e]
        lines.append(
            f"| {name} | " + " | ".join(f"{e['milliseconds']:.1f}" for e in found) + " | "
            + " | ".join(ratios) + f" | {iterations} | {f'{max(errors):.0e}' if errors else ''} |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="forms (default: all)")
    parser.add_argument("--lengths", type=int, nargs="+", default=[128, 512, 2048, 4096])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--lanes", type=int, default=1)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--draw", action="store_true")
    options = parser.parse_args()
    if not options.draw:
        be_modest()
    name = f"results-{options.device}-{options.lanes}.json"
    results = Results(HERE / name)
    if not options.draw:
        import torch

        for form, (kind, how) in forms().items():
            if options.names and form not in options.names:
                continue
            found = {
                str(steps): measure(kind, how, steps, options, torch.device(options.device))
                for steps in options.lengths
            }
            results.add(form, found)
            print(form, found, flush=True)
    print(table(results.entries, options.lengths))
    panel = Panel(
        f"A training step, {UNITS} units, lanes: {options.lanes}", "steps of the window",
        "ms of CPU" if options.device == "cpu" else "ms", log_x=True, log_y=True,
    )
    for form, found in results.entries.items():
        panel.add(form, [(int(t), e["milliseconds"]) for t, e in found.items()])
    draw(HERE / f"{options.device}-{options.lanes}.svg", [panel], 640, 460)


if __name__ == "__main__":
    main()
