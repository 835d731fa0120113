"""Tests fscomp.spark on a cluster of two workers on this machine: `make spark`.

FSCOMP_SPARK_BYTES: of logs, 6 MB if not set.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import fscomp
import pytest
from conftest import log_lines

pyspark = pytest.importorskip("pyspark", minversion="4")
from fscomp import spark as fscomp_spark  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

SIZE = int(os.environ.get("FSCOMP_SPARK_BYTES", 6_000_000))


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]").appName("fscomp tests")
        .config("spark.ui.enabled", "false").config("spark.executor.memory", "1g")
        .config("spark.driver.host", "127.0.0.1").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def plain(folder):
    path = folder / "big.log"
    with open(path, "w") as file:
        size = 0
        for line in log_lines(10**9, seed=8):
            size += file.write(line)
            if size >= SIZE:
                break
    return path


@pytest.fixture(scope="module")
def archive(spark, folder, plain):
    """Made by the cluster."""
    target = folder / "big.log.fsc"
    fscomp_spark.run(
        spark, "compress", str(plain), str(target), level=1, block_size=1 << 20,
        part_size=SIZE // 8)
    return target


def test_the_archive_is_that_of_one_machine(archive, plain):
    program = os.environ.get("FSCOMP")
    if program:
        whole = subprocess.run(
            [program, "-1", "--block-size", "1M", "-c", plain], check=True, capture_output=True
        ).stdout
    else:
        whole = fscomp.compress(plain.read_bytes(), level=1, block_size=1 << 20, threads=0)
    assert archive.read_bytes() == whole
    assert not Path(f"{archive}.parts").exists()


def test_decompressing(spark, archive, plain, folder):
    target = folder / "again.log"
    fscomp_spark.run(spark, "decompress", str(archive), str(target), part_size=SIZE // 5)
    assert target.read_bytes() == plain.read_bytes()


def test_reading_lines(spark, archive, plain):
    frame = (
        spark.read.format("fscomp").option("partitionSize", 2 << 20).load(str(archive)))
    assert frame.rdd.getNumPartitions() >= 3
    lines = plain.read_text().splitlines()
    assert frame.filter(frame.value.contains(" 404 ")).count() == sum(
        " 404 " in line for line in lines)
    assert sorted(row.value for row in frame.collect()) == sorted(lines)


def test_writing_lines(spark, plain, folder):
    target = folder / "out"
    lines = plain.read_text().splitlines()[:5000]
    frame = spark.createDataFrame([(line,) for line in lines], "value string").repartition(3)
    frame.write.format("fscomp").mode("append").option("level", 1).option(
        "index", "lines").save(str(target))
    assert (target / "_SUCCESS").exists()
    assert len(list(target.glob("part-*.fsc"))) == 3 and not list(target.glob(".part*"))
    archives = [fscomp.list(name) for name in target.glob("part-*.fsc")]
    assert sum(block.newlines for archive in archives for block in archive.blocks) == len(lines)
    read = spark.read.format("fscomp").load(str(target))
    assert sorted(row.value for row in read.collect()) == sorted(lines)
    frame.limit(10).write.format("fscomp").mode("overwrite").option("level", 1).save(str(target))
    assert spark.read.format("fscomp").load(str(target)).count() == 10


def executors():
    """The processes that work for this one's cluster."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            parents[int(entry.name)] = (int(status[1]), command)

    def is_ours(process):
        while process in parents:
            process = parents[process][0]
            if process == os.getpid():
                return True
        return False

    return [
        process for process, (_, command) in parents.items()
        if b"CoarseGrainedExecutorBackend" in command and b"java" in command.split(b"\0")[0]
        and is_ours(process)]


def test_a_killed_worker_changes_nothing(spark, archive, plain, folder):
    target = folder / "killed.log.fsc"
    parts = Path(f"{target}.parts")
    killed = []

    def kill():
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline and not killed:
            # In the middle: something is done, and something is not.
            if parts.is_dir() and any(name.name.isdigit() for name in parts.iterdir()):
                for process in executors()[:1]:
                    os.kill(process, signal.SIGKILL)
                    killed.append(process)
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    fscomp_spark.run(
        spark, "compress", str(plain), str(target), level=1, block_size=1 << 20,
        part_size=SIZE // 8)
    killer.join()
    assert killed
    assert target.read_bytes() == archive.read_bytes()


def test_the_command_line_on_a_folder(spark, folder, plain):
    source = folder / "tree"
    (source / "sub").mkdir(parents=True)
    head = plain.read_bytes()[:300_000]
    (source / "a.log").write_bytes(head)
    (source / "sub" / "b.log").write_bytes(head[:1000])
    (source / "sub" / "empty").write_bytes(b"")
    packed, unpacked = folder / "packed", folder / "unpacked"
    made = fscomp_spark.run(spark, "compress", str(source), str(packed), level=1)
    assert len(made) == 3
    assert fscomp.decompress((packed / "sub" / "b.log.fsc").read_bytes()) == head[:1000]
    fscomp_spark.run(spark, "decompress", str(packed), str(unpacked))
    for name in ("a.log", "sub/b.log", "sub/empty"):
        assert (unpacked / name).read_bytes() == (source / name).read_bytes()
    shutil.rmtree(packed)
