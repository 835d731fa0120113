"""For Spark: reading lines of archives, writing them, and compressing and decompressing on a
cluster.

    lines = spark.read.format("fscomp").load("logs/*.fsc")        # one column, "value"
    lines.write.format("fscomp").option("level", 3).save("out")   # a folder of archives

Where this package is installed, Spark finds the format by itself; ``register(spark)`` makes sure.
Workers need the package, too, and paths that mean the same to all of them.

    python -m fscomp.spark compress IN OUT
    python -m fscomp.spark decompress IN OUT
"""

from __future__ import annotations

import argparse
import glob
import os
import shutil
import sys
import uuid
from dataclasses import dataclass
from typing import Any, Iterator, Sequence

from pyspark import TaskContext
from pyspark.sql import SparkSession
from pyspark.sql.datasource import (
    DataSource, DataSourceReader, DataSourceWriter, InputPartition, WriterCommitMessage,
)

from ._archive import Reader, join
from ._codec import compress
from ._file import FscompFile
from ._split import SUFFIX, Part, archives, lines, parts_of_archive, parts_of_file

#: Plain bytes of a partition, unless the option "partitionSize" says otherwise.
PARTITION_SIZE = 64 << 20


def register(spark: SparkSession) -> None:
    """Makes the format "fscomp" known to a session, should it not have found it."""
    spark.dataSource.register(FscompDataSource)


class FscompDataSource(DataSource):
    """Lines of archives.

    Options for reading: ``partitionSize``, plain bytes of a partition (64 MiB). For writing:
    ``level`` (6), ``blockSize``, ``seekable``, ``index`` ("lines").
    """

    @classmethod
    def name(cls) -> str:
        return "fscomp"

    def schema(self) -> str:
        return "value string"

    def reader(self, schema: Any) -> _LineReader:
        return _LineReader(
            self.options["path"], int(self.options.get("partitionSize", PARTITION_SIZE)))

    def writer(self, schema: Any, overwrite: bool) -> _LineWriter:
        options: dict[str, Any] = {"level": int(self.options.get("level", 6))}
        if "blockSize" in self.options:
            options["block_size"] = int(self.options["blockSize"])
        if self.options.get("seekable", "false").lower() == "true":
            options["seekable"] = True
        if "index" in self.options:
            options["index"] = self.options["index"]
        if [field.dataType.simpleString() for field in schema] != ["string"]:
            raise ValueError("what is written has one column, of strings")
        return _LineWriter(self.options["path"], options, overwrite)


class _PartPartition(InputPartition):
    def __init__(self, part: Part) -> None:
        super().__init__(part)


class _LineReader(DataSourceReader):
    def __init__(self, path: str, size: int) -> None:
        self._path = path
        self._size = size

    def partitions(self) -> Sequence[InputPartition]:
        parts = [
            part for name in archives(self._path)
            for part in parts_of_archive(name, self._size)]
        # Of nothing there is one partition, too: Spark asks for one.
        return [_PartPartition(part) for part in parts or [Part("", 0, 0)]]

    def read(self, partition: InputPartition) -> Iterator[tuple[str]]:
        part: Part = partition.value
        if not part.path:
            return
        for line in lines(part):
            yield (line.rstrip(b"\r\n").decode("utf-8", "replace"),)


@dataclass
class _Written(WriterCommitMessage):
    name: str


class _LineWriter(DataSourceWriter):
    """Each task writes an archive under a name of its own; those of tasks that succeeded get their
    final names when all have."""

    def __init__(self, path: str, options: dict[str, Any], overwrite: bool) -> None:
        self._path = path
        self._options = options
        self._overwrite = overwrite
        self._job = uuid.uuid4().hex[:12]

    def write(self, iterator: Iterator[Any]) -> WriterCommitMessage:
        context = TaskContext.get()
        partition = context.partitionId() if context else 0
        attempt = context.taskAttemptId() if context else 0
        os.makedirs(self._path, exist_ok=True)
        name = f"part-{partition:05}-{self._job}{SUFFIX}"
        partial = os.path.join(self._path, f".{name}.{attempt}")
        with FscompFile(partial, "wb", **self._options) as file:
            for row in iterator:
                file.write((row[0] or "").encode() + b"\n")
        return _Written(os.path.basename(partial))

    def commit(self, messages: list[WriterCommitMessage | None]) -> None:
        os.makedirs(self._path, exist_ok=True)
        before = glob.glob(os.path.join(glob.escape(self._path), "part-*" + SUFFIX))
        for message in messages:
            if isinstance(message, _Written):
                final = message.name[1:].rsplit(".", 1)[0]
                os.replace(os.path.join(self._path, message.name), os.path.join(self._path, final))
        if self._overwrite:
            for name in before:
                os.unlink(name)
        self._clean()
        with open(os.path.join(self._path, "_SUCCESS"), "w"):
            pass

    def abort(self, messages: list[WriterCommitMessage | None]) -> None:
        self._clean()

    def _clean(self) -> None:
        """Removes what tasks left that did not come to their end."""
        pattern = os.path.join(glob.escape(self._path), f".part-*-{self._job}{SUFFIX}.*")
        for name in glob.glob(pattern):
            os.unlink(name)


@dataclass(frozen=True)
class _Job:
    """What one worker does: part of a file, to a file of its own."""

    part: Part
    target: str
    level: int
    block_size: int | None


def _compress_part(job: _Job) -> str:
    with open(job.part.path, "rb") as file:
        file.seek(job.part.start)
        plain = file.read(job.part.stop - job.part.start)
    archive = compress(plain, level=job.level, block_size=job.block_size)
    return _place(job.target, [archive])


def _decompress_part(job: _Job) -> str:
    def pieces() -> Iterator[bytes]:
        with Reader(job.part.path) as reader:
            for start in range(job.part.start, job.part.stop, 1 << 20):
                yield reader.read(start, min(1 << 20, job.part.stop - start))

    return _place(job.target, pieces())


def _place(target: str, pieces: Any) -> str:
    """Writes a file that has its name when it is complete: a worker that is killed in the middle,
    or does again what another has done, changes nothing."""
    partial = f"{target}.{uuid.uuid4().hex}"
    with open(partial, "wb") as file:
        for piece in pieces:
            file.write(piece)
    os.replace(partial, target)
    return target


def run(
    spark: SparkSession, command: str, source: str, target: str, *, level: int = 6,
    block_size: int = 4 << 20, part_size: int = PARTITION_SIZE,
) -> list[str]:
    """Compresses or decompresses a file, or all files of a folder. Returns the files that it made.

    Each archive has one frame, the same bytes as ``fscomp compress --block-size`` makes.
    """
    pairs = _pairs(command, source, target)
    jobs: list[_Job] = []
    made: list[tuple[str, str, int]] = []
    for old, new in pairs:
        folder = f"{new}.parts"
        os.makedirs(folder, exist_ok=True)
        parts = (
            parts_of_file(old, block_size, part_size) if command == "compress"
            else parts_of_archive(old, part_size))
        jobs += [
            _Job(part, os.path.join(folder, f"{number:08}"), level, block_size)
            for number, part in enumerate(parts)]
        made.append((new, folder, len(parts)))
    if jobs:
        work = _compress_part if command == "compress" else _decompress_part
        spark.sparkContext.parallelize(jobs, len(jobs)).map(work).collect()
    for new, folder, count in made:
        _assemble(command, new, [os.path.join(folder, f"{number:08}") for number in range(count)])
        shutil.rmtree(folder)
    return [new for new, _, _ in made]


def _assemble(command: str, target: str, parts: list[str]) -> None:
    partial = f"{target}.{uuid.uuid4().hex}"
    with open(partial, "wb") as file:
        if command == "compress":
            join(parts, file)
        else:
            for name in parts:
                with open(name, "rb") as part:
                    shutil.copyfileobj(part, file, 1 << 20)
    os.replace(partial, target)


def _pairs(command: str, source: str, target: str) -> list[tuple[str, str]]:
    """Which file becomes which."""
    if not os.path.isdir(source):
        return [(source, target)]
    pairs = []
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        place = os.path.join(target, os.path.relpath(folder, source))
        for name in sorted(names):
            if name.startswith((".", "_")):
                continue
            if command == "compress":
                new = name + SUFFIX
            elif name.endswith(SUFFIX):
                new = name[: -len(SUFFIX)]
            else:
                continue
            os.makedirs(place, exist_ok=True)
            pairs.append((os.path.join(folder, name), os.path.normpath(os.path.join(place, new))))
    return pairs


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m fscomp.spark", description=__doc__)
    parser.add_argument("command", choices=["compress", "decompress"])
    parser.add_argument("source", help="a file or a folder")
    parser.add_argument("target", help="a file, or a folder for a folder")
    parser.add_argument("--level", type=int, default=6, help="1 ... 9 (6)")
    parser.add_argument("--block-size", type=int, default=4 << 20, help="in bytes (4 MiB)")
    parser.add_argument(
        "--part-size", type=int, default=PARTITION_SIZE, help="plain bytes of a task (64 MiB)")
    options = parser.parse_args(arguments)
    spark = SparkSession.builder.appName("fscomp").getOrCreate()
    try:
        for name in run(
            spark, options.command, options.source, options.target, level=options.level,
            block_size=options.block_size, part_size=options.part_size,
        ):
            print(name)
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
