"""The network as a plain function of its parameters, for autograd and for evaluation.

This is the definition that everything faster is held to.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional

from .shape import EPSILON, GATES, SLOW_GATES, MINGRU, NetworkShape


@dataclass
class State:
    """What a network remembers of each lane: hidden and cell states, [lanes, units].

    A minGRU's state is its cell state; its hidden state is not looked at.
    """

    fast_hidden: torch.Tensor
    fast_cell: torch.Tensor
    slow_hidden: torch.Tensor
    slow_cell: torch.Tensor

    @classmethod
    def zeros(cls, shape: NetworkShape, lanes: int, **options) -> "State":
        fast, slow = (lanes, shape.fast_units), (lanes, shape.slow_units)
        return cls(*(torch.zeros(extents, **options) for extents in (fast, fast, slow, slow)))


def cell(tensors, name: str, pre, c):
    """A layer-normalized LSTM cell: (h, c) of pre-activations [lanes, 4H] and old c [lanes, H]."""
    units = c.shape[1]
    gates = functional.layer_norm(pre.unflatten(1, (GATES, units)), (units,), eps=EPSILON)
    gain, bias = (tensors[f"{kind}{name}"].view(GATES, units) for kind in "gb")
    i, j, f, o = (gates * gain + bias).unbind(1)
    c = c * torch.sigmoid(f) + torch.sigmoid(i) * torch.tanh(j)
    y = functional.layer_norm(c, (units,), tensors[f"gc{name}"], tensors[f"bc{name}"], EPSILON)
    return torch.tanh(y) * torch.sigmoid(o), c


def minimal_cell(tensors, name: str, pre, state):
    """A minGRU with layer norms: (h, h) of pre-activations [lanes, 2H] and the old h [lanes, H].

    What others see of it, which may be rounded or dropped out, is not what it remembers.
    """
    units, gates = state.shape[1], SLOW_GATES[MINGRU]
    normalized = functional.layer_norm(pre.unflatten(1, (gates, units)), (units,), eps=EPSILON)
    gain, bias = (tensors[f"{kind}{name}"].view(gates, units) for kind in "gb")
    z, candidate = (normalized * gain + bias).unbind(1)
    z = torch.sigmoid(z)
    state = (1 - z) * state + z * torch.tanh(candidate)
    return state, state


def plain_update(name: str, new_h, new_c, h, c):
    """What becomes of a cell's new state: without zoneout, it replaces the old one."""
    return new_h, new_c, new_h


def step(tensors, byte, state: State, update=plain_update) -> tuple[torch.Tensor, State]:
    """The hidden state that the next byte is predicted from, and the state, after one byte a lane.

    update: (cell, new h, new c, old h, old c) to (h, c, h as the next cell's input): the place for
    zoneout, dropout and rounding.
    """
    shape = NetworkShape.of(tensors)

    def run(name, pre, h, c):
        new = cell if shape.is_lstm(name) else minimal_cell
        return update(name, *new(tensors, name, pre, c), h, c)

    h, c = state.fast_hidden, state.fast_cell
    h, c, to_slow = run("1", tensors["E"][byte.long()] + h @ tensors["W1"].T, h, c)
    seen = torch.cat([to_slow, state.slow_hidden], 1) if shape.is_lstm("S") else to_slow
    pre = seen @ tensors["WS"].T
    slow_h, slow_c, to_fast = run("S", pre, state.slow_hidden, state.slow_cell)
    h, c, output = run("2", torch.cat([h, to_fast], 1) @ tensors["W2"].T, h, c)
    for i in range(3, shape.fast_cells + 1):
        h, c, output = run(str(i), h @ tensors[f"W{i}"].T, h, c)
    return output, State(h, c, slow_h, slow_c)


def logits(tensors, hidden):
    """[lanes, 256], in natural logarithms."""
    return hidden @ tensors["Wo"].T + tensors["bo"]
