#!/usr/bin/env python3
"""Trains an FS-RNN by a recipe: on a processor, a GPU, or, started by torchrun, on many.

  training/pretrain.py --recipe training/recipes/medium.toml --resume

The run's folder gets checkpoint.safetensors (all that is needed to go on), best.safetensors (the
weights with the lowest validation cost, which `fscomp model import` reads) and log.csv.
"""

import argparse
import os
import sys
import time
from pathlib import Path

STARTED = time.monotonic()  # --max-seconds counts the loading of PyTorch too
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipe", type=Path, metavar="FILE", action="append", required=True,
                        help="what to train, on what, and how; several with --benchmark")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE",
                        dest="changes", help="change one value of the recipe; may be repeated")
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="the run's folder (default: training/runs/NAME)")
    parser.add_argument("--resume", nargs="?", const=True, metavar="CHECKPOINT",
                        help="go on from CHECKPOINT, or from the one in the run's folder if there "
                             "is one, so that the same command begins and continues a run")
    parser.add_argument("--from", dest="origin", type=Path, metavar="WEIGHTS",
                        help="begin from the weights of a checkpoint, with a new optimizer")
    parser.add_argument("--max-seconds", type=float, metavar="N",
                        help="stop with a checkpoint after N seconds, counted from the start")
    parser.add_argument("--device", choices=["auto", "cuda", "cpu"], default="auto")
    parser.add_argument("--precision", choices=["auto", "bf16", "fp32"], default="auto",
                        help="of the factors of matrix products (default: bf16 on a GPU)")
    parser.add_argument("--threads", type=int, metavar="N", help="processor threads of a process")
    parser.add_argument("--count", action="store_true",
                        help="count operations and bytes, predict the speed, and stop")
    parser.add_argument("--benchmark", action="store_true",
                        help="measure the speed beside what was predicted, and stop")
    parser.add_argument("--tensorboard", action="store_true",
                        help="write the log for TensorBoard, too, into the run's folder")
    parser.add_argument("--windows", type=int, default=5, metavar="N",
                        help="windows that --benchmark times (default: 5)")
    options = parser.parse_args()
    if len(options.recipe) > 1 and not (options.benchmark or options.count):
        parser.error("several recipes are for --benchmark and --count")
    if options.resume and options.origin:
        parser.error("--from begins a run; it does not go with --resume")
    return options


def train(options, recipe, machine, processes) -> int:
    from fscomp_training import board
    from fscomp_training.checkpoint import read
    from fscomp_training.trainer import CHECKPOINT, Trainer

    folder = options.out or HERE / "runs" / recipe.name
    present = folder / CHECKPOINT
    resumed = present if options.resume is True else options.resume and Path(options.resume)
    if resumed is present and not present.exists():
        resumed = None
    if not resumed and present.exists():
        raise FileExistsError(f"{present} is there already: --resume goes on from it")
    writes = options.tensorboard and processes.is_first
    trainer = Trainer(
        recipe, machine, folder, board=board.writer(folder / "tensorboard") if writes else None
    )
    trainer.stop_on_signals()
    if resumed:
        trainer.resume(resumed)
    elif options.origin:
        trainer.load_weights(read(options.origin)[0])
    shape = recipe.network
    trainer.report(
        f"{recipe.name}: {shape.parameters:,} parameters, {shape.multiply_adds:,} multiply-adds a "
        f"byte; {trainer.total / 1e6:.1f} MB in windows of {recipe.train.streams} x "
        f"{recipe.train.steps} bytes, on {processes.count} x {processes.device.type}"
    )
    if resumed:
        trainer.report(f"going on after {trainer.bytes_seen / 1e6:.1f} MB")
    deadline = STARTED + options.max_seconds if options.max_seconds else float("inf")
    complete = trainer.run(deadline)
    trainer.report(f"{'done' if complete else 'stopped'}: {folder / CHECKPOINT}")
    return 0


def main() -> int:
    options = arguments()
    try:
        import torch
    except ModuleNotFoundError:
        print("PyTorch is not here: training/README.md says how to install it", file=sys.stderr)
        return 1
    from fscomp_training import benchmark, cost
    from fscomp_training.board import BoardError
    from fscomp_training.checkpoint import CheckpointError
    from fscomp_training.distributed import Processes
    from fscomp_training.recipe import Recipe, RecipeError
    from fscomp_training.trainer import Machine, TrainingError

    if options.threads:
        torch.set_num_threads(options.threads)
    processes = None
    try:
        recipes = [Recipe.read(path, options.changes) for path in options.recipe]
        if options.count:
            print(cost.table(recipes, cost.H200))
            return 0
        processes = Processes.join(options.device)
        machine = Machine.choose(processes, options.precision)
        if options.benchmark:
            print(benchmark.table(recipes, machine, options.windows))
            return 0
        status = train(options, recipes[0], machine, processes)
        # Who leaves while another still talks takes that one down.
        processes.wait()
        return status
    except (RecipeError, CheckpointError, TrainingError, BoardError, OSError, ValueError) as error:
        print(f"pretrain: {error}", file=sys.stderr)
        return 1
    finally:
        if processes:
            processes.leave()


if __name__ == "__main__":
    status = main()
    if "WORLD_SIZE" in os.environ:
        # Threads of the process group may outlive it, and abort when the interpreter takes down what
        # they use: by now everything is on the disk.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
