"""Each cell runs a window in parallel as it runs step by step, with the same gradients."""

import math
from functools import partial

import pytest
import torch

from fscomp_training import LSTM, DiagonalGRU, DiagonalLSTM, MinGRU, MinLSTM, newton, scan
from fscomp_training.cells import Cell

BOUNDED = [partial(kind, candidate="tanh") for kind in (MinGRU, MinLSTM)]
PARALLEL = [MinGRU, MinLSTM, DiagonalGRU, DiagonalLSTM, *BOUNDED]


def shaken(cell: Cell, by: float = 0.5) -> Cell:
    """With parameters that differ from unit to unit."""
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.add_(by * torch.randn_like(parameter))
    return cell


def random_state(cell, lanes, dtype=torch.float32):
    return tuple(
        torch.rand(lanes, cell.units, dtype=dtype).requires_grad_() for _ in range(cell.parts)
    )


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("steps", [1, 2, 5, 64, 1000])
@pytest.mark.parametrize("kind", PARALLEL)
def test_a_window_equals_its_steps(kind, steps, norm):
    cell = shaken(kind(12, inputs=7, norm=norm))
    x, before = torch.randn(steps, 3, 7, requires_grad=True), random_state(cell, 3)
    outputs, after = cell(x, before)
    state, expected = before, []
    for at in x:
        output, state = cell.step(at, state)
        expected.append(output)
    torch.testing.assert_close(outputs, torch.stack(expected), rtol=1e-5, atol=1e-5)
    for part, wanted in zip(after, state):
        torch.testing.assert_close(part, wanted, rtol=1e-5, atol=1e-5)

    weight = torch.randn_like(outputs)
    sources = [x, *before, *cell.parameters()]
    found = torch.autograd.grad((weight * outputs).sum() + after[-1].sum(), sources)
    wanted = torch.autograd.grad(
        (weight * torch.stack(expected)).sum() + state[-1].sum(), sources
    )
    for a, b in zip(found, wanted):
        assert (a - b).abs().max() <= 1e-4 * (1e-2 + b.abs().max())


@pytest.mark.parametrize("kind", PARALLEL)
def test_a_window_equals_its_steps_in_double_precision(kind):
    cell = shaken(kind(9, inputs=5)).double()
    x, before = torch.randn(200, 2, 5).double(), random_state(cell, 2, torch.float64)
    outputs, _ = cell(x, before)
    expected, _ = Cell.run(cell, cell.drive(x), before)
    torch.testing.assert_close(outputs, expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("kind", [DiagonalGRU, DiagonalLSTM])
def test_newton_reports_its_iterations(kind):
    cell = shaken(kind(16, inputs=8))
    x = torch.randn(256, 2, 8)
    cell(x, cell.zeros(2))
    assert 2 <= cell.iterations <= 20
    # Nothing to iterate over where no gate sees the state.
    with torch.no_grad():
        cell.own_weight.zero_()
        if kind is DiagonalLSTM:
            cell.peephole.zero_()
    cell(x, cell.zeros(2))
    assert cell.iterations <= 3


@pytest.mark.parametrize("kind", [DiagonalGRU, DiagonalLSTM])
def test_a_jacobian_is_the_derivative_of_a_step(kind):
    cell = shaken(kind(6, inputs=4)).double()
    drive = cell.drive(torch.randn(1, 2, 4).double())
    states = torch.rand(1, cell.parts, 2, 6, dtype=torch.float64)
    after, jacobian = cell.derive(states, drive)

    def step(states):
        return torch.stack(cell.update(drive, states.unbind(1)), 1)

    torch.testing.assert_close(after, step(states))
    # A unit's state reacts to itself alone, so that one direction gives all units' derivatives.
    for old in range(cell.parts):
        direction = torch.zeros_like(states)
        direction[:, old] = 1
        _, derivative = torch.func.jvp(step, (states,), (direction,))
        torch.testing.assert_close(jacobian[:, :, old], derivative)


def test_newton_says_where_it_does_not_arrive():
    # x[t] = 4 x[t-1] (1 - x[t-1]) is chaos: errors double with every step.
    def derive(x, drive):
        return 4 * x * (1 - x), (4 - 8 * x)[:, None]

    with pytest.raises(newton.NotConverged):
        newton.solve(derive, torch.zeros(400, 1), torch.full((1, 1), 0.3), most=10)
    x, _, iterations = newton.solve(
        derive, torch.zeros(6, 1, dtype=torch.float64), torch.full((1, 1), 0.3).double()
    )
    assert iterations <= 10
    expected = 0.3
    for at in x.flatten().tolist():
        expected = 4 * expected * (1 - expected)
        assert at == pytest.approx(expected, abs=1e-6)


def test_a_diagonal_cell_falls_back_on_its_steps(monkeypatch):
    cell = shaken(DiagonalGRU(8, inputs=4))
    x = torch.randn(30, 2, 4)
    expected, _ = cell(x, cell.zeros(2))

    def never(*_, **__):
        raise newton.NotConverged

    monkeypatch.setattr(newton, "window", never)
    found, _ = cell(x, cell.zeros(2))
    assert cell.iterations is None
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 100])
def test_linear_recurrences(steps):
    a = torch.rand(steps, 3, dtype=torch.float64, requires_grad=True)
    b = torch.rand(steps, 3, dtype=torch.float64, requires_grad=True)
    initial = torch.rand(3, dtype=torch.float64, requires_grad=True)
    x, expected = initial, []
    for t in range(steps):
        x = a[t] * x + b[t]
        expected.append(x)
    expected = torch.stack(expected)
    found = scan.linear(a, b, initial)
    logs = scan.log_linear(a.log(), b.log(), initial.log()).exp()
    weight = torch.randn_like(expected)
    wanted = torch.autograd.grad((weight * expected).sum(), (a, b, initial))
    for result in (found, logs):
        torch.testing.assert_close(result, expected)
        gradients = torch.autograd.grad((weight * result).sum(), (a, b, initial))
        torch.testing.assert_close(gradients, wanted)


def test_recurrences_of_blocks():
    a = torch.randn(37, 2, 2, 5, dtype=torch.float64) / 2
    b = torch.randn(37, 2, 5, dtype=torch.float64)
    x, expected = torch.zeros(2, 5, dtype=torch.float64), []
    for t in range(37):
        x = torch.einsum("iju,ju->iu", a[t], x) + b[t]
        expected.append(x)
    torch.testing.assert_close(scan.solve(scan.BLOCKS, a, b), torch.stack(expected))


def test_a_long_window_is_as_accurate_as_a_short_one():
    cell = shaken(MinGRU(16, inputs=4, norm=False), 2.0)
    drive = cell.drive(torch.randn(8192, 1, 4))
    found, _ = cell.run(drive, cell.zeros(1))
    exact, _ = Cell.run(cell.double(), drive.double(), cell.double().zeros(1))
    assert ((found - exact).abs() / exact.abs().clamp_min(1e-3)).max() < 1e-5


def test_the_minimal_gru_is_the_papers():
    cell = shaken(MinGRU(3, inputs=2, norm=False))
    x = [0.7, -1.2]
    h = 0.25
    (_, (after,)) = cell.step(torch.tensor([x]), (torch.full((1, 3), h),))
    for unit in range(3):
        z, candidate = (
            sum(cell.input_weight[gate * 3 + unit, i].item() * x[i] for i in (0, 1))
            + cell.bias[gate * 3 + unit].item() for gate in (0, 1)
        )
        z = 1 / (1 + math.exp(-z))
        g = candidate + 0.5 if candidate >= 0 else 1 / (1 + math.exp(-candidate))
        assert after[0, unit].item() == pytest.approx((1 - z) * h + z * g, rel=1e-5)


@pytest.mark.parametrize("kind", [MinGRU, MinLSTM])
def test_a_candidate_by_tanh_keeps_the_state_bounded(kind):
    cell = shaken(kind(16, inputs=4, candidate="tanh"), 5.0)
    outputs, _ = cell(10 * torch.randn(500, 3, 4), cell.zeros(3))
    assert 0.9 < outputs.abs().max() <= 1 + 1e-6
    assert cell.kind == f"{kind.kind}:tanh"
    with pytest.raises(ValueError, match="no candidate 'relu'"):
        kind(16, inputs=4, candidate="relu")


def test_a_cell_that_sees_nothing_is_refused():
    with pytest.raises(ValueError, match="mingru see the input alone"):
        MinGRU(8, inputs=0)
    assert LSTM(8, inputs=0).multiply_adds == 4 * 8 * 8


def test_a_cell_belongs_to_one_network():
    cell = LSTM(8, inputs=3)
    with pytest.raises(ValueError, match="one network"):
        cell.connect(3, False, torch.Generator())
