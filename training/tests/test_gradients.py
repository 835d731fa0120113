"""The gradient that is written by hand is the one that autograd finds."""

import pytest
import torch
from helpers import Manner, NetworkShape, autograd, random_parameters, random_window

MANNERS = {
    "plain": Manner(),
    "zoneout and dropout": Manner((900, 600, 800), first_stream=5),
    "zoneout of cells only": Manner((1024, 700, 1024)),
    "dropout only": Manner((1024, 1024, 700)),
    "expected zoneout": Manner((900, 600, 800), expected=True),
    "rounded": Manner(quantized=True),
}


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("fast_cells", [2, 4])
@pytest.mark.parametrize("align", [1, 8])
def test_window_gradient_equals_autograd(manner, fast_cells, align):
    parameters = random_parameters(NetworkShape(fast_cells, 6, 10))
    window = random_window(parameters, 5, 4, align=align, manner=MANNERS[manner])
    loss, gradient = autograd(window)
    window.forward_backward(1.0)
    assert window.loss.item() == pytest.approx(loss.item(), rel=1e-12)
    torch.testing.assert_close(parameters.gradient, gradient, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("manner", ["plain", "rounded"])
@pytest.mark.parametrize("align", [1, 8])
def test_the_gradient_of_a_slow_mingru_equals_autograd(manner, align):
    parameters = random_parameters(NetworkShape(3, 6, 10, "mingru"))
    window = random_window(parameters, 5, 4, align=align, manner=MANNERS[manner])
    loss, gradient = autograd(window)
    window.forward_backward(1.0)
    assert window.loss.item() == pytest.approx(loss.item(), rel=1e-12)
    torch.testing.assert_close(parameters.gradient, gradient, rtol=1e-9, atol=1e-11)


def test_gradient_equals_central_differences():
    parameters = random_parameters(NetworkShape(3, 4, 5))
    window = random_window(parameters, 4, 2)
    window.forward_backward(1.0)
    gradient = {name: g.clone() for name, g in parameters.gradients.items()}

    def loss():
        window.pack()
        window.forward()
        return window.costs().sum().item()

    generator = torch.Generator().manual_seed(3)
    for name, tensor in parameters.tensors.items():
        flat = tensor.view(-1)
        # The largest, whose relative error means most, and any other.
        largest = gradient[name].abs().argmax().item()
        for index in {largest, torch.randint(len(flat), (1,), generator=generator).item()}:
            old, h = flat[index].item(), 1e-5
            flat[index] = old + h
            above = loss()
            flat[index] = old - h
            below = loss()
            flat[index] = old
            expected = (above - below) / (2 * h)
            assert gradient[name].view(-1)[index].item() == pytest.approx(
                expected, rel=1e-5, abs=1e-8
            ), name


def test_a_second_pass_gives_the_same_gradient():
    parameters = random_parameters(NetworkShape(2, 6, 10))
    window = random_window(parameters, 5, 4, manner=MANNERS["zoneout and dropout"])
    window.forward_backward(1.0)
    first = parameters.gradient.clone()
    window.forward_backward(0.5)
    torch.testing.assert_close(parameters.gradient, first / 2, rtol=1e-12, atol=0)


def test_carried_state_makes_two_windows_one_text():
    parameters = random_parameters(NetworkShape(2, 6, 10))
    whole = random_window(parameters, 8, 3)
    half = random_window(parameters, 4, 3)
    half.set_state({name: view.clone() for name, view in whole.state().items()})
    whole.forward()
    costs = []
    for start in (0, 4):
        half.bytes.copy_(whole.bytes[start : start + 5])
        half.forward()
        costs.append(half.costs())
        half.carry()
    torch.testing.assert_close(torch.cat(costs), whole.costs(), rtol=1e-12, atol=0)


def test_forgetting_is_beginning_anew():
    parameters = random_parameters(NetworkShape(2, 6, 10))
    window = random_window(parameters, 3, 4)
    kept = {name: view.clone() for name, view in window.state().items()}
    window.forget(torch.tensor([True, False, False, True]))
    for name, view in window.state().items():
        assert view[[0, 3]].count_nonzero() == 0
        torch.testing.assert_close(view[[1, 2]], kept[name][[1, 2]])


def test_rounded_weights_have_127_steps_a_row():
    parameters = random_parameters(NetworkShape(2, 6, 10))
    window = random_window(parameters, 2, 2, quantized_weights=True)
    for n in ("1", "S", "2"):
        steps = parameters.tensors[f"W{n}"].abs().amax(1, keepdim=True) / 127
        whole = window.weights[n] / steps
        torch.testing.assert_close(whole, whole.round(), rtol=0, atol=1e-9)
        assert whole.abs().max() == pytest.approx(127)
        assert (window.weights[n] - parameters.tensors[f"W{n}"]).abs().max() <= steps.max() / 2
