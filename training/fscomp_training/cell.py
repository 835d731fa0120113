"""Cells' steps forward and backward in plain PyTorch, with the gradient written by hand.

`triton_cell` does the same in one kernel each way: an LSTM's first, then a minGRU's. H is the cell's units; P is H or, on a GPU, H
rounded up so that every row begins on a boundary that matrix products like. Columns from H to P
hold zeros and stay so.
"""

from dataclasses import dataclass, field

import torch

from . import noise
from .noise import LEVELS
from .shape import EPSILON, GATES, MINGRU, SLOW_GATES

MINIMAL_GATES = SLOW_GATES[MINGRU]
# Of an LSTM: mean and 1 / deviation of each gate and of the cell state; and as many gradients, of
# gains [4], biases [4], the cell state's gain and bias. Of a minGRU: those of its gates alone.
STATISTICS = 2 * (GATES + 1)
MINIMAL_STATISTICS = 2 * MINIMAL_GATES


@dataclass
class Norm:
    """Gains and biases of a cell's layer norms."""

    gain: torch.Tensor  # [gates H]
    bias: torch.Tensor  # [gates H]
    # Of an LSTM's cell state.
    cell_gain: torch.Tensor | None = None  # [H]
    cell_bias: torch.Tensor | None = None  # [H]


@dataclass
class Manner:
    """How the new state replaces the old one."""

    thresholds: tuple[int, int, int] = (LEVELS, LEVELS, LEVELS)  # see Regularization
    # Zoneout by its expectation and no dropout, as at evaluation, instead of drawn masks.
    expected: bool = False
    # Hidden states are rounded to q / 127, as in fixed point; the gradient passes unchanged.
    quantized: bool = False
    first_stream: int = 0
    key: torch.Tensor = field(default_factory=lambda: torch.zeros(1, dtype=torch.int64))

    def masks(self, salt: int, streams: int, units: int, dtype):
        """Factors for the new hidden state, the new cell state, and dropout."""
        hidden, cell, inputs = self.thresholds
        if self.expected:
            return hidden / LEVELS, cell / LEVELS, 1.0
        if min(self.thresholds) == LEVELS:
            return 1.0, 1.0, 1.0
        bits = noise.draws(self.key, salt, self.first_stream, streams, units)
        keep_hidden, keep_cell, keep_input = noise.masks(bits, self.thresholds, dtype)
        return keep_hidden, keep_cell, keep_input * (LEVELS / inputs)

    @property
    def zones_out_hidden(self) -> bool:
        return self.thresholds[0] < LEVELS


def _normalize(x):
    mean = x.mean(-1, keepdim=True)
    centered = x - mean
    scale = (centered.square().mean(-1, keepdim=True) + EPSILON).rsqrt()
    return centered * scale, mean, scale


def _normalize_backward(gradient, normalized, scale):
    """The gradient of a layer norm's input from that of its output, before gain and bias."""
    along = (gradient * normalized).mean(-1, keepdim=True)
    return scale * (gradient - gradient.mean(-1, keepdim=True) - normalized * along)


def _gates(normalized, norm: Norm):
    units = normalized.shape[-1]
    i, j, f, o = (
        normalized * norm.gain.view(GATES, units) + norm.bias.view(GATES, units)
    ).unbind(1)
    return torch.sigmoid(i), torch.tanh(j), torch.sigmoid(f), torch.sigmoid(o)


def forward(z, norm: Norm, c_old, h_old, c_new, h_state, h_input, statistics, manner, salt):
    """From pre-activations to the new state.

    z [B, 4P]; c_old [B, H]; h_old [B, P], read only if hidden states are zoned out.
    Written: c_new [B, H]; h_state [B, P], the state that a later cell takes over; h_input [B, P]
    or None, the same for a cell that it is an input of, with dropout; statistics [B, 10].
    """
    streams, units = c_old.shape
    pre = z.unflatten(1, (GATES, -1))[..., :units].to(c_old.dtype)
    normalized, mean, scale = _normalize(pre)
    i, j, f, o = _gates(normalized, norm)
    c = c_old * f + i * j
    cell_normalized, cell_mean, cell_scale = _normalize(c)
    h = torch.tanh(cell_normalized * norm.cell_gain + norm.cell_bias) * o
    keep_hidden, keep_cell, keep_input = manner.masks(salt, streams, units, c.dtype)
    if manner.zones_out_hidden:
        h = keep_hidden * h + (1 - keep_hidden) * h_old[:, :units].to(h.dtype)
    if manner.quantized:
        h = torch.round(h * 127) / 127
    c_new.copy_(keep_cell * c + (1 - keep_cell) * c_old)
    h_state[:, :units] = h
    if h_input is not None:
        h_input[:, :units] = h * keep_input
    if statistics is not None:
        statistics.copy_(
            torch.cat([mean[..., 0], cell_mean, scale[..., 0], cell_scale], 1)
        )


def backward(
    z, norm: Norm, c_old, statistics, d_state, d_input, d_skip, d_cell, d_norm, manner, salt
):
    """From the gradients of the new state to those of everything that `forward` read.

    d_state [B, P], d_input [B, P] or None: gradients of h_state and h_input.
    In place: z [B, 4P] becomes its own gradient; d_cell [B, H], that of c_new, becomes that of
    c_old; d_skip [B, H], a further part of h_state's gradient that passed by the matrices, becomes
    that part for h_old, if hidden states are zoned out; d_norm [..., 10, H] is added to.
    """
    streams, units = c_old.shape
    pre = z.unflatten(1, (GATES, -1))[..., :units]
    mean, cell_mean, scale, cell_scale = statistics.split((GATES, 1, GATES, 1), 1)
    scale = scale[..., None]
    normalized = (pre.to(c_old.dtype) - mean[..., None]) * scale
    i, j, f, o = _gates(normalized, norm)
    cell_normalized = (c_old * f + i * j - cell_mean) * cell_scale
    bent = torch.tanh(cell_normalized * norm.cell_gain + norm.cell_bias)
    keep_hidden, keep_cell, keep_input = manner.masks(salt, streams, units, c_old.dtype)

    dh = d_state[:, :units].to(c_old.dtype)
    if d_input is not None:
        dh = dh + keep_input * d_input[:, :units].to(c_old.dtype)
    if manner.zones_out_hidden:
        dh = dh + d_skip
        d_skip.copy_((1 - keep_hidden) * dh)
        dh = keep_hidden * dh
    dy = dh * o * (1 - bent.square())
    dc = _normalize_backward(dy * norm.cell_gain, cell_normalized, cell_scale)
    dc = dc + keep_cell * d_cell
    da = torch.stack(
        [
            dc * j * i * (1 - i),
            dc * i * (1 - j.square()),
            dc * c_old * f * (1 - f),
            dh * bent * o * (1 - o),
        ],
        1,
    )
    dz = _normalize_backward(da * norm.gain.view(GATES, units), normalized, scale)
    d_cell.copy_((1 - keep_cell) * d_cell + dc * f)
    pre.copy_(dz)
    d_norm[0, :GATES] += (da * normalized).sum(0)
    d_norm[0, GATES : 2 * GATES] += da.sum(0)
    d_norm[0, 2 * GATES] += (dy * cell_normalized).sum(0)
    d_norm[0, 2 * GATES + 1] += dy.sum(0)


# --- minGRU ---------------------------------------------------------------------------------------


def _minimal_gates(normalized, norm: Norm):
    units = normalized.shape[-1]
    update, candidate = (
        normalized * norm.gain.view(MINIMAL_GATES, units)
        + norm.bias.view(MINIMAL_GATES, units)
    ).unbind(1)
    return torch.sigmoid(update), torch.tanh(candidate)


def forward_minimal(z, norm: Norm, old, new, h_input, statistics, manner):
    """From pre-activations to the new state of a minGRU, which knows neither zoneout nor dropout.

    z [B, 2P]; old [B, H]. Written: new [B, H]; h_input [B, P], what others see of it; statistics
    [B, 4].
    """
    units = old.shape[1]
    pre = z.unflatten(1, (MINIMAL_GATES, -1))[..., :units].to(old.dtype)
    normalized, mean, scale = _normalize(pre)
    update, candidate = _minimal_gates(normalized, norm)
    h = old + update * (candidate - old)
    new.copy_(h)
    h_input[:, :units] = torch.round(h * 127) / 127 if manner.quantized else h
    statistics.copy_(torch.cat([mean[..., 0], scale[..., 0]], 1))


def backward_minimal(z, norm: Norm, old, statistics, d_input, d_state, d_norm):
    """From the gradients of the new state to those of everything that `forward_minimal` read.

    d_input [B, P]: the gradient of h_input. In place: z [B, 2P] becomes its own gradient; d_state
    [B, H], that of the new state, becomes that of the old one; d_norm [..., 4, H] is added to.
    """
    units = old.shape[1]
    pre = z.unflatten(1, (MINIMAL_GATES, -1))[..., :units]
    mean, scale = (part[..., None] for part in statistics.split(MINIMAL_GATES, 1))
    normalized = (pre.to(old.dtype) - mean) * scale
    update, candidate = _minimal_gates(normalized, norm)
    dh = d_state + d_input[:, :units].to(old.dtype)
    da = torch.stack(
        [
            dh * (candidate - old) * update * (1 - update),
            dh * update * (1 - candidate.square()),
        ],
        1,
    )
    dz = _normalize_backward(da * norm.gain.view(MINIMAL_GATES, units), normalized, scale)
    d_state.copy_(dh * (1 - update))
    pre.copy_(dz)
    d_norm[0, :MINIMAL_GATES] += (da * normalized).sum(0)
    d_norm[0, MINIMAL_GATES:] += da.sum(0)
