"""Online gradients are those of backpropagation through all of the past, where they claim it."""

import pytest
import torch

from fscomp_training import LSTM, DiagonalGRU, DiagonalLSTM, FastSlow, MinGRU, MinLSTM, Stacked
from fscomp_training.fit import bits_per_byte
from fscomp_training.online import OnlineLearner

ELEMENTWISE = [MinGRU, MinLSTM, DiagonalGRU, DiagonalLSTM]


def stack(*cells) -> Stacked:
    """In double precision, with an output that is not near zero."""
    network = Stacked(cells).double()
    with torch.no_grad():
        network.output_weight.mul_(20)
    return network


def gradients(network, text):
    """Sums over all steps: online, by weights that do not change, and by backpropagation."""
    learner = OnlineLearner(network, torch.optim.SGD(network.parameters(), lr=0.0), text.shape[1])
    online = {name: torch.zeros_like(p) for name, p in network.named_parameters()}
    costs = []
    for row in text:
        costs.append(learner.observe(row))
        for name, parameter in network.named_parameters():
            if parameter.grad is not None:
                online[name] += parameter.grad
    network.zero_grad()
    expected, _ = network.costs(text, network.zeros(text.shape[1]), begins=True)
    torch.testing.assert_close(torch.stack(costs), expected)
    expected[1:].sum(0).mean().backward()
    return learner, online, {name: p.grad for name, p in network.named_parameters()}


@pytest.mark.parametrize("kind", ELEMENTWISE)
def test_one_layer_of_units_of_their_own_is_exact(kind):
    learner, online, expected = gradients(
        stack(kind(6, norm=False)), torch.randint(0, 9, (40, 3))
    )
    assert learner.is_exact
    for name, gradient in expected.items():
        torch.testing.assert_close(online[name], gradient, rtol=1e-6, atol=1e-7), name


def test_the_upper_layer_of_two_is_exact_and_the_lower_one_close():
    learner, online, expected = gradients(
        stack(MinGRU(6, norm=False), DiagonalLSTM(5, norm=False)), torch.randint(0, 9, (40, 3))
    )
    assert not learner.is_exact
    for name, gradient in expected.items():
        if name.startswith("cells.1"):
            likeness = torch.cosine_similarity(online[name].flatten(), gradient.flatten(), 0)
            assert 0.7 < likeness < 0.9999, name
        else:
            torch.testing.assert_close(online[name], gradient, rtol=1e-6, atol=1e-8)


def test_snap_1_is_exact_where_the_matrix_is_diagonal():
    network = stack(LSTM(6, norm=False))
    cell = network.cells["1"]
    with torch.no_grad():
        cell.state_weight.mul_(torch.eye(6).double().repeat(4, 1))
    learner, online, expected = gradients(network, torch.randint(0, 9, (40, 2)))
    assert not learner.is_exact
    for name, gradient in expected.items():
        if name.endswith("state_weight"):
            # Others than the diagonal lead to other units, too.
            keep = torch.eye(6).bool().repeat(4, 1)
            online[name], gradient = online[name][keep], gradient[keep]
        torch.testing.assert_close(online[name], gradient, rtol=1e-9, atol=1e-11)


def test_snap_1_points_where_the_gradient_does():
    _, online, expected = gradients(stack(LSTM(6, norm=False)), torch.randint(0, 9, (40, 3)))
    for name, gradient in expected.items():
        likeness = torch.cosine_similarity(online[name].flatten(), gradient.flatten(), 0)
        assert likeness > 0.6, name


@pytest.mark.parametrize("kind", [LSTM, DiagonalGRU])
def test_it_learns_while_it_predicts(kind):
    text = torch.tensor(list(b"round and round it goes. " * 24))
    network = Stacked([kind(16, norm=False)])
    before = bits_per_byte(network, text.to(torch.uint8), 1)
    learner = OnlineLearner(network, torch.optim.Adam(network.parameters(), lr=0.02))
    costs = torch.cat([learner.observe(byte[None]) for byte in text]) / torch.log(torch.tensor(2.0))
    assert before > 7
    assert costs[-100:].mean() < 1 < costs[:100].mean()


def test_what_it_cannot_do_is_refused():
    network = Stacked([MinGRU(8)])
    with pytest.raises(ValueError, match="norm=False"):
        OnlineLearner(network, torch.optim.SGD(network.parameters(), lr=0.1))
    network = FastSlow([LSTM(8), LSTM(8)], LSTM(8))
    with pytest.raises(ValueError, match="stacked"):
        OnlineLearner(network, torch.optim.SGD(network.parameters(), lr=0.1))


def test_the_output_can_learn_by_itself():
    text = torch.randint(0, 9, (30, 2))
    network, other = stack(DiagonalGRU(6, norm=False)), stack(DiagonalGRU(6, norm=False))
    costs = []
    for net, learns_cells in ((network, False), (other, True)):
        output = [net.output_weight, net.output_bias]
        learner = OnlineLearner(
            net, torch.optim.SGD(output, lr=0.1), 2, learns_cells=learns_cells
        )
        costs.append(torch.stack([learner.observe(row) for row in text]))
    torch.testing.assert_close(costs[0], costs[1])
    assert not torch.equal(network.output_weight, stack(DiagonalGRU(6)).output_weight)
    fresh = stack(DiagonalGRU(6, norm=False))
    assert torch.equal(network.cells["1"].table, fresh.cells["1"].table)
