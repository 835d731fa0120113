"""Files: whole or not at all, in pieces and back."""

import pytest
import torch

from fscomp_training import checkpoint, splitting
from fscomp_training.checkpoint import CheckpointError


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "a.safetensors"
    generator = torch.Generator().manual_seed(1)
    tensors = {
        "single": torch.randn(50, 30, generator=generator),
        "half": torch.randn(7, generator=generator).bfloat16(),
        "scalar": torch.tensor(2.5),
    }
    checkpoint.write(path, tensors, {"windows": 3, "best": None})
    return path, tensors


def test_what_is_written_is_read(saved):
    path, tensors = saved
    found, progress = checkpoint.read(path)
    assert progress == {"windows": 3, "best": None}
    assert found.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name], tensor)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_failed_write_leaves_the_old_file(saved):
    path, _ = saved
    before = path.read_bytes()
    with pytest.raises(TypeError):
        checkpoint.write_atomically(path, "not bytes")
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_what_is_no_checkpoint_is_named(tmp_path):
    (tmp_path / "x").write_bytes(b"\x10\0\0\0\0\0\0\0 not a header")
    for name in ("x", "missing"):
        with pytest.raises(CheckpointError, match=name):
            checkpoint.read(tmp_path / name)
    with pytest.raises(CheckpointError, match="W1"):
        checkpoint.weights({"E": torch.zeros(256, 4)})


@pytest.mark.parametrize("maximum", [1000, 6162, 10**6])
def test_split_and_join(saved, tmp_path, maximum):
    path, _ = saved
    before = path.read_bytes()
    *pieces, listing = splitting.split(path, maximum, tmp_path / "pieces")
    assert len(pieces) == -(-len(before) // maximum)
    assert all(piece.stat().st_size <= maximum for piece in pieces)
    assert b"".join(piece.read_bytes() for piece in pieces) == before
    joined = splitting.join(listing, tmp_path / "joined")
    assert joined.name == path.name
    assert joined.read_bytes() == before


def test_pieces_that_changed_are_noticed(saved, tmp_path):
    path, _ = saved
    *pieces, listing = splitting.split(path, 2000)
    content = pieces[1].read_bytes()
    pieces[1].write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(CheckpointError, match="do not give the file"):
        splitting.join(listing, tmp_path / "joined")
    pieces[1].unlink()
    with pytest.raises(CheckpointError, match=pieces[1].name):
        splitting.join(listing, tmp_path / "joined")
    assert not (tmp_path / "joined").exists()


def test_a_listing_cannot_lead_elsewhere(tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    inner = tmp_path / "inner"
    inner.mkdir()
    listing = inner / "a.pieces"
    listing.write_text('{"bytes": 6, "sha256": "", "pieces": ["../secret"]}')
    with pytest.raises(CheckpointError, match="No such file"):
        splitting.join(listing)
    listing.write_text("[]")
    with pytest.raises(CheckpointError, match="a.pieces"):
        splitting.join(listing)
