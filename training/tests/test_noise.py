"""Masks depend on where they are used, and on nothing else."""

import pytest
import torch

from fscomp_training import noise
from fscomp_training.noise import LEVELS, Regularization


def bits(key=1, salt=0, first=0, streams=64, units=256):
    return noise.draws(torch.tensor([key]), salt, first, streams, units)


def test_draws_are_uniform_in_each_field():
    found = bits()
    assert found.min() >= 0 and found.max() < 2**32
    for shift in (0, 10, 20):
        field = (found >> shift & (LEVELS - 1)).double()
        # 16384 draws: the mean's deviation is 2.3.
        assert field.mean().item() == pytest.approx((LEVELS - 1) / 2, abs=10)
        assert field.std().item() == pytest.approx(LEVELS / 12**0.5, rel=0.02)


def test_masks_keep_as_often_as_they_are_told():
    keep = noise.masks(bits(), (972, 717, 512), torch.float32)
    for mask, threshold in zip(keep, (972, 717, 512)):
        assert set(mask.unique().tolist()) == {0.0, 1.0}
        assert mask.mean().item() == pytest.approx(threshold / LEVELS, abs=0.015)


def test_another_key_salt_stream_or_unit_draws_anew():
    base = bits()
    for other in (bits(key=2), bits(salt=1), bits(salt=2**31 - 1)):
        assert (base == other).float().mean() < 0.001
    assert len(base.unique()) > 0.999 * base.numel()
    # Fields of neighbours are not correlated.
    field = (base & (LEVELS - 1)).double()
    for a, b in ((field[1:], field[:-1]), (field[:, 1:], field[:, :-1])):
        correlation = torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1]
        assert abs(correlation) < 0.03


def test_a_part_of_the_streams_draws_as_all_of_them():
    torch.testing.assert_close(bits(first=16, streams=8), bits()[16:24], rtol=0, atol=0)


def test_window_keys_differ():
    keys = {noise.window_key(seed, window) for seed in range(20) for window in range(500)}
    assert len(keys) > 9990
    assert all(0 <= key < 2**31 for key in keys)


def test_probabilities_are_checked():
    with pytest.raises(ValueError, match="keep_cell"):
        Regularization(keep_cell=0)
    with pytest.raises(ValueError, match="keep_input"):
        Regularization(keep_input=1.5)
    assert Regularization().is_off
    assert not Regularization(keep_hidden=0.95).is_off
