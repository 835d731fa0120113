"""The LSTM with layer norm, as the codec has it."""

import torch
from torch import nn
from torch.nn import functional

from .. import network
from .base import Cell, State


class LSTM(Cell):
    """Gates i, j, f, o; state h, c. `network.cell` is its definition.

    Gates see the hidden state through a matrix, so that a window is a chain of T steps. Without
    `norm` it is the plain LSTM: biases alone, and no norm of the cell state.
    """

    kind, gates, parts = "lstm", 4, 2
    biases = (0.0, 0.0, 1.0, 0.0)

    def connect(self, inputs, reads_bytes, generator):
        super().connect(inputs, reads_bytes, generator)
        self.state_weight = nn.Parameter(self._orthogonal(self.units, generator))
        self.cell_gain = self.cell_bias = None
        if self.norm:
            self.cell_gain = nn.Parameter(torch.ones(self.units))
            self.cell_bias = nn.Parameter(torch.zeros(self.units))

    def drive(self, x):
        return self.project(x)  # the layer norm is over the sum with what the state adds

    def update(self, drive, state: State) -> State:
        h, c = state
        pre = drive + functional.linear(h, self.state_weight)
        if self.norm:
            norms = {"g": self.gain, "b": self.bias, "gc": self.cell_gain, "bc": self.cell_bias}
            return network.cell(norms, "", pre, c)
        return self.activate(self.normalize(pre), state)

    @staticmethod
    def activate(gates, state: State) -> State:
        """The new state of the plain LSTM, of gates [..., 4, units]: elementwise."""
        i, j, f, o = gates.unbind(-2)
        c = state[1] * torch.sigmoid(f) + torch.sigmoid(i) * torch.tanh(j)
        return torch.tanh(c) * torch.sigmoid(o), c

    @property
    def multiply_adds(self):
        return super().multiply_adds + self.gates * self.units**2

    def tensors(self):
        named = super().tensors()
        blocks = [w for w in (self.input_weight, self.state_weight) if w is not None]
        named["W"] = torch.cat(blocks[::-1] if self.state_first else blocks, 1)
        if self.norm:
            named |= {"gc": self.cell_gain, "bc": self.cell_bias}
        return named

    def load(self, tensors):
        own = slice(0, self.units) if self.state_first else slice(self.inputs, None)
        others = slice(self.units, None) if self.state_first else slice(0, self.inputs)
        self.state_weight.copy_(tensors["W"][:, own])
        if self.input_weight is not None:
            self.input_weight.copy_(tensors["W"][:, others])
        for name, parameter in self.tensors().items():
            if name != "W":
                parameter.copy_(tensors[name])
