"""Streams read all of every file, in order, in the shares that were asked for."""

import pytest
import torch

from fscomp_training.streams import Source, Streams, apportion


def test_apportion():
    assert apportion([1, 1], 10) == [5, 5]
    assert apportion([3, 1], 10) == [7, 3]
    assert apportion([1000, 1], 8) == [7, 1]
    assert sum(apportion([0.4, 0.16, 0.1, 0.08, 0.07], 1023)) == 1023
    with pytest.raises(ValueError, match="1 streams cannot read 2 files"):
        apportion([1, 1], 1)
    with pytest.raises(ValueError, match="above 0"):
        apportion([1, 0], 4)


@pytest.fixture
def sources(tmp_path):
    (tmp_path / "a").write_bytes(bytes(range(100)))
    (tmp_path / "b").write_bytes(bytes(range(200, 230)))
    return [Source(tmp_path / "a", 3), Source(tmp_path / "b", 1)]


def test_an_epoch_sees_each_byte_once(sources):
    streams = Streams(sources[:1], 4)
    inputs = torch.cat([streams.window(position, 5)[:-1] for position in range(0, 25, 5)])
    assert sorted(inputs.flatten().tolist()) == list(range(100))


def test_targets_are_the_bytes_after_the_inputs(sources):
    streams = Streams(sources, 8)
    window = streams.window(7, 6)
    assert window.shape == (7, 8)
    for stream in window.T:
        low, count = (200, 30) if stream[0] >= 200 else (0, 100)
        for here, after in zip(stream, stream[1:]):
            assert after == low + (here - low + 1) % count


def test_a_window_follows_from_its_position(sources):
    streams = Streams(sources, 8)
    assert torch.equal(streams.window(40, 5)[-1], streams.window(45, 5)[0])
    # Positions far beyond the end of the text, as after many epochs.
    assert torch.equal(streams.window(10**10, 5), streams.window(10**10 + 300, 5))


def test_parts_are_the_whole(sources):
    whole = Streams(sources, 8).window(3, 4)
    parts = [Streams(sources, 8, first, 4).window(3, 4) for first in (0, 4)]
    assert torch.equal(torch.cat(parts, 1), whole)


def test_a_file_with_nothing_to_predict_is_an_error(tmp_path):
    for content in (b"", b"x"):
        (tmp_path / "short").write_bytes(content)
        with pytest.raises(ValueError, match="short"):
            Streams([Source(tmp_path / "short")], 1)
