"""Tests fscomp.ray where Ray is installed: with the tests of Spark."""

import fscomp
import pytest

ray = pytest.importorskip("ray")
pytest.importorskip("ray.data")


@pytest.fixture(scope="module", autouse=True)
def cluster():
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def test_lines(tmp_path, logs):
    from fscomp.ray import read_lines

    for number in range(2):
        archive = fscomp.compress(logs[:100_000], level=1, block_size=10_000)
        (tmp_path / f"{number}.fsc").write_bytes(archive)
    read = read_lines(str(tmp_path), partition_size=30_000).take_all()
    assert sorted(row["text"] for row in read) == sorted(2 * logs[:100_000].decode().splitlines())


def test_compressing(tmp_path, logs):
    from fscomp.ray import compress_files

    paths = []
    for number in range(3):
        path = tmp_path / f"{number}.log"
        path.write_bytes(logs[number * 1000:number * 1000 + 5000])
        paths.append(str(path))
    for number, _ in enumerate(compress_files(paths, level=1)):
        assert fscomp.decompress((tmp_path / f"{number}.log.fsc").read_bytes()) == (
            logs[number * 1000:number * 1000 + 5000])
