"""What is kept of a state is what it was, and is found again."""

import pytest
import torch

from fscomp_training import LSTM, MemoryCaching, MinGRU


def module(cell=None, **settings):
    caching = MemoryCaching(cell or MinGRU(6), **({"segment": 4, "width": 3} | settings))
    caching.connect(5, False, torch.Generator().manual_seed(1))
    return caching


@pytest.mark.parametrize("aggregation", ["gated", "sparse"])
def test_outputs_are_the_weighted_mean_of_now_and_then(aggregation):
    caching = module(aggregation=aggregation, limit=3, top=2)
    x = torch.randn(30, 2, 5)
    outputs, _ = caching(x, caching.zeros(2))
    h, _ = caching.cell(x, caching.cell.zeros(2))
    seen = x @ caching.query.T
    for t in range(30):
        segments = range(max(0, t // 4 - 3), t // 4)  # the last three that were complete
        for lane in range(2):
            scores = torch.tensor(
                [(seen[t, lane] @ seen[4 * s : 4 * s + 4, lane].mean(0)).item() for s in segments]
            ) / 3**0.5
            if aggregation == "sparse" and len(scores) > 2:
                scores[scores.argmin()] = -torch.inf
            weights = torch.softmax(torch.cat([caching.presence.detach(), scores]), 0)
            expected = weights[0] * h[t, lane]
            for weight, s in zip(weights[1:], segments):
                expected = expected + weight * h[4 * s + 3, lane]
            torch.testing.assert_close(outputs[t, lane], expected)


def test_steps_and_windows_agree():
    caching = module(LSTM(6), limit=2)
    x = torch.randn(23, 2, 5)
    whole, after = caching(x, caching.zeros(2))
    state, steps = caching.zeros(2), []
    for at in x:
        output, state = caching.step(at, state)
        steps.append(output)
    torch.testing.assert_close(torch.stack(steps), whole)
    assert after.steps == state.steps == 23 % 4
    torch.testing.assert_close(after.keys, state.keys)
    assert len(after.hidden) == 2


def test_without_a_full_segment_it_is_the_cell():
    caching = module(segment=100)
    x = torch.randn(30, 2, 5)
    outputs, _ = caching(x, caching.zeros(2))
    assert torch.equal(outputs, caching.cell(x, caching.cell.zeros(2))[0])


def test_settings_are_checked():
    with pytest.raises(ValueError, match="none of"):
        MemoryCaching(MinGRU(4), aggregation="soup")
    with pytest.raises(ValueError, match="at least 1"):
        MemoryCaching(MinGRU(4), segment=0)
    with pytest.raises(ValueError, match="found by the input"):
        MemoryCaching(LSTM(4)).connect(0, True, torch.Generator())
