"""Runs: they learn, stop where they are told, and go on as if nothing had been."""

import csv
import time

import pytest
import torch
from runs import trainer, write_recipe

from fscomp_training import checkpoint
from fscomp_training.checkpoint import CheckpointError
from fscomp_training.trainer import BEFORE_FINISH, BEST, CHECKPOINT, LOG, TrainingError

ALL_WINDOWS = 10


@pytest.fixture
def recipe(tmp_path, text):
    return write_recipe(tmp_path, text)


def same(a, b):
    """Two checkpoints hold the same numbers, to the last bit, but for the time that they took."""
    (left, left_progress), (right, right_progress) = checkpoint.read(a), checkpoint.read(b)
    assert left.keys() == right.keys()
    for name, tensor in left.items():
        assert torch.equal(tensor, right[name]), name
    for progress in (left_progress, right_progress):
        progress.pop("seconds", None)
    assert left_progress == right_progress


# In the main part, at its last window, and in the finish.
@pytest.mark.parametrize("windows", [3, 7, 8])
def test_a_resumed_run_is_the_same_run(recipe, tmp_path, windows):
    whole = trainer(recipe, tmp_path / "whole")
    assert whole.run()
    assert whole.windows == ALL_WINDOWS

    first = trainer(recipe, tmp_path / "pieces")
    original = first.train_window

    def counted():
        first.wants_stop = first.windows + 1 == windows
        return original()

    first.train_window = counted
    assert not first.run()
    assert first.windows == windows
    second = trainer(recipe, tmp_path / "pieces")
    second.resume(tmp_path / "pieces" / CHECKPOINT)
    assert second.run()
    same(tmp_path / "whole" / CHECKPOINT, tmp_path / "pieces" / CHECKPOINT)
    same(tmp_path / "whole" / BEST, tmp_path / "pieces" / BEST)
    same(tmp_path / "whole" / BEFORE_FINISH, tmp_path / "pieces" / BEFORE_FINISH)


def test_a_resumed_run_keeps_its_place_on_the_plateau(recipe, tmp_path):
    # A rate that is far too high, so that validation soon finds no improvement.
    changes = ["schedule.kind=plateau", "schedule.patience=1", "schedule.decay=0.5",
               "optimizer.rate=0.3", "valid.every=128", "finish.share=0"]
    whole = trainer(recipe, tmp_path / "whole", changes)
    whole.run()
    first = trainer(recipe, tmp_path / "pieces", changes)
    validate = first.validate

    def counted():
        first.wants_stop = first.windows == 6
        return validate()

    first.validate = counted
    assert not first.run()
    assert first.schedule.factor(1) < 1
    second = trainer(recipe, tmp_path / "pieces", changes)
    second.resume(tmp_path / "pieces" / CHECKPOINT)
    assert second.run()
    same(tmp_path / "whole" / CHECKPOINT, tmp_path / "pieces" / CHECKPOINT)


def test_each_part_leaves_its_mark(recipe, tmp_path):
    run = trainer(recipe, tmp_path / "run")
    start = run.parameters.flat.clone()
    run.run()
    assert run.is_finishing
    assert not torch.equal(run.parameters.flat, start)
    assert not torch.equal(run.parameters.flat, run.optimizer.average)
    assert not run.window.manner.zones_out_hidden
    # Nothing is as it would be with other masks, another seed or without forgetting.
    reference, _ = checkpoint.read(tmp_path / "run" / CHECKPOINT)
    for change in ("train.seed=2", "train.forget=0", "regularization.keep_hidden=1",
                   "regularization.keep_cell=1", "regularization.keep_input=1", "finish.share=0",
                   "optimizer.weight_decay=0", "optimizer.clip=0.01"):
        other = trainer(recipe, tmp_path / change, [change])
        other.run()
        assert not torch.equal(other.parameters.tensors["W2"], reference["W2"]), change


def test_a_network_learns_a_short_text(tmp_path):
    text = tmp_path / "verse"
    text.write_bytes(b"the quick brown fox jumps over the lazy dog; " * 20)
    run = trainer(
        write_recipe(tmp_path, text),
        tmp_path / "run",
        ["train.bytes=24000", "train.streams=4", "regularization.keep_cell=1", "valid.every=12000",
         "regularization.keep_hidden=1", "regularization.keep_input=1"],
    )
    run.run()
    # Uniform guessing costs 8 bits, the text's letters by their frequency 4.4.
    assert run.best < 1
    with open(tmp_path / "run" / LOG) as file:
        log = list(csv.DictReader(file))
    assert float(log[0]["train_bpc"]) > 2 > float(log[-1]["train_bpc"])
    assert int(log[-1]["bytes"]) == 24000


def test_best_weights_cost_what_the_log_says(recipe, tmp_path):
    from fscomp_training.cell import Manner
    from fscomp_training.evaluation import Evaluator
    from fscomp_training.parameters import Parameters

    run = trainer(recipe, tmp_path / "run")
    run.run()
    tensors, progress = checkpoint.read(tmp_path / "run" / BEST)
    assert progress["finishing"]
    parameters = Parameters(run.recipe.network)
    parameters.load(checkpoint.weights(tensors))
    evaluator = Evaluator(
        run.valid_text, 4, parameters, manner=Manner(quantized=True), quantized_weights=True
    )
    assert evaluator.bits_per_byte() == pytest.approx(progress["valid_bpc"], rel=1e-6)


def test_time_is_over(recipe, tmp_path):
    run = trainer(recipe, tmp_path / "run")
    assert not run.run(deadline=time.monotonic())
    assert run.windows == 1
    assert checkpoint.read(tmp_path / "run" / CHECKPOINT)[1]["windows"] == 1


def test_numbers_that_are_none_stop_the_run(recipe, tmp_path):
    run = trainer(recipe, tmp_path / "run")
    run.train_window()
    run.save(tmp_path / "run" / CHECKPOINT)
    run.parameters.tensors["WS"][3, 5] = float("nan")
    run.window.pack()
    with pytest.raises(TrainingError, match="not finite after 128 bytes"):
        run.run()
    kept, _ = checkpoint.read(tmp_path / "run" / CHECKPOINT)
    assert all(tensor.isfinite().all() for tensor in kept.values())


def test_what_does_not_fit_is_refused(recipe, tmp_path):
    run = trainer(recipe, tmp_path / "run")
    run.run()
    path = tmp_path / "run" / CHECKPOINT
    for change in ("network.fast_units=32", "train.streams=4", "train.steps=8"):
        with pytest.raises(CheckpointError, match=change.partition("=")[0]):
            trainer(recipe, tmp_path / "other", [change]).resume(path)
    with pytest.raises(CheckpointError, match="not the state of a run"):
        trainer(recipe, tmp_path / "other").resume(tmp_path / "run" / BEST)
    with pytest.raises(CheckpointError, match="another shape"):
        other = trainer(recipe, tmp_path / "other", ["network.slow_units=16"])
        other.load_weights(checkpoint.read(path)[0])


def test_given_weights_are_the_beginning(recipe, tmp_path):
    run = trainer(recipe, tmp_path / "run")
    run.run()
    tensors, _ = checkpoint.read(tmp_path / "run" / CHECKPOINT)
    other = trainer(recipe, tmp_path / "other", ["train.seed=9"])
    other.load_weights(tensors)
    for name, tensor in other.parameters.tensors.items():
        assert torch.equal(tensor, tensors[name])
    assert other.windows == 0
    assert other.optimizer.moment1.count_nonzero() == 0


def test_the_log_forgets_what_is_done_again(recipe, tmp_path):
    run = trainer(recipe, tmp_path / "run")
    run.train_window()
    run.save(tmp_path / "run" / CHECKPOINT)
    run.run()
    before = (tmp_path / "run" / LOG).read_text()
    again = trainer(recipe, tmp_path / "run")
    again.resume(tmp_path / "run" / CHECKPOINT)
    assert (tmp_path / "run" / LOG).read_text() == before
    tensors, progress = checkpoint.read(tmp_path / "run" / CHECKPOINT)
    earlier = trainer(recipe, tmp_path / "run")
    earlier.windows = 5
    earlier._forget_later_log()
    rows = (tmp_path / "run" / LOG).read_text().splitlines()[1:]
    assert rows and all(int(row.split(",")[0]) <= 640 for row in rows)
