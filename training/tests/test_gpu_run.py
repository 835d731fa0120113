"""Runs on a lent machine, rehearsed on the processor: what fails is replaced, and what is there
comes back."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import torch
from runs import trainer, write_recipe

from fscomp_training import (
    cell, checkpoint, data_pack, engines, gpu_run, returned, timed, triton_cell,
)
from fscomp_training.engines import Engine, EngineError, Speed
from fscomp_training.recipe import Recipe
from fscomp_training.timed import Plan, TimedTrainer, fitted, length
from fscomp_training.trainer import BEST, CHECKPOINT, LOG, Trainer

PLAIN = Engine("plain", False)


@pytest.fixture(autouse=True)
def quick_cells(monkeypatch):
    """Triton's interpreter and PyTorch's compiler take long, and have tests of their own."""
    monkeypatch.setattr(triton_cell, "forward", cell.forward)
    monkeypatch.setattr(triton_cell, "backward", cell.backward)
    monkeypatch.setattr(torch, "compile", lambda function: function)


@pytest.fixture
def recipe(tmp_path, text):
    path = write_recipe(tmp_path, text)
    text = path.read_text().replace("steps = 16", "steps = 2")
    path.write_text(text.replace("lanes = 4\nbytes = 400", "lanes = 64\nbytes = 128"))
    return path


@pytest.fixture
def conductor(tmp_path, recipe, monkeypatch):
    """Of a run that has plenty of time, unless a test says otherwise."""
    monkeypatch.setattr(gpu_run, "STARTED", time.monotonic())
    words = ["--recipe", recipe, "--out", tmp_path / "out", "--work", tmp_path / "work",
             "--device", "cpu", "--threads", "1", "--limit", "1000"]
    return gpu_run.Conductor(gpu_run.arguments(list(map(str, words))))


# --- the ladder of engines ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failing, tried, passed",
    [
        ("", ["triton-graph", "triton-eager"], {"triton-graph", "triton-eager"}),
        ("graph", ["triton-graph", "triton-eager"], {"triton-eager"}),
        ("triton", ["triton-graph", "triton-eager", "compiled-graph", "compiled-eager"],
         {"compiled-graph", "compiled-eager"}),
        ("triton,compiled,plain-graph,plain-eager",
         [engine.name for group in engines.GROUPS for engine in group], set()),
    ],
)
def test_the_next_engines_are_tried_where_the_fast_ones_fail(
    conductor, recipe, monkeypatch, failing, tried, passed
):
    monkeypatch.setenv(engines.FAILING, failing)
    usable = conductor._usable(Recipe.read(recipe))
    found = [next(usable, None) for _ in passed] if passed else list(usable)
    assert {engine.name for engine, _ in found} == passed
    speeds = [speed.training for _, speed in found]
    assert speeds == sorted(speeds, reverse=True) and all(speed > 0 for speed in speeds)
    notes = conductor.notes["engines"]
    assert list(notes) == tried
    assert {name for name in tried if "error" not in notes[name]} == passed
    assert all("rehearsal" in notes[name]["error"] for name in tried if name not in passed)


def test_an_engine_that_is_stuck_or_crashes_is_left(conductor, recipe, monkeypatch):
    monkeypatch.setenv(engines.FAILING, "hang:triton-graph")
    crash = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731
    engine = Engine("triton", True)
    answer = conductor.attempt("stuck", 0.5, gpu_run.probe, engine, Recipe.read(recipe), "cpu")
    assert answer == {"error": "stopped after 0 s"}
    assert conductor.attempt("crash", 60, crash) == {"error": "ended with status -9"}
    assert conductor.attempt("fine", 60, lambda: {"answer": 42}) == {"answer": 42}


@pytest.mark.parametrize("part", ["forward", "backward"])
def test_wrong_numbers_are_noticed(recipe, monkeypatch, part):
    machine = Engine("triton", False).machine("cpu")
    engines.check(Recipe.read(recipe), machine)
    right = getattr(cell, part)

    def wrong(z, norm, c_old, *others):
        right(z, norm, c_old, *others)
        (others[1] if part == "forward" else z).mul_(1.02)

    monkeypatch.setattr(triton_cell, part, wrong)
    with pytest.raises(EngineError, match="is off by"):
        engines.check(Recipe.read(recipe), machine)


# --- the clock ------------------------------------------------------------------------------------


def test_the_length_is_what_fits_into_the_time():
    speed = Speed(training=100.0, finishing=50.0, validation=1.0, preparation=0.0)
    # 80 % at 100 and 20 % at 50 bytes a second.
    assert length(0, 12, 0.2, speed) == 1000
    # The second half of that: 300 bytes, then 200.
    assert length(500, 3 + 4, 0.2, speed) == 1000
    assert length(900, 2, 0.2, speed, finishing=True) == 1000
    # So little time that all of it is finish.
    assert length(1000, 2, 0.2, speed) == 1100
    assert length(0, -1, 0.2, speed) == 0
    assert length(0, 10, 0.0, speed) == 1000


class Clock:
    """Time that passes with each window only."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clocked(tmp_path, recipe, monkeypatch):
    """A function that runs `recipe` for 60 s of such a clock, reckoned at 1 s a window."""
    clock = Clock()
    monkeypatch.setattr("fscomp_training.timed.time", clock)
    monkeypatch.setattr("fscomp_training.trainer.time", clock)

    def run(seconds, name="run", later_calls=0, resumed=None, seconds_later=0.0, available=60):
        machine = PLAIN.machine("cpu")
        speed = Speed(16.0, 16.0, 1e9, 0.0)
        plan = Plan(clock.now + available, seconds_later, later_calls)
        used = fitted(Recipe.read(recipe, ["finish.share=0.25"]), plan, speed)
        lines = []
        made = TimedTrainer(used, machine, tmp_path / name, plan, speed, lines.append)
        original = made.train_window

        def window():
            clock.now += seconds(made.windows)
            return original()

        made.train_window = window
        if resumed:
            made.resume(resumed)
        made.began_at = clock.now
        made.begin()
        made.took = clock.now - made.began_at
        made.lines = lines
        return made

    return run


def rates(run):
    rows = (run.folder / LOG).read_text().splitlines()[1:]
    return [float(row.split(",")[4]) for row in rows]


@pytest.mark.parametrize("pace", [0.5, 1.0, 2.0])
def test_the_schedule_ends_with_the_time(clocked, pace):
    """At the speed that was measured before, at twice and at half of it."""
    run = clocked(lambda _: pace)
    assert run.progress >= 1 and run.is_finishing
    assert 54 <= run.took <= 60 + pace
    lengths = [line for line in run.lines if line.startswith("the run's length")]
    assert len(lengths) == (1 if pace == 1 else 2)
    # The cosine has come to its end, a twentieth of the rate.
    assert rates(run)[-1] == pytest.approx(0.01 * 0.05, rel=0.02)
    assert (run.folder / BEST).exists()
    progress = checkpoint.read(run.folder / BEST)[1]
    assert progress["finishing"] and progress["bytes"] <= run.bytes_seen


def test_time_that_runs_out_all_the_same(clocked):
    """Twenty times slower, from the middle on: the clock wins, and what there is gets measured."""
    run = clocked(lambda window: 1.0 if window < 36 else 20.0)
    assert run.progress < 1 and run.took <= 80
    assert (run.folder / BEST).exists() and (run.folder / CHECKPOINT).exists()


def test_checkpoints_come_often_enough(clocked, monkeypatch):
    times, save = [], TimedTrainer.save
    monkeypatch.setattr(
        TimedTrainer, "save", lambda self, path: (times.append(timed.time.now), save(self, path))
    )
    clocked(lambda _: 1.0, available=120)
    assert len(times) > 3 and max(b - a for a, b in zip([1000, *times], times)) <= 60


def test_a_run_of_two_calls(clocked):
    first = clocked(lambda _: 1.0, "first", later_calls=1, seconds_later=60)
    assert first.progress == pytest.approx(0.5, abs=0.03) and not first.is_finishing
    second = clocked(lambda _: 1.0, "second", resumed=first.folder / CHECKPOINT)
    assert second.progress >= 1 and second.is_finishing
    assert second.bytes_seen == pytest.approx(2 * first.bytes_seen, rel=0.1)
    assert rates(first)[-1] == pytest.approx(0.01 * 0.707, rel=0.1)
    assert rates(second)[0] < rates(first)[-1] * 1.1


def test_a_plateau_becomes_a_schedule_that_ends():
    path = gpu_run.TRAINING / "recipes/enwik8-fs-lstm-4.toml"
    plan, speed = Plan(time.monotonic() + 100, 0, 0), Speed(3e6, 2e6, 1e6, 5)
    recipe = fitted(Recipe.read(path), plan, speed)
    assert recipe.schedule.make().factor(1.0) == 0.01
    assert 0.99e6 < recipe.valid.bytes <= 1e6 and recipe.valid.every < 3e6 * 100 / 7


# --- whole runs -----------------------------------------------------------------------------------


LIMIT = 1000
WINDOW = 20


class HastyClock:
    """The real time, and `WINDOW` seconds for each window: `LIMIT` is soon over in training."""

    def __init__(self):
        self.windows = 0

    def monotonic(self):
        return time.monotonic() + WINDOW * self.windows


@pytest.fixture
def hasty(monkeypatch):
    clock, window = HastyClock(), TimedTrainer.train_window
    pace = 16 / WINDOW
    monkeypatch.setattr(engines, "measure", lambda *_: Speed(pace, pace, 1e5, 0.0))

    def train_window(self):
        clock.windows += 1
        return window(self)

    monkeypatch.setattr("fscomp_training.timed.time", clock)
    monkeypatch.setattr("fscomp_training.trainer.time", clock)
    monkeypatch.setattr(TimedTrainer, "train_window", train_window)


@pytest.fixture
def start(conductor, monkeypatch):
    """A function that makes a whole run; it returns the exit status and the summary."""
    monkeypatch.setattr(engines, "GROUPS", [[Engine("triton", True)], [PLAIN]])

    def call(*words):
        options = conductor.options
        monkeypatch.setattr(gpu_run, "STARTED", time.monotonic())
        status = gpu_run.main(list(map(str, [
            "--recipe", options.recipe, "--out", options.out, "--work", options.work,
            "--device", "cpu", "--threads", "1", "--limit", LIMIT, *words,
        ])))
        return status, json.loads((options.out / returned.SUMMARY).read_text())

    # What a run sets, it sets for good.
    monkeypatch.setenv("FSCOMP_TRAINING_ROOT", str(gpu_run.TRAINING.parent))
    return call


def test_from_a_pack_to_weights_and_on(start, hasty, recipe, tmp_path, text, monkeypatch):
    # As if each symbol stood for two bytes.
    monkeypatch.setattr(data_pack.Text, "symbols_per_byte", 0.5)
    pack = tmp_path / "texts.pack"
    data_pack.make(pack, [f"corpora/data/coded/x={text}"])
    recipe.write_text(recipe.read_text().replace(str(text), "corpora/data/coded/x"))
    monkeypatch.setenv(engines.FAILING, "triton")
    status, summary = start("--data", pack, "--later-calls", "1")
    assert (status, summary["status"], summary["engine"]) == (0, "done", "plain-eager"), summary
    assert "rehearsal" in summary["engines"]["triton-graph"]["error"]
    assert not summary["complete"] and summary["seconds"] < LIMIT
    assert summary["bits_per_byte"] == pytest.approx(summary["bits_per_symbol"] / 2, abs=1e-5)
    assert 1 < summary["bits_per_symbol"] < 8
    first = tmp_path / "first"
    (tmp_path / "out").rename(first)

    monkeypatch.delenv(engines.FAILING)
    before = summary["symbols"]
    status, summary = start("--data", pack, "--resume", first)
    assert (status, summary["engine"], summary["finishing"]) == (0, "triton-graph", True), summary
    assert summary["symbols"] > max(before, 0.9 * summary["planned_symbols"])
    assert summary["fixed_point"]["bits_per_symbol"] == pytest.approx(
        summary["bits_per_symbol"], rel=0.3
    )
    words = ["--restore", str(tmp_path / "out"), "--out", str(tmp_path / "again")]
    assert gpu_run.main(words) == 0
    tensors, progress = checkpoint.read(tmp_path / "again" / BEST)
    assert progress["finishing"] and progress["bytes"] <= summary["symbols"]
    checkpoint.weights(tensors)
    assert Recipe.read(tmp_path / "again/recipe.toml").name == "tiny"


def test_training_that_crashes_goes_on_with_the_next_engine(start, hasty, monkeypatch):
    """The process is killed in the middle of training, after a checkpoint."""
    begin = TimedTrainer.begin

    def crashes(self):
        if self.machine.kernels is triton_cell:
            Trainer.train_window(self)
            self.save(self.folder / CHECKPOINT)
            os.kill(os.getpid(), signal.SIGKILL)
        assert self.windows == 1  # it goes on
        begin(self)

    monkeypatch.setattr(TimedTrainer, "begin", crashes)
    status, summary = start()
    assert (status, summary["status"], summary["engine"]) == (0, "done", "plain-eager"), summary
    assert summary["failures"] == ["triton-graph: ended with status -9"]
    assert "bits_per_byte" in summary


def test_numbers_that_are_none_halve_the_rate(start, hasty, monkeypatch):
    begin = TimedTrainer.begin

    def diverges(self):
        if self.recipe.optimizer.rate > 0.006:
            self.parameters.tensors["WS"][3, 5] = float("nan")
            self.window.pack()
        begin(self)

    monkeypatch.setattr(TimedTrainer, "begin", diverges)
    status, summary = start()
    assert (status, summary["engine"]) == (0, "triton-graph"), summary
    assert "not finite" in summary["failures"][0] and len(summary["failures"]) == 1


def test_training_that_is_stuck_is_ended_and_what_there_is_returned(
    start, recipe, tmp_path, monkeypatch
):
    """No signal ends it by itself; there is a checkpoint of before."""
    earlier = trainer(recipe, tmp_path / "earlier")
    earlier.train_window()

    def stuck(self):
        while True:
            time.sleep(60)

    seconds = iter([LIMIT, -1])

    def plan(self, *_):
        earlier.save(self.run_folder / CHECKPOINT)
        now = time.monotonic()
        return Plan(now + next(seconds), 0, 0), now + 0.5

    monkeypatch.setattr(TimedTrainer, "begin", stuck)
    monkeypatch.setattr(gpu_run.Conductor, "_plan", plan)
    monkeypatch.setattr(gpu_run, "PATIENCE", 0.2)
    status, summary = start()
    assert (status, summary["status"]) == (1, "failed"), summary
    assert "stopped after" in summary["failures"][0]
    assert summary["returned"] == [BEST, CHECKPOINT, "recipe.toml"]


def test_a_signal_returns_what_there_is(start, monkeypatch):
    begin = TimedTrainer.begin

    def signals(self):
        os.kill(os.getppid(), signal.SIGTERM)
        begin(self)

    monkeypatch.setattr(TimedTrainer, "begin", signals)
    status, summary = start()
    assert (status, summary["status"]) == (1, "stopped"), summary
    assert summary["symbols"] > 0 and summary["seconds"] < LIMIT / 2
    assert summary["returned"][:2] == [BEST, CHECKPOINT]


def test_mistakes_come_back_as_a_summary(start, tmp_path, monkeypatch):
    status, summary = start("--set", "data.valid=missing")
    assert status == 1 and "missing is neither here nor in the pack" in summary["status"]
    monkeypatch.setenv(engines.FAILING, "triton,plain")
    status, summary = start()
    assert status == 1 and "no engine passed" in summary["status"]
    (tmp_path / "bad.pack").write_bytes(b"something else")
    status, summary = start("--data", tmp_path / "bad.pack")
    assert status == 1 and "bad.pack" in summary["status"]


# --- the script -----------------------------------------------------------------------------------

STAND_IN = """#!/usr/bin/env bash
# For Python: says what it is called with, and ends as the test wants.
echo "called: $*"
case "$*" in
  *--collect*) exit 0 ;;
esac
trap 'echo "asked to end"; exit 1' TERM
touch "$STAND_IN.runs"
{ending}
"""


@pytest.mark.parametrize(
    "ending, status, lines",
    [
        ("exit 0", 0, ["--work"]),
        ("exit 1", 1, ["--work"]),
        ("kill -KILL $$", 137, ["--work", "--collect"]),
        ("sleep 60 & wait", 1, ["--work", "asked to end"]),
    ],
)
def test_the_script_sees_to_the_end(tmp_path, repository, ending, status, lines):
    program = tmp_path / "python"
    program.write_text(STAND_IN.format(ending=ending))
    program.chmod(0o755)
    out = tmp_path / "out"
    environment = os.environ | {"PYTHON": str(program), "OUT": str(out), "STAND_IN": str(program)}
    script = subprocess.Popen(
        [repository / "training/run-on-gpu.sh", "--recipe", "some.toml", "--limit", "20"],
        env=environment, stdout=subprocess.PIPE, text=True,
    )
    if "sleep" in ending:
        while not Path(f"{program}.runs").exists():
            time.sleep(0.01)
        script.terminate()
    written, _ = script.communicate(timeout=60)
    assert script.returncode == status, written
    assert (out / "log.txt").read_text() == written
    found = written.splitlines()
    for line in lines:
        while line not in (this := found.pop(0)):
            pass
    assert "--collect" in lines or "--collect" not in written, this
