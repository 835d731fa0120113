"""minLSTM and minGRU: gates that do not see the state.

Feng and others 2024, "Were RNNs all we needed?" (arXiv 2410.01201). Given the inputs, the state is
a linear recurrence with positive numbers. A step is computed as it is written; a window in
logarithms, in which no product of many small factors can vanish.
"""

import torch
from torch.nn import functional

from .. import scan
from .base import Cell, State


def positive(x):
    """The candidate's activation, g: x + 1/2 from 0 on, and the logistic function below."""
    return torch.where(x >= 0, x + 0.5, torch.sigmoid(x))


def log_positive(x):
    return torch.where(x >= 0, torch.log(functional.relu(x) + 0.5), functional.logsigmoid(x))


class Minimal(Cell):
    """h[t] = keep h[t-1] + take g(candidate)."""

    parts = 1
    form = "scan"
    sees_state = False

    def log_shares(self, drive):
        """log keep and log take."""
        raise NotImplementedError

    def shares(self, drive):
        """keep and take."""
        raise NotImplementedError

    def update(self, drive, state: State) -> State:
        keep, take = self.shares(drive)
        return (keep * state[0] + take * positive(drive[..., -1, :]),)

    def run(self, drive, state):
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
