"""GRU and LSTM whose gates see of the state their own unit alone.

Danieli and others 2025, "ParaRNN" (arXiv 2510.21450). A unit is then a nonlinear recurrence of its
own, and a window of all of them is solved by Newton's method with a Jacobian that is diagonal (GRU)
or has a block of 2 x 2 a unit (LSTM).
"""

import torch
from torch import nn

from .. import newton
from .base import Cell, State


class Diagonal(Cell):
    """`newton.solve` in a window, step by step where that does not arrive.

    iterations: how many Newton's method took in the last window, None if it was step by step.
    """

    form = "newton"

    def connect(self, inputs, reads_bytes, generator):
        super().connect(inputs, reads_bytes, generator)
        self.iterations: int | None = None
        # What each gate makes of its unit's hidden state.
        self.own_weight = nn.Parameter(
            torch.empty(self.gates, self.units).uniform_(-1, 1, generator=generator)
        )

    def derive(self, states, drive):
        """(new states, Jacobians) of states [T, P, ...] and drive [T, ..., gates, units].

        Jacobians [T, P, P, ...]: of which new part, by which old one.
        """
        raise NotImplementedError

    def run(self, drive, state):
        def update(states, drive):
            return torch.stack(self.update(drive, states.unbind(1)), 1)

        try:
            states, self.iterations = newton.window(
                self.derive, update, drive, torch.stack(state)
            )
        except newton.NotConverged:
            self.iterations = None
            return super().run(drive, state)
        return states[:, 0], tuple(states[-1])

    def tensors(self):
        return super().tensors() | {"a": self.own_weight}


class DiagonalGRU(Diagonal):
    """Gates z, r and the candidate: h[t] = (1 - z) h[t-1] + z tanh(candidate + a r h[t-1])."""

    kind, gates, parts = "diagonal-gru", 3, 1
    biases = (-1.0, 0.0, 0.0)

    def _gates(self, drive, h):
        own = self.own_weight
        z = torch.sigmoid(drive[..., 0, :] + own[0] * h)
        r = torch.sigmoid(drive[..., 1, :] + own[1] * h)
        return z, r, torch.tanh(drive[..., 2, :] + own[2] * r * h)

    def update(self, drive, state: State) -> State:
        (h,) = state
        z, _, j = self._gates(drive, h)
        return (h + z * (j - h),)

    def derive(self, states, drive):
        h, own = states[:, 0], self.own_weight
        z, r, j = self._gates(drive, h)
        slope_z = own[0] * z * (1 - z)
        slope_j = (1 - j * j) * own[2] * (r + h * own[1] * r * (1 - r))
        jacobian = 1 - z + slope_z * (j - h) + z * slope_j
        return (h + z * (j - h))[:, None], jacobian[:, None, None]


class DiagonalLSTM(Diagonal):
    """Gates f, o and the candidate: what f does not keep is taken in.

    c[t] = f c[t-1] + (1 - f) tanh(candidate + a h[t-1]),  h[t] = o tanh(c[t])

    f and o see h[t-1] and, by peepholes, the cell state: f the old one, o the new one.
    """

    kind, gates, parts = "diagonal-lstm", 3, 2
    biases = (1.0, 0.0, 0.0)

    def connect(self, inputs, reads_bytes, generator):
        super().connect(inputs, reads_bytes, generator)
        self.peephole = nn.Parameter(
            torch.empty(2, self.units).uniform_(-1, 1, generator=generator)
        )

    def _gates(self, drive, h, c):
        own, peephole = self.own_weight, self.peephole
        f = torch.sigmoid(drive[..., 0, :] + own[0] * h + peephole[0] * c)
        j = torch.tanh(drive[..., 2, :] + own[2] * h)
        c = j + f * (c - j)
        return f, j, torch.sigmoid(drive[..., 1, :] + own[1] * h + peephole[1] * c), c

    def update(self, drive, state: State) -> State:
        _, _, o, c = self._gates(drive, *state)
        return o * torch.tanh(c), c

    def derive(self, states, drive):
        (h, c), own, peephole = states.unbind(1), self.own_weight, self.peephole
        f, j, o, new_c = self._gates(drive, h, c)
        slope_f, slope_o = f * (1 - f) * (c - j), o * (1 - o)
        by_h = slope_f * own[0] + (1 - f) * (1 - j * j) * own[2]
        by_c = slope_f * peephole[0] + f
        bent = torch.tanh(new_c)
        # By the new cell state, and by h beside it.
        along = slope_o * peephole[1] * bent + o * (1 - bent * bent)
        jacobian = torch.stack(
            [torch.stack([along * by_h + slope_o * own[1] * bent, along * by_c], 1),
             torch.stack([by_h, by_c], 1)], 1
        )
        return torch.stack([o * bent, new_c], 1), jacobian

    def tensors(self):
        return super().tensors() | {"p": self.peephole}
