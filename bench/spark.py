#!/usr/bin/env python3
"""Throughput of fscomp.spark with one worker and with two, on this machine.

  bench/spark.py [MEGABYTES [LEVEL]]    generated logs, 200 MB at level 1 unless said otherwise

`make scaling` runs it with a Python that has the package and pyspark, .build/python/bin/python. A worker
has one core. The archives of both runs are compared, and decompressed.
"""

import filecmp
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python/tests"))
from conftest import log_lines  # noqa: E402
from fscomp import spark as fscomp_spark  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

size = int(sys.argv[1] if len(sys.argv) > 1 else 200) * 1_000_000
level = int(sys.argv[2] if len(sys.argv) > 2 else 1)


def session(workers):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master(f"local-cluster[{workers},1,1024]").appName("bench")
        .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
        .config("spark.executor.memory", "1g")
        .config("spark.driver.host", "127.0.0.1").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    # Executors come up when they come up: not what is measured.
    while spark._jsc.sc().getExecutorMemoryStatus().size() <= workers:
        time.sleep(0.1)
    spark.sparkContext.parallelize(range(workers), workers).map(lambda n: n).collect()
    return spark


with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
    plain = os.path.join(folder, "big.log")
    with open(plain, "w") as file:
        written = 0
        for line in log_lines(10**9, seed=8):
            written += file.write(line)
            if written >= size:
                break
    print(f"| workers | compression MB/s | decompression MB/s | archive B of {written} |")
    print("|---|--:|--:|--:|")
    archives = []
    for workers in (1, 2):
        spark = session(workers)
        archives.append(os.path.join(folder, f"{workers}.fsc"))
        start = time.monotonic()
        fscomp_spark.run(
            spark, "compress", plain, archives[-1], level=level, block_size=1 << 20,
            part_size=8 << 20)
        packed = time.monotonic() - start
        back = os.path.join(folder, "back")
        start = time.monotonic()
        fscomp_spark.run(spark, "decompress", archives[-1], back, part_size=8 << 20)
        unpacked = time.monotonic() - start
        assert filecmp.cmp(plain, back, shallow=False)
        spark.stop()
        print(
            f"| {workers} | {written / packed / 1e6:.2f} | {written / unpacked / 1e6:.2f} |"
            f" {os.path.getsize(archives[-1])} |", flush=True)
    assert filecmp.cmp(*archives, shallow=False)
