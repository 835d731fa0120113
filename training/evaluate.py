#!/usr/bin/env python3
"""Prints how many bits a byte of a text costs with the weights of a checkpoint.

  training/evaluate.py training/runs/medium/best.safetensors corpora/data/enwik8.valid

`float` is the network in floating point, of whatever cells; `fixed`, of LSTMs alone, is the network
quantized as `fscomp model import` does it, in the integer arithmetic of docs/format.md: what
`fscomp eval` prints.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("text", type=Path)
    parser.add_argument("--lanes", type=int, default=64, metavar="L",
                        help="runs of consecutive bytes, read side by side (default: 64)")
    parser.add_argument("--bytes", type=int, metavar="N", help="only the first N bytes")
    parser.add_argument("--arithmetic", choices=["float", "fixed", "both"], default="both")
    parser.add_argument("--raw", action="store_true",
                        help="the weights themselves where there is a moving average of them")
    parser.add_argument("--device", choices=["auto", "cuda", "cpu"], default="auto")
    parser.add_argument("--precision", choices=["auto", "bf16", "fp32"], default="fp32",
                        help="of the factors of matrix products, in floating point")
    parser.add_argument("--threads", type=int, metavar="N", help="processor threads")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    try:
        import torch
    except ModuleNotFoundError:
        print("PyTorch is not here: training/README.md says how to install it", file=sys.stderr)
        return 1
    from fscomp_training import checkpoint, fit, fixed_point, wiring
    from fscomp_training.cell import Manner
    from fscomp_training.distributed import Processes
    from fscomp_training.evaluation import Evaluator
    from fscomp_training.noise import Regularization
    from fscomp_training.parameters import Parameters
    from fscomp_training.shape import NetworkShape
    from fscomp_training.streams import read_bytes
    from fscomp_training.trainer import Machine

    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        machine = Machine.choose(Processes.join(options.device), options.precision)
        device = machine.processes.device
        text = read_bytes(options.text)[: options.bytes]
        covered = len(text) // options.lanes * options.lanes

        def report(name, bits, began):
            seconds = time.monotonic() - began
            print(f"{name}  {bits:.5f} bits/byte over {covered:,} bytes in {options.lanes} lanes, "
                  f"{seconds:.1f} s", flush=True)

        network = wiring.read(options.checkpoint, averaged=not options.raw)
        if not network.is_the_codecs:
            if options.arithmetic == "fixed":
                raise ValueError("this is of Fast-Slow networks of LSTMs alone; of other cells, "
                                 "fscomp eval measures the model that fscomp model import makes")
            began = time.monotonic()
            report("float", fit.bits_per_byte(network, text, options.lanes), began)
            return 0
        tensors, progress = checkpoint.read(options.checkpoint)
        tensors = checkpoint.weights(tensors, averaged=not options.raw)
        # A network that was trained with zoneout, and not yet without, is evaluated with it.
        trained_with = progress.get("recipe", {}).get("regularization", {})
        zoneout = Regularization(**({} if progress.get("finishing") else trained_with))

        if options.arithmetic != "fixed":
            began = time.monotonic()
            parameters = Parameters(NetworkShape.of(tensors), device=device, gradients=False)
            parameters.load(tensors)
            evaluator = Evaluator(
                text, options.lanes, parameters,
                compute=machine.compute, align=machine.align, kernels=machine.kernels,
                manner=Manner(zoneout.thresholds, expected=True), processes=machine.processes,
            )
            report("float", evaluator.bits_per_byte(), began)
        if options.arithmetic != "float":
            if zoneout.keep_hidden < 1 or zoneout.keep_cell < 1:
                print("note: this network was not finished without zoneout, which fixed point "
                      "does not have", file=sys.stderr)
            began = time.monotonic()
            report("fixed", fixed_point.bits_per_byte(tensors, text, options.lanes, device), began)
    except (checkpoint.CheckpointError, OSError, ValueError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
