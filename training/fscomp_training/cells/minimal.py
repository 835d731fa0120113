"""minLSTM and minGRU: gates that do not see the state.

Feng and others 2024, "Were RNNs all we needed?" (arXiv 2410.01201). Given the inputs, the state is
a linear recurrence. With the paper's positive candidate its numbers are positive, too: a step is
computed as it is written, and a window in logarithms, in which no product of many small factors can
vanish. With a candidate by tanh the state stays in -1...1, as the codec wants it, and a window is
the same scan without logarithms.
"""

import torch
from torch.nn import functional

from .. import scan
from .base import Cell, State


CANDIDATES = ("positive", "tanh")


def positive(x):
    """The candidate's activation, g: x + 1/2 from 0 on, and the logistic function below."""
    return torch.where(x >= 0, x + 0.5, torch.sigmoid(x))


def log_positive(x):
    return torch.where(x >= 0, torch.log(functional.relu(x) + 0.5), functional.logsigmoid(x))


class Minimal(Cell):
    """h[t] = keep h[t-1] + take g(candidate).

    candidate: "positive", the paper's g, or "tanh", which is the one that the codec runs.
    """

    parts = 1
    form = "scan"
    sees_state = False

    def __init__(self, units: int, inputs: int | None = None, *, candidate="positive", **options):
        if candidate not in CANDIDATES:
            raise ValueError(f"there is no candidate {candidate!r}; there are {CANDIDATES}")
        self.is_bounded = candidate == "tanh"
        super().__init__(units, inputs, **options)
        if self.is_bounded:
            self.kind += ":tanh"

    def log_shares(self, drive):
        """log keep and log take."""
        raise NotImplementedError

    def shares(self, drive):
        """keep and take."""
        raise NotImplementedError

    def update(self, drive, state: State) -> State:
        keep, take = self.shares(drive)
        candidate = drive[..., -1, :]
        new = torch.tanh(candidate) if self.is_bounded else positive(candidate)
        return (keep * state[0] + take * new,)

    def run(self, drive, state):
        if self.is_bounded:
            keep, take = self.shares(drive)
            h = scan.linear(keep, take * torch.tanh(drive[..., -1, :]), state[0])
            return h, (h[-1],)
        keep, take = self.log_shares(drive)
        # No logarithm of the empty state.
        before = state[0].clamp_min(torch.finfo(state[0].dtype).tiny).log()
        h = scan.log_linear(keep, take + log_positive(drive[..., -1, :]), before).exp()
        return h, (h[-1],)


class MinGRU(Minimal):
    """Gates z and the candidate: keep 1 - z, take z."""

    kind, gates = "mingru", 2
    biases = (-1.0, 0.0)

    def log_shares(self, drive):
        z = drive[..., 0, :]
        return functional.logsigmoid(-z), functional.logsigmoid(z)

    def shares(self, drive):
        z = torch.sigmoid(drive[..., 0, :])
        return 1 - z, z


class MinLSTM(Minimal):
    """Gates f, i and the candidate: keep f / (f + i), take i / (f + i)."""

    kind, gates = "minlstm", 3
    biases = (1.0, 0.0, 0.0)

    def log_shares(self, drive):
        f, i = (functional.logsigmoid(drive[..., gate, :]) for gate in (0, 1))
        both = torch.logaddexp(f, i)
        return f - both, i - both

    def shares(self, drive):
        f, i = torch.sigmoid(drive[..., :2, :]).unbind(-2)
        return f / (f + i), i / (f + i)
