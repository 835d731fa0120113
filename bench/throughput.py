#!/usr/bin/env python3
"""How fast whole files go through the program, what memory that takes, and what lanes cost.

Prints three tables, each figure the median of several runs with the extremes in brackets:
speed and peak memory of one file with each kernel table on one thread and on all; the time of the
whole process for a file of 10 bytes; and archive size and speed of the beginnings of the file in
different lanes and blocks. Every archive is decompressed and compared. The runs of a table take
turns, so that whatever else the machine does meanwhile slows all rows alike.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
TABLES = ["kernels", "tiny", "lanes"]
SIZES = [1_000, 10_000, 100_000, 1_000_000, 5_000_000]
LANES = [1, 2, 4, 8, 16, 32]
BLOCK_SIZES = ["512K", "1M", "2M", "4M"]


class Program:
    """The program under test, and a folder for its files."""

    def __init__(self, path, folder):
        self.path = str(path)
        self.folder = pathlib.Path(folder)

    def run(self, *arguments, kernels=None):
        """Runs it to its end. Returns the seconds it took and its peak memory in MB."""
        environment = dict(os.environ)
        if kernels:
            environment["FSCOMP_KERNELS"] = kernels
        start = time.perf_counter()
        process = subprocess.Popen([self.path, *map(str, arguments)], env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{self.path} {' '.join(map(str, arguments))} failed")
        return seconds, usage.ru_maxrss * 1024 / 1e6

    def round_trip(self, file, *options, kernels=None, threads=0):
        """Compresses and decompresses. Returns seconds and peak MB of both, and the size."""
        archive, plain = self.folder / "archive", self.folder / "plain"
        packing = self.run(
            "compress", "-qf", "-T", threads, *options, "-o", archive, file, kernels=kernels)
        unpacking = self.run(
            "decompress", "-qf", "-T", threads, "-o", plain, archive, kernels=kernels)
        if plain.read_bytes() != file.read_bytes():
            sys.exit(f"{file} came back changed")
        return packing, unpacking, archive.stat().st_size

    def kernel_tables(self):
        """The tables of this machine but those that are not worth the time, fastest first."""
        text = subprocess.run(
            [self.path, "--version"], capture_output=True, text=True, check=True).stdout
        line = next(line for line in text.splitlines() if line.startswith("kernels:"))
        names = line[line.index("(of ") + 4:line.rindex(")")].split(", ")
        return [name for name in reversed(names) if name not in ("scalar", "portable", "sse2")]


def spread(values, digits=0):
    """'median (smallest to largest)'."""
    figures = (statistics.median(values), min(values), max(values))
    return "{} ({} to {})".format(*(f"{figure:.{digits}f}" for figure in figures))


def in_turns(runs, cases, measure):
    """Measures each case `runs` times, all of them once before any a second time."""
    results = {case: [] for case in cases}
    for _ in range(runs):
        for case in cases:
            results[case].append(measure(case))
    return results


def print_table(header, rows):
    print("\n| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |", flush=True)


def speeds(size, trips):
    """KB/s (10^3 bytes) of compression and of decompression."""
    return [spread([size / 1e3 / trip[way][0] for trip in trips]) for way in (0, 1)]


def print_kernels(program, file, tables, threads, runs):
    size = file.stat().st_size
    results = in_turns(
        runs, [(table, count) for table in tables for count in threads],
        lambda case: program.round_trip(file, kernels=case[0], threads=case[1]))
    print_table(
        ["kernels", "threads", "compress KB/s", "decompress KB/s", "peak MB"],
        [(*case, *speeds(size, trips), f"{max(max(t[0][1], t[1][1]) for t in trips):.0f}")
         for case, trips in results.items()])


def print_tiny(program, tables, runs):
    file = program.folder / "tiny"
    file.write_bytes(b"ten bytes\n")
    results = in_turns(
        4 * runs + 1, tables, lambda table: program.round_trip(file, kernels=table))
    print_table(
        ["kernels", "10 bytes: compress ms", "decompress ms", "peak MB"],
        [(table, *(spread([1e3 * trip[way][0] for trip in trips], 1) for way in (0, 1)),
          f"{max(max(t[0][1], t[1][1]) for t in trips):.0f}")
         for table, trips in results.items()])


def print_lanes(program, file, runs):
    content = file.read_bytes()
    rows = []
    for size in [size for size in SIZES if size <= len(content)]:
        part = program.folder / "part"
        part.write_bytes(content[:size])
        cases = [("default", "default")]
        cases += [("default", count) for count in LANES if count * 512 <= size]
        cases += [(block, "default") for block in BLOCK_SIZES if size >= 1_000_000]

        def measure(case):
            names = zip(("--block-size", "--lanes"), case)
            chosen = [pair for pair in names if pair[1] != "default"]
            return program.round_trip(part, *(word for pair in chosen for word in pair))

        for case, trips in in_turns(runs, cases, measure).items():
            rows.append((size, *case, trips[0][2], *speeds(size, trips)))
    print_table(["bytes", "block", "lanes", "archive", "compress KB/s", "decompress KB/s"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", default=TABLES, help="of " + ", ".join(TABLES))
    parser.add_argument("--file", type=pathlib.Path, help="default: enwik8's last 5 MB")
    parser.add_argument("--bytes", type=int, help="only this many of them")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--kernels", help="such as avx512,avx2; default: all but the slowest two")
    parser.add_argument("--threads", help="default: 1 and the number of processors")
    options = parser.parse_args()
    unknown = set(options.tables) - set(TABLES)
    if unknown:
        parser.error("no such table: " + ", ".join(sorted(unknown)))
    if not options.file:
        subprocess.run([TOP / "corpora/fetch.sh"], stdout=sys.stderr, check=True)
        options.file = TOP / "corpora/data/enwik8.test"
    cores = len(os.sched_getaffinity(0))
    threads = options.threads.split(",") if options.threads else sorted({1, cores})
    with tempfile.TemporaryDirectory() as folder:
        program = Program(os.environ.get("FSCOMP", TOP / ".build/release/fscomp"), folder)
        tables = options.kernels.split(",") if options.kernels else program.kernel_tables()
        file = options.file
        if options.bytes:
            file = program.folder / "beginning"
            file.write_bytes(options.file.read_bytes()[:options.bytes])
        print(f"{options.file.name}, {file.stat().st_size} bytes; {cores} processors; "
              f"medians of {options.runs} runs (smallest to largest)")
        if "kernels" in options.tables:
            print_kernels(program, file, tables, threads, options.runs)
        if "tiny" in options.tables:
            print_tiny(program, tables, options.runs)
        if "lanes" in options.tables:
            print_lanes(program, file, options.runs)


if __name__ == "__main__":
    main()
