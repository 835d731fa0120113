"""fsspec and what stands on it, with the real packages."""

import io
import random
import subprocess
import sys

import fscomp
import pytest
from conftest import log_lines

fsspec = pytest.importorskip("fsspec")


def test_no_import_is_needed(tmp_path, log_archive, logs):
    """It is enough that the package is installed: in a process that never heard of it."""
    path = tmp_path / "x.log.fsc"
    path.write_bytes(log_archive)
    program = (
        "import sys, fsspec\n"
        f"with fsspec.open({str(path)!r}, compression='infer') as file:\n"
        "  sys.stdout.buffer.write(file.read())\n")
    assert subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True).stdout == logs


def test_starting_python_loads_nothing():
    program = "import sys; print('fscomp' in sys.modules, 'fsspec' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert result.stdout == b"False False\n"


@pytest.mark.parametrize("scheme", ["memory://", "file://"])
def test_writing_and_reading(tmp_path, logs, scheme):
    url = f"{scheme}{tmp_path}/a.log.fsc"
    with fsspec.open(url, "wb", compression="infer") as file:
        file.write(logs[:5000])
    with fsspec.open(url, "rt", compression="infer", newline="") as file:
        assert file.read().encode() == logs[:5000]
    with fsspec.open(url, compression="fscomp") as file:
        file.seek(4000)
        assert file.read(10) == logs[4000:4010]
    with fsspec.open(f"fscomp://a.log::{url}") as file:
        assert file.read() == logs[:5000]
    assert fsspec.open_files(f"fscomp://*::{url}")[0].path == "a.log"


def test_pandas(tmp_path):
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"n": range(500), "text": [f"row {n}" for n in range(500)]})
    path = str(tmp_path / "t.csv.fsc")
    with fsspec.open(path, "wt", compression="infer", newline="") as file:
        table.to_csv(file, index=False)
    with fsspec.open(path, compression="infer") as file:
        assert pandas.read_csv(file).equals(table)
    assert pandas.read_csv(f"fscomp://t.csv::file://{path}").equals(table)


def test_dask(tmp_path):
    bag = pytest.importorskip("dask.bag")
    for number in range(3):
        with fscomp.open(tmp_path / f"{number}.txt.fsc", "wt", level=1) as file:
            file.writelines(f"{number} {line}\n" for line in range(100))
    lines = bag.read_text(str(tmp_path / "*.txt.fsc"), compression="infer")
    assert lines.npartitions == 3
    numbers = lines.map(lambda line: int(line.split()[1]))
    assert numbers.sum().compute(scheduler="threads") == 3 * 4950


def test_duckdb(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    with fscomp.open(tmp_path / "t.csv.fsc", "wt", level=1) as file:
        file.writelines(["n\n", *(f"{n}\n" for n in range(500))])
    duckdb.register_filesystem(fsspec.filesystem("fscomp", fo=str(tmp_path / "t.csv.fsc")))
    query = "select count(*), sum(n) from read_csv('fscomp://t.csv')"
    assert duckdb.sql(query).fetchall() == [(500, 124750)]


def test_hugging_face_datasets(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = pytest.importorskip("datasets")
    with fscomp.open(tmp_path / "t.jsonl.fsc", "wt", level=1) as file:
        file.writelines('{"n": %d, "text": "row %d"}\n' % (n, n) for n in range(500))
    rows = datasets.load_dataset(
        "json", data_files=f"fscomp://t.jsonl::{tmp_path}/t.jsonl.fsc", streaming=True,
        split="train")
    assert [row["text"] for row in rows] == [f"row {n}" for n in range(500)]


class CountingFile(io.RawIOBase):
    """Notes which parts are read."""

    def __init__(self, path, parts):
        self._file = open(path, "rb", buffering=0)
        self._parts = parts

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        return self._file.seek(offset, whence)

    def tell(self):
        return self._file.tell()

    def readinto(self, buffer):
        start = self._file.tell()
        count = self._file.readinto(buffer)
        self._parts.append(range(start, start + count))
        return count

    def close(self):
        self._file.close()
        super().close()


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """An archive of 50 MB, of many frames, and the lines that are in each."""
    lines = [line.encode() for line in log_lines(60000, seed=5)]
    frame = fscomp.compress(b"".join(lines), level=1, seekable=True, threads=0)
    path = tmp_path_factory.mktemp("large") / "large.log.fsc"
    with open(path, "wb") as file:
        for _ in range(50_000_000 // len(frame) + 1):
            file.write(frame)
    return path, lines


def test_a_hundred_lines_of_a_large_archive_cost_their_blocks(large, monkeypatch):
    path, lines = large
    parts = []

    class CountingFileSystem(fsspec.AbstractFileSystem):
        protocol = "counting"

        def _open(self, name, mode="rb", **_):
            return CountingFile(name, parts)

        def info(self, name, **_):
            return {"name": name, "size": path.stat().st_size, "type": "file"}

    fsspec.register_implementation("counting", CountingFileSystem, clobber=True)
    assert path.stat().st_size >= 50_000_000
    archive = fscomp.list(path)
    known, generator = set(lines), random.Random(6)
    with fsspec.open(f"counting://{path}", compression="infer") as file:
        index = sum(map(len, parts))
        assert index < 0.02 * path.stat().st_size
        touched, read = set(), 0
        for _ in range(100):
            parts.clear()
            start = generator.randrange(archive.plain_size - 1000)
            file.seek(start)
            file.readline()
            assert file.readline() in known
            end = file.tell()
            wanted = {
                block for block in archive.blocks
                if block.plain_offset < end and block.plain_offset + block.plain_size > start}
            for part in parts:
                assert any(
                    block.offset <= part.start
                    and part.stop <= block.offset + block.archive_size for block in wanted)
            touched |= wanted
            read += sum(map(len, parts))
    assert read <= sum(block.archive_size for block in touched)
    assert len(touched) <= 200 < len(archive.blocks) / 5
