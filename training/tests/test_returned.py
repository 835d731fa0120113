"""What comes back from a machine: as much as there is room for, and all of it usable."""

import json

import pytest
import torch
from runs import trainer, write_recipe

from fscomp_training import checkpoint, plain_safetensors, returned
from fscomp_training.checkpoint import CheckpointError
from fscomp_training.trainer import BEST, CHECKPOINT, LOG


@pytest.fixture
def run(tmp_path, text):
    trained = trainer(write_recipe(tmp_path, text), tmp_path / "run", ["optimizer.average=0"])
    trained.run()
    return tmp_path / "run"


def test_everything_comes_back_where_there_is_room(run, tmp_path):
    pieces = returned.collect(run, tmp_path / "out", {"status": "done"})
    assert [piece.name for piece in pieces] == ["run.tar.000", "run.tar.pieces"]
    returned.restore(tmp_path / "out", tmp_path / "again")
    assert (tmp_path / "again" / LOG).read_bytes() == (run / LOG).read_bytes()
    for name in (BEST, CHECKPOINT):
        (there, progress), (here, same) = (
            checkpoint.read(f / name) for f in (run, tmp_path / "again")
        )
        assert progress == same and there.keys() == here.keys()
        assert all(torch.equal(there[key], here[key]) for key in there)
    summary = json.loads((tmp_path / "out" / returned.SUMMARY).read_text())
    assert summary["returned"] == [BEST, CHECKPOINT, LOG]
    assert (summary["weights"], summary["checkpoint"]) == ("exact", "exact")
    assert json.loads((tmp_path / "again" / returned.SUMMARY).read_text()) == summary


@pytest.mark.parametrize("way", range(len(returned.WAYS)))
def test_where_room_is_short_digits_go_first(run, tmp_path, way, monkeypatch):
    of_weights, of_checkpoint = returned.WAYS[way]
    monkeypatch.setattr(returned, "WAYS", returned.WAYS[way:])
    returned.collect(run, tmp_path / "out", {})
    returned.restore(tmp_path / "out", tmp_path / "again")
    there, here = (checkpoint.read(f / BEST)[0] for f in (run, tmp_path / "again"))
    limit = {"exact": 0, "halves": 5e-4, "integers": 1 / 127}[of_weights.__name__]
    for name, tensor in checkpoint.weights(there).items():
        assert (tensor - here[name]).abs().max() <= limit * tensor.abs().max()
    assert (tmp_path / "again" / CHECKPOINT).exists() == (of_checkpoint is not None)
    if of_checkpoint:
        changes = ["optimizer.average=0"]
        again = trainer(tmp_path / "tiny.toml", tmp_path / "more", changes)
        again.resume(tmp_path / "again" / CHECKPOINT)
        assert again.windows == 10
        again.train_window()


def test_the_way_follows_from_the_room(run, tmp_path):
    sizes = []
    for total in (10_000_000, 370_000, 250_000, 170_000, 150_000, 0):
        returned.collect(run, tmp_path / "out", {}, total)
        notes = json.loads((tmp_path / "out" / returned.SUMMARY).read_text())
        sizes.append((tmp_path / "out/run.tar.000").stat().st_size)
        assert total == 0 or sizes[-1] <= total, notes
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > 2 * sizes[-1]


def test_later_pieces_take_the_place_of_earlier_ones(run, tmp_path, monkeypatch):
    monkeypatch.setattr(returned.splitting.split, "__defaults__", (20_000, None))
    many = returned.collect(run, tmp_path / "out", {})
    (run / CHECKPOINT).unlink()
    few = returned.collect(run, tmp_path / "out", {})
    assert 2 < len(few) < len(many)
    assert set(tmp_path.joinpath("out").iterdir()) == {*few, tmp_path / "out" / returned.SUMMARY}
    returned.restore(tmp_path / "out", tmp_path / "again")
    few[0].write_bytes(b"something else")
    with pytest.raises(CheckpointError):
        returned.restore(tmp_path / "out", tmp_path / "again")


def test_nothing_to_return_is_no_error(tmp_path):
    (tmp_path / "run").mkdir()
    returned.collect(tmp_path / "run", tmp_path / "out", {"status": "failed"})
    assert json.loads((tmp_path / "out" / returned.SUMMARY).read_text())["status"] == "failed"


def test_a_run_that_has_not_been_validated_returns_its_weights(run, tmp_path):
    (run / BEST).unlink()
    returned.collect(run, tmp_path / "out", {})
    returned.restore(tmp_path / "out", tmp_path / "again")
    tensors, _ = checkpoint.read(tmp_path / "again" / BEST)
    assert torch.equal(tensors["WS"], checkpoint.read(run / CHECKPOINT)[0]["WS"])


def test_safetensors_without_the_package(tmp_path):
    safetensors = pytest.importorskip("safetensors")
    from safetensors.torch import save

    wide = torch.arange(12, dtype=torch.float64).view(3, 4)
    tensors = {
        "part": wide[1:, :], "column": wide[:, 1], "scalar": torch.tensor(2.5),
        "nothing": torch.zeros(0, 3), "bytes": torch.tensor([1, 2, 255], dtype=torch.uint8),
        "half": torch.tensor([1.5, -2.0]).bfloat16(), "sign": torch.tensor([True, False]),
    }
    metadata = {"text": "é", "empty": ""}
    contiguous = {name: tensor.contiguous() for name, tensor in tensors.items()}
    (tmp_path / "ours").write_bytes(plain_safetensors.save(tensors, metadata))
    (tmp_path / "theirs").write_bytes(save(contiguous, metadata))
    for opener in (plain_safetensors.safe_open, safetensors.safe_open):
        for name in ("ours", "theirs"):
            with opener(tmp_path / name, framework="pt") as file:
                assert sorted(file.keys()) == sorted(tensors) and file.metadata() == metadata
                for key, tensor in tensors.items():
                    found = file.get_tensor(key)
                    assert found.dtype == tensor.dtype and torch.equal(found, tensor), key
    whole = (tmp_path / "ours").read_bytes()
    for damaged in (b"", whole[:7], whole[:50], b"\xff" * 8 + whole[8:]):
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises(ValueError):
            plain_safetensors.safe_open(tmp_path / "damaged")
