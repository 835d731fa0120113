"""The package as a whole: its README, its command line, its memory."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import fscomp
import pytest

repository = Path(__file__).resolve().parents[2]


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "fscomp", *map(str, arguments)], capture_output=True, **options)


@pytest.mark.parametrize("readme", ["README.md", "python/README.md"])
def test_the_readme_is_true(tmp_path, readme):
    blocks = re.findall(r"```python\n(.*?)```", (repository / readme).read_text(), re.DOTALL)
    assert blocks
    for block in blocks:
        subprocess.run([sys.executable, "-c", block], check=True, cwd=tmp_path)


@pytest.mark.skipif("FSCOMP" not in os.environ, reason="$FSCOMP does not name the program")
def test_the_program_is_of_the_same_version_and_makes_the_same_archive(tmp_path, logs):
    program = os.environ["FSCOMP"]
    version = subprocess.run([program, "--version"], capture_output=True, check=True).stdout
    assert version.split()[:2] == [b"fscomp", fscomp.__version__.encode()]
    path = tmp_path / "a"
    path.write_bytes(logs[:30000])
    for options, arguments in (
        ({"level": 1, "seekable": True}, ["-1", "--seekable"]), ({}, []),
        ({"level": 4, "block_size": 5000}, ["-4", "--block-size", "5000"]),
        ({"level": 1, "index": "lines"}, ["-1", "--index", "lines"]),
    ):
        made = subprocess.run([program, *arguments, "-c", path], capture_output=True, check=True)
        assert made.stdout == fscomp.compress(logs[:30000], **options)


def test_the_command_line(tmp_path, logs):
    path = tmp_path / "a.log"
    path.write_bytes(logs[:20000])
    assert run("compress", "-l1", "--index", "lines", path).returncode == 0
    archive = tmp_path / "a.log.fsc"
    assert run("list", archive).stdout.decode().startswith(f"{archive}: ")
    assert run("cat", archive).stdout == logs[:20000]
    assert fscomp.list(archive).blocks[0].newlines == logs[:20000].count(b"\n")
    again = run("decompress", archive)
    assert again.returncode == 1 and b"is there already" in again.stderr
    path.write_bytes(b"")
    assert run("decompress", "-f", archive).returncode == 0
    assert path.read_bytes() == logs[:20000]
    assert run("decompress", path).returncode == 1
    assert sorted(os.listdir(tmp_path)) == ["a.log", "a.log.fsc"]


def test_the_command_line_in_a_pipe(logs):
    archive = run("compress", "-l1", input=logs[:5000]).stdout
    assert fscomp.decompress(archive) == logs[:5000]
    assert run("decompress", "-c", input=archive).stdout == logs[:5000]
    broken = run("decompress", input=archive[:-5])
    assert broken.returncode == 1 and b"the archive is truncated" in broken.stderr


def test_training_calls_the_program(tmp_path, monkeypatch):
    arguments = tmp_path / "arguments"
    program = tmp_path / "fscomp"
    model = repository / "Tests/FSCompTests/Vectors/1.0/test-vectors.fsm"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {arguments}\nfor last; do :; done\ncp {model} "$last"\n')
    program.chmod(0o755)
    monkeypatch.setenv("FSCOMP", str(program))
    made = fscomp.train(["a.txt", "b.txt"], tmp_path / "mine.fsm", options=["--hours", "1"])
    assert made.id == fscomp.Model.from_file(model).id
    assert arguments.read_text().split()[:6] == [
        "train", "a.txt", "b.txt", "--from", "default", "--hours"]
    monkeypatch.delenv("FSCOMP")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError):
        fscomp.train("a.txt", tmp_path / "mine.fsm")


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_ten_thousand_round_trips_do_not_leak(logs):
    rounds, before = 10_000, 0
    for number in range(rounds):
        if number == rounds // 10:
            before = resident()
        plain = logs[number:number + 100]
        archive = fscomp.compress(plain, level=1)
        assert fscomp.decompress(archive) == plain
        if number % 10 == 0:
            fscomp.Compressor(level=1).compress(plain)
            with pytest.raises(fscomp.ArchiveError):
                fscomp.decompress(archive[:-1])
            with fscomp.open(io.BytesIO(archive)) as file:
                assert file.read(10) == plain[:10]
    assert resident() - before < 2 << 20
