#!/usr/bin/env python3
"""Cuts checkpoints into small files and puts them together; takes the weights out of one.

  training/checkpoint.py split runs/medium/checkpoint.safetensors
  training/checkpoint.py join runs/medium/checkpoint.safetensors.pieces
  training/checkpoint.py export runs/medium/best.safetensors medium.safetensors
  training/checkpoint.py show runs/medium/checkpoint.safetensors
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    split = commands.add_parser("split", help="cut a file; it stays as it is")
    split.add_argument("file", type=Path)
    split.add_argument("--bytes", type=int, default=15_000_000, metavar="N",
                       help="largest piece (default: 15,000,000)")
    split.add_argument("--folder", type=Path, help="where the pieces go (default: beside the file)")
    join = commands.add_parser("join", help="put pieces together, and check that nothing changed")
    join.add_argument("pieces", type=Path, metavar="FILE.pieces")
    join.add_argument("--folder", type=Path, help="where the file goes (default: beside them)")
    export = commands.add_parser("export", help="write the weights alone, for fscomp model import")
    export.add_argument("checkpoint", type=Path)
    export.add_argument("output", type=Path)
    export.add_argument("--raw", action="store_true", help="not their moving average")
    export.add_argument("--align", type=int, default=16, metavar="N",
                        help="add idle units up to a multiple of N (default: 16, as fscomp needs)")
    show = commands.add_parser("show", help="what a checkpoint is, and how far its run has come")
    show.add_argument("checkpoint", type=Path)
    return parser.parse_args()


def main() -> int:
    options = arguments()
    from fscomp_training import checkpoint, idle_units, splitting, wiring

    try:
        if options.command == "split":
            for path in splitting.split(options.file, options.bytes, options.folder):
                print(path)
        elif options.command == "join":
            print(splitting.join(options.pieces, options.folder))
        elif options.command == "export":
            tensors, progress = checkpoint.read(options.checkpoint)
            tensors = checkpoint.weights(tensors, averaged=not options.raw)
            tensors = idle_units.add(tensors, options.align)
            checkpoint.write(options.output, tensors, {})
        else:
            _, progress = checkpoint.read(options.checkpoint)
            network = wiring.read(options.checkpoint)
            print(f"{network.wiring}, {sum(p.numel() for p in network.parameters()):,} parameters")
            for name, cell in network.cells.items():
                print(f"  {name}: {cell.kind}, {cell.units} units")
            for key, value in progress.items():
                print(f"{key}: {value}")
    except (checkpoint.CheckpointError, OSError, ValueError) as error:
        print(f"checkpoint: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
