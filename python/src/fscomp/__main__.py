"""``python -m fscomp``: the program's most common uses, where there is only the package."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from typing import Any, BinaryIO

import fscomp

SUFFIX = ".fsc"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m fscomp", description=fscomp.__doc__)
    parser.add_argument("--version", action="version", version=f"fscomp {fscomp.__version__}")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.add_argument("files", nargs="*", metavar="FILE", help="- or none: standard input")
        return added

    for name, text in (
        ("compress", "Compress files to FILE.fsc."),
        ("decompress", "Decompress FILE.fsc to FILE."),
        ("cat", "Write what archives hold to standard output."),
    ):
        added = command(name, text)
        added.add_argument("-T", "--threads", type=int, default=0, help="0: one for each processor")
        added.add_argument("-m", "--model", help="a model file, or the name of an installed one")
        if name != "cat":
            added.add_argument("-c", "--stdout", action="store_true", help="to standard output")
            added.add_argument("-f", "--force", action="store_true", help="replace what is there")
        if name == "compress":
            added.add_argument("-l", "--level", type=int, default=6, help="1 ... 9 (6)")
            added.add_argument("--seekable", action="store_true", help="blocks of 64 KiB")
            added.add_argument("--index", choices=["lines"], help="store where lines are")
    command("list", "Say what archives consist of.")
    return parser


def _transfer(source: Any, sink: Any) -> None:
    shutil.copyfileobj(source, sink, 1 << 20)


def _compress(source: BinaryIO, sink: BinaryIO, options: argparse.Namespace) -> None:
    with fscomp.FscompFile(
        sink, "wb", level=options.level, seekable=options.seekable, index=options.index,
        threads=options.threads, model=options.model,
    ) as target:
        _transfer(source, target)


def _decompress(source: BinaryIO, sink: BinaryIO, options: argparse.Namespace) -> None:
    with fscomp.FscompFile(source, threads=options.threads, model=options.model) as plain:
        _transfer(plain, sink)


def _target(name: str, compresses: bool) -> str:
    if compresses:
        return name + SUFFIX
    if not name.endswith(SUFFIX):
        raise ValueError(f"{name}: unknown suffix, {SUFFIX} expected")
    return name[: -len(SUFFIX)]


def _run(name: str, options: argparse.Namespace) -> None:
    if options.command == "list":
        archive = fscomp.list(name)
        ratio = archive.plain_size / max(archive.archive_size, 1)
        print(
            f"{name}: {archive.archive_size} bytes hold {archive.plain_size}, ratio {ratio:.3f},"
            f" {len(archive.blocks)} blocks, {len(archive.frames)} frames")
        return
    work = _compress if options.command == "compress" else _decompress
    with open(name, "rb") if name != "-" else sys.stdin.buffer as source:
        if name == "-" or options.command == "cat" or options.stdout:
            work(source, sys.stdout.buffer, options)
            sys.stdout.buffer.flush()
            return
        target = _target(name, options.command == "compress")
        if os.path.exists(target) and not options.force:
            raise FileExistsError(f"{target} is there already (-f replaces it)")
        partial = f"{target}.{os.getpid()}.partial"
        try:
            with open(partial, "xb") as sink:
                work(source, sink, options)
            os.replace(partial, target)
        except BaseException:
            if os.path.exists(partial):
                os.unlink(partial)
            raise


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    status = 0
    for name in options.files or ["-"]:
        try:
            _run(name, options)
        except BrokenPipeError:
            return 1
        except (OSError, ValueError, fscomp.FscompError) as error:
            print(f"fscomp: {error}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
