"""Small networks and windows for tests."""

import torch

from fscomp_training import cell, noise
from fscomp_training.cell import Manner
from fscomp_training.network import State, cell as network_cell, logits, step
from fscomp_training.noise import LEVELS
from fscomp_training.parameters import Parameters
from fscomp_training.shape import NetworkShape
from fscomp_training.window import Window


def random_parameters(shape: NetworkShape, dtype=torch.float64, seed=1) -> Parameters:
    """Initialized, then shaken, so that gains and biases differ from unit to unit."""
    parameters = Parameters(shape, dtype)
    parameters.initialize(seed)
    generator = torch.Generator().manual_seed(seed)
    parameters.flat += 0.3 * torch.randn(parameters.flat.shape, generator=generator)
    return parameters


def random_window(parameters, steps, streams, seed=2, **options) -> Window:
    """With random bytes and a random state before the first step."""
    window = Window(parameters, steps, streams, **options)
    generator = torch.Generator().manual_seed(seed)
    window.bytes.random_(0, 256, generator=generator)
    window.key.fill_(123456789)
    for view in window.state().values():
        view.copy_(torch.randn(view.shape, generator=generator) / 2)
    return window


def replacing_state(window: Window, position: list[int]):
    """The `update` of `network.step` that does what the window's manner says.

    position: one number, the step at hand.
    """
    manner, cells = window.manner, window.shape.cells
    hidden, cell_, inputs = manner.thresholds

    def update(name, new_h, new_c, h, c):
        salt = position[0] * len(cells) + cells.index(name)
        streams, units = c.shape
        if manner.expected:
            keep_h, keep_c, keep_i = hidden / LEVELS, cell_ / LEVELS, 1.0
        else:
            bits = noise.draws(window.key, salt, manner.first_stream, streams, units)
            keep_h, keep_c, keep_i = noise.masks(bits, manner.thresholds, c.dtype)
            keep_i = keep_i * LEVELS / inputs
        new_h = keep_h * new_h + (1 - keep_h) * h
        new_c = keep_c * new_c + (1 - keep_c) * c
        if manner.quantized:
            # Straight through: the value is rounded, the gradient is not.
            new_h = new_h + (torch.round(new_h * 127) / 127 - new_h).detach()
        return new_h, new_c, new_h * keep_i

    return update


def autograd(window: Window) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss in nats and the flat gradient of a float64 window, by autograd on the plain network."""
    parameters = window.parameters
    flat = parameters.flat.clone().requires_grad_()
    tensors = parameters.views(flat)
    before = {name: view.to(flat.dtype) for name, view in window.state().items()}
    slow_hidden = before.get("hS", before["cS"])
    state = State(before["hF"], before["cF"], slow_hidden, before["cS"])
    position, loss = [0], 0
    for t in range(window.steps):
        position[0] = t
        hidden, state = step(tensors, window.bytes[t], state, replacing_state(window, position))
        loss = loss + torch.nn.functional.cross_entropy(
            logits(tensors, hidden), window.bytes[t + 1], reduction="sum"
        )
    loss.backward()
    return loss.detach(), flat.grad


__all__ = ["Manner", "NetworkShape", "autograd", "cell", "network_cell", "random_parameters",
           "random_window"]
