"""The programs as people use them."""

import csv
import runpy
import signal
import subprocess
import sys
import types

import pytest
from runs import write_recipe

from fscomp_training import LSTM, FastSlow, MinGRU, checkpoint
from fscomp_training.fit import bits_per_byte
from fscomp_training.streams import read_bytes


@pytest.fixture
def run(repository, monkeypatch, capsys):
    """Runs a program in this process, which saves the loading of PyTorch."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def call(program, *arguments, expect=0):
        path = repository / "training" / program
        monkeypatch.setattr(sys, "argv", [str(path), *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(path), run_name="__main__")
        out, complaint = capsys.readouterr()
        assert ended.value.code == expect, out + complaint
        return out if expect == 0 else complaint

    yield call
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_help(run):
    assert "--resume" in run("pretrain.py", "--help")
    assert "--lanes" in run("evaluate.py", "--help")
    assert "split" in run("checkpoint.py", "--help")


def test_interrupted_runs_save_what_they_have(repository, tmp_path, text):
    """As a process of its own: a signal ends it after the window at hand, with a checkpoint.

    Even without, there would be one from the last validation.
    """
    recipe, folder = write_recipe(tmp_path, text), tmp_path / "run"
    program = subprocess.Popen(
        [sys.executable, repository / "training/pretrain.py", "--recipe", recipe, "--out", folder,
         "--device", "cpu", "--threads", "1", "--set", "train.bytes=1000000000",
         "--set", "valid.every=128"],
        stdout=subprocess.PIPE, text=True,
    )
    # Lines with a validation cost mean that it is in the middle of things.
    while "valid" not in program.stdout.readline():
        assert program.poll() is None
    saved = checkpoint.read(folder / "checkpoint.safetensors")[1]["windows"]
    assert saved >= 1
    program.send_signal(signal.SIGTERM)
    rest, _ = program.communicate(timeout=60)
    assert program.returncode == 0 and "stopped:" in rest
    assert checkpoint.read(folder / "checkpoint.safetensors")[1]["windows"] >= saved


def test_a_run_from_begin_to_end(run, tmp_path, text):
    recipe, folder = write_recipe(tmp_path, text), tmp_path / "run"
    command = ("pretrain.py", "--recipe", recipe, "--out", folder, "--device", "cpu",
               "--threads", "1")
    # The time is over before the first window, and one is done all the same.
    assert "stopped:" in run(*command, "--resume", "--max-seconds", "0.001")
    assert "--resume goes on from it" in run(*command, expect=1)
    again = run(*command, "--resume")
    assert "going on after 0.0 MB" in again and "done:" in again
    best = folder / "best.safetensors"
    found = run("evaluate.py", best, text, "--bytes", "1000", "--lanes", "8", "--device", "cpu")
    assert found.count("bits/byte over 1,000 bytes in 8 lanes") == 2
    assert "1: lstm, 16 units" in run("checkpoint.py", "show", best)
    *pieces, listing = run("checkpoint.py", "split", best, "--bytes", "5000").split()
    content = best.read_bytes()
    best.unlink()
    assert run("checkpoint.py", "join", listing).strip() == str(best)
    assert best.read_bytes() == content
    fresh = ("pretrain.py", "--recipe", recipe, "--out", tmp_path / "next", "--device", "cpu")
    assert "done:" in run(*fresh, "--from", best)


def test_export_takes_the_average(run, tmp_path, text):
    from runs import trainer

    trained = trainer(write_recipe(tmp_path, text), tmp_path / "run")
    trained.run()
    for raw, flat in (((), trained.optimizer.average), (("--raw",), trained.parameters.flat)):
        run("checkpoint.py", "export", tmp_path / "run/checkpoint.safetensors",
            tmp_path / "out.safetensors", *raw)
        tensors, progress = checkpoint.read(tmp_path / "out.safetensors")
        expected = trained.parameters.views(flat)
        assert progress == {} and tensors.keys() == expected.keys()
        for name, tensor in tensors.items():
            assert (tensor == expected[name]).all()


def test_counting_needs_no_device(run, repository):
    out = run("pretrain.py", "--count", "--recipe", repository / "training/recipes/medium.toml")
    assert "| medium | 11,161,856 | 10,616,832 | 2048 x 128 |" in out


def test_benchmark(run, tmp_path, text):
    out = run("pretrain.py", "--benchmark", "--device", "cpu", "--windows", "2", "--threads", "1",
              "--recipe", write_recipe(tmp_path, text))
    assert "| tiny | 8 x 16 |" in out


def test_mistakes_are_said_in_a_line(run, tmp_path, text):
    recipe = write_recipe(tmp_path, text)
    for arguments in (("--recipe", tmp_path / "missing.toml"),
                      ("--recipe", recipe, "--set", "train.nothing=1"),
                      ("--recipe", recipe, "--device", "cpu", "--set", "data.valid=missing")):
        complaint = run("pretrain.py", *arguments, "--out", tmp_path / "run", expect=1)
        assert complaint.startswith("pretrain: ") and complaint.count("\n") == 1
    assert "missing" in run("evaluate.py", tmp_path / "missing", text, expect=1)
    assert "missing" in run("checkpoint.py", "show", tmp_path / "missing", expect=1)


def test_evaluation_mixes_states_where_training_zoned_them_out(run, tmp_path, text):
    from runs import trainer

    trained = trainer(write_recipe(tmp_path, text), tmp_path / "run", ["finish.share=0"])
    trained.run()
    best = tmp_path / "run/best.safetensors"
    expected = checkpoint.read(best)[1]["valid_bpc"]
    out = run("evaluate.py", best, text, "--bytes", "400", "--lanes", "4", "--device", "cpu",
              "--arithmetic", "float")
    assert abs(float(out.split()[1]) - expected) < 1e-4
    # Its weights alone say nothing of zoneout, and cost something else.
    run("checkpoint.py", "export", best, tmp_path / "weights.safetensors")
    out = run("evaluate.py", tmp_path / "weights.safetensors", text, "--bytes", "400",
              "--lanes", "4", "--device", "cpu", "--arithmetic", "float")
    assert abs(float(out.split()[1]) - expected) > 1e-3


def test_tensorboard_gets_what_the_log_does(run, tmp_path, text, monkeypatch):
    written = []

    class Writer:
        def __init__(self, folder):
            self.folder = folder

        def add_scalar(self, name, value, position):
            written.append((self.folder, name, value, position))

        def flush(self):
            pass

    fake = types.ModuleType("torch.utils.tensorboard")
    fake.SummaryWriter = Writer
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", fake)
    recipe, folder = write_recipe(tmp_path, text), tmp_path / "run"
    run("pretrain.py", "--recipe", recipe, "--out", folder, "--device", "cpu", "--tensorboard")
    assert {entry[0] for entry in written} == {str(folder / "tensorboard")}
    with open(folder / "log.csv") as file:
        for row in csv.DictReader(file):
            for name in ("train_bpc", "valid_bpc", "gradient"):
                values = [v for _, n, v, p in written if n == name and p == int(row["bytes"])]
                assert values == ([pytest.approx(float(row[name]), abs=1e-4)] if row[name] else [])


def test_tensorboard_that_is_not_there_is_named(run, tmp_path, text, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    complaint = run(
        "pretrain.py", "--recipe", write_recipe(tmp_path, text), "--out", tmp_path / "run",
        "--device", "cpu", "--tensorboard", expect=1,
    )
    assert "pip install tensorboard" in complaint
    assert not (tmp_path / "run").exists()


def test_networks_of_other_cells_are_measured_and_shown(run, tmp_path, text):
    network = FastSlow([LSTM(16), LSTM(16)], MinGRU(24))
    path = tmp_path / "net.safetensors"
    network.save(path, {"bytes": 5})
    expected = bits_per_byte(network, read_bytes(text)[:4000], 8)
    out = run("evaluate.py", path, text, "--bytes", "4000", "--lanes", "8")
    assert f"float  {expected:.5f} bits/byte over 4,000 bytes in 8 lanes" in out
    assert "fixed" not in out
    complaint = run("evaluate.py", path, text, "--arithmetic", "fixed", expect=1)
    assert "Fast-Slow networks of LSTMs" in complaint
    shown = run("checkpoint.py", "show", path)
    assert "fast-slow" in shown and "S: mingru, 24 units" in shown and "bytes: 5" in shown
