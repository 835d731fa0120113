"""Truncated backpropagation through one window of steps, for many streams at once.

What takes time is done in few, large operations: one matrix product a cell and step each way, one
fused operation for the rest of the cell, and one product over the whole window for each matrix's
gradient. Every tensor is allocated once, so that a CUDA graph can hold the whole computation.
"""

import dataclasses
import math

import torch

from . import cell as plain_cell
from .cell import MINIMAL_STATISTICS, STATISTICS, Manner, Norm
from .parameters import Parameters
from .shape import BYTE_VALUES, GATES


def round_up(count: int, step: int) -> int:
    return -(-count // step) * step


def product(a, b, dtype):
    """a @ b in `dtype`, which may be wider than that of the factors."""
    if a.dtype == dtype:
        return torch.mm(a, b)
    if a.is_cuda:
        return torch.mm(a, b, out_dtype=dtype)
    return torch.mm(a.to(dtype), b.to(dtype))


class Window:
    """Buffers, state and gradients of `steps` steps of `streams` streams.

    Matrix products take factors of `compute` type (bfloat16 on a GPU); cell states, layer norms
    and gradients are of the parameters' type. `align` rounds the units of a cell up in memory, so
    that rows begin where fast matrix products want them.

    Two consumers read a hidden state: a cell that takes it over as its old state, and a cell (or
    the output) whose input it is. Each has its own place in the buffer of that consumer's factors:

        factors 1   [T+1, B, F]      the state after the step before
        factors S   [T+1, B, F + S]  F1's output as an input; the slow state, if it is an LSTM's
        factors 2   [T, B, F + S]    F1's output as the state; the slow output as an input
        factors 3.. [T, B, F]        the state
        output      [T, B, F]        Fk's output as an input
    """

    def __init__(
        self,
        parameters: Parameters,
        steps: int,
        streams: int,
        *,
        compute: torch.dtype | None = None,
        align: int = 1,
        manner: Manner | None = None,
        quantized_weights: bool = False,
        kernels=plain_cell,
        norm_rows: int = 1,
        gradients: bool = True,
    ):
        self.parameters, self.shape = parameters, parameters.shape
        self.steps, self.streams = steps, streams
        self.quantized_weights, self.kernels = quantized_weights, kernels
        self.device, self.dtype = parameters.flat.device, parameters.flat.dtype
        self.compute = compute or self.dtype
        self.fast = round_up(self.shape.fast_units, align)
        self.slow = round_up(self.shape.slow_units, align)
        tensors = parameters.tensors
        self.norms = {
            n: Norm(*(tensors.get(f"{kind}{n}") for kind in ("g", "b", "gc", "bc")))
            for n in self.shape.cells
        }
        self._allocate(norm_rows, gradients)
        # The masks' key is a buffer, so that a recorded graph draws new masks for a new key.
        self.manner = dataclasses.replace(manner or Manner(), key=self.key)
        self.pack()

    def _zeros(self, *extents, dtype=None):
        return torch.zeros(extents, dtype=dtype or self.compute, device=self.device)

    def _allocate(self, norm_rows: int, gradients: bool):
        steps, streams = self.steps, self.streams
        self.bytes = self._zeros(steps + 1, streams, dtype=torch.int64)  # inputs, then targets
        self.key = self._zeros(1, dtype=torch.int64)
        # The graph's own result; nats, summed over the window.
        self.loss = self._zeros(dtype=self.dtype)
        self.weights, self.factors, self.cells, self.pre, self.statistics = {}, {}, {}, {}, {}
        for n in self.shape.cells:
            carried = steps + 1 if n in ("1", "S") else steps
            width = sum(self._padded_inputs(n))
            units = self.shape.units(n)
            numbers = STATISTICS if self.shape.is_lstm(n) else MINIMAL_STATISTICS
            self.weights[n] = self._zeros(self._pre_width(n), width)
            self.factors[n] = self._zeros(carried, streams, width)
            self.cells[n] = self._zeros(carried, streams, units, dtype=self.dtype)
            # Without gradients, one step's are enough.
            kept = steps if gradients else 1
            self.pre[n] = self._zeros(kept, streams, self._pre_width(n))
            self.statistics[n] = self._zeros(kept, streams, numbers, dtype=self.dtype)
        self.weights["o"] = self._zeros(BYTE_VALUES, self.fast)
        self.embedding = self._zeros(BYTE_VALUES, GATES * self.fast)
        self.output = self._zeros(steps, streams, self.fast)
        if not gradients:
            return
        self.d_factors = {n: self._zeros(streams, f.shape[2]) for n, f in self.factors.items()}
        self.d_cell, self.d_skip, self.d_norm = {}, {}, {}
        for n in self.shape.cells:
            units = self.shape.units(n)
            chain = "S" if n == "S" else "F"
            for buffers in (self.d_cell, self.d_skip):
                buffers.setdefault(chain, self._zeros(streams, units, dtype=self.dtype))
            numbers = self.statistics[n].shape[-1]
            self.d_norm[n] = self._zeros(norm_rows, numbers, units, dtype=self.dtype)

    def _pre_width(self, cell: str) -> int:
        return self.shape.gates(cell) * self._padded(cell)

    def _padded(self, cell: str) -> int:
        return self.slow if cell == "S" else self.fast

    def _padded_inputs(self, cell: str) -> tuple[int, ...]:
        return (self.fast, self.slow)[: len(self.shape.inputs(cell))]

    # --- weights ----------------------------------------------------------------------------------

    def pack(self):
        """Brings the weights for the matrix products up to date with the parameters."""
        tensors = self.parameters.tensors
        fast_units = self.shape.fast_units
        with torch.no_grad():
            embedding = self.embedding.view(BYTE_VALUES, GATES, self.fast)
            embedding[..., :fast_units] = tensors["E"].view(BYTE_VALUES, GATES, fast_units)
            self.weights["o"][:, :fast_units] = self._rounded(tensors["Wo"])
            for n in self.shape.cells:
                for packed, part in self._blocks(
                    n, self.weights[n], self._rounded(tensors[f"W{n}"])
                ):
                    packed.copy_(part)

    def _rounded(self, matrix):
        """Weights as fixed point has them: integers of at most 127 times a scale for each row."""
        if not self.quantized_weights:
            return matrix
        step = matrix.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
        return torch.round(matrix / step) * step

    def _blocks(self, cell: str, padded, plain):
        """Pairs of views of the same block, in a padded matrix and in a plain one."""
        units, gates = self.shape.units(cell), self.shape.gates(cell)
        padded = padded.view(gates, self._padded(cell), -1)[:, :units]
        plain = plain.view(gates, units, -1)
        padded_start = plain_start = 0
        for padded_width, width in zip(self._padded_inputs(cell), self.shape.inputs(cell)):
            yield (
                padded[..., padded_start : padded_start + width],
                plain[..., plain_start : plain_start + width],
            )
            padded_start += padded_width
            plain_start += width

    # --- state ------------------------------------------------------------------------------------

    def carry(self):
        """The state after this window becomes the state before the next."""
        for n in ("1", "S"):
            self.cells[n][0] = self.cells[n][self.steps]
        self.factors["1"][0] = self.factors["1"][self.steps]
        self.factors["S"][0, :, self.fast :] = self.factors["S"][self.steps, :, self.fast :]

    def state(self, step: int = 0) -> dict[str, torch.Tensor]:
        """Views of the state before a step: `hF`, `cF` [B, F] and `hS`, `cS` [B, S].

        A minGRU has `cS` alone.
        """
        state = {
            "hF": self.factors["1"][step][:, : self.shape.fast_units],
            "cF": self.cells["1"][step],
            "cS": self.cells["S"][step],
        }
        if self.shape.is_lstm("S"):
            slow = slice(self.fast, self.fast + self.shape.slow_units)
            state["hS"] = self.factors["S"][step][:, slow]
        return state

    def set_state(self, state: dict[str, torch.Tensor]):
        for name, view in self.state().items():
            view.copy_(state[name])

    def forget(self, streams: torch.Tensor):
        """Zeroes the state of streams, given as a mask [B]: they begin anew."""
        for view in self.state().values():
            view.masked_fill_(streams[:, None], 0)

    # --- forward ----------------------------------------------------------------------------------

    def _arguments(self, n: str, t: int):
        """What cell n reads and writes in step t: c old, h old, c new, h as state, h as input."""
        fast = self.fast
        c_old = self.cells[n][t]
        if n == "S":
            h_old = self.factors["S"][t][:, fast:]
            to_state = self.factors["S"][t + 1][:, fast:]
            return c_old, h_old, self.cells["S"][t + 1], to_state, self.factors["2"][t][:, fast:]
        h_old = self.factors[n][t][:, :fast]
        if n == "1":
            to_state, to_input = self.factors["2"][t][:, :fast], self.factors["S"][t][:, :fast]
            return c_old, h_old, self.cells["2"][t], to_state, to_input
        if n == self.shape.cells[-1]:
            to_state = self.factors["1"][t + 1]
            return c_old, h_old, self.cells["1"][t + 1], to_state, self.output[t]
        after = str(int(n) + 1)
        return c_old, h_old, self.cells[after][t], self.factors[after][t], None

    def _salt(self, n: str, t: int) -> int:
        cells = self.shape.cells
        return t * len(cells) + cells.index(n)

    def forward(self):
        """Runs the window's inputs, `bytes[:-1]`, from the state at step 0."""
        keeps = len(self.pre["1"]) > 1 or self.steps == 1
        if keeps:
            rows = self.bytes[:-1].reshape(-1)
            torch.index_select(
                self.embedding, 0, rows, out=self.pre["1"].view(len(rows), GATES * self.fast)
            )
        for t in range(self.steps):
            at = t if keeps else 0
            for n in self.shape.cells:
                z = self.pre[n][at]
                if n == "1":
                    if not keeps:
                        torch.index_select(self.embedding, 0, self.bytes[t], out=z)
                    z.addmm_(self.factors[n][t], self.weights[n].T)
                else:
                    torch.mm(self.factors[n][t], self.weights[n].T, out=z)
                self._cell_forward(n, t, z, self.statistics[n][at])

    def _cell_forward(self, n: str, t: int, z, statistics):
        if self.shape.is_lstm(n):
            self.kernels.forward(
                z, self.norms[n], *self._arguments(n, t), statistics, self.manner, self._salt(n, t)
            )
        else:
            self.kernels.forward_minimal(
                z, self.norms[n], self.cells[n][t], self.cells[n][t + 1],
                self.factors["2"][t][:, self.fast :], statistics, self.manner,
            )

    def log_probabilities(self, hidden):
        """[rows, 256], natural logarithms, from rows of hidden states [rows, P]."""
        scores = product(hidden, self.weights["o"].T, self.dtype) + self.parameters.tensors["bo"]
        return torch.log_softmax(scores, 1)

    def costs(self) -> torch.Tensor:
        """[T, B]: what each of `bytes[1:]` costs after those before it, in nats."""
        logs = self.log_probabilities(self.output.view(-1, self.fast))
        targets = self.bytes[1:].reshape(-1, 1)
        return -logs.gather(1, targets).view(self.steps, self.streams)

    # --- backward ---------------------------------------------------------------------------------

    def forward_backward(self, scale: float):
        """Forward, then the gradients of `scale` x the sum of the costs, into `parameters`.

        `loss` becomes the sum of the costs in nats.
        """
        self.forward()
        logs = self.log_probabilities(self.output.view(-1, self.fast))
        targets = self.bytes[1:].reshape(-1, 1)
        self.loss.copy_(-logs.gather(1, targets).sum())
        d_logits = logs.exp_()
        d_logits.scatter_add_(1, targets, torch.full_like(targets, -1, dtype=self.dtype))
        self._backward(d_logits.mul_(scale))

    def _backward(self, d_logits):
        gradients, fast = self.parameters.gradients, self.fast
        gradients["bo"].copy_(d_logits.sum(0))
        d_logits = d_logits.to(self.compute)
        hidden = self.output.view(-1, fast)
        d_output_weights = product(d_logits.T, hidden, self.dtype)
        gradients["Wo"].copy_(d_output_weights[:, : self.shape.fast_units])
        d_output = torch.mm(d_logits, self.weights["o"]).view_as(self.output)

        for buffers in (self.d_cell, self.d_skip, self.d_norm):
            for buffer in buffers.values():
                buffer.zero_()
        # What follows the window is not looked at.
        self.d_factors["1"].zero_()
        self.d_factors["S"][:, fast:].zero_()
        for t in reversed(range(self.steps)):
            for n in reversed(self.shape.cells):
                self._cell_backward(n, t, d_output[t])
                torch.mm(self.pre[n][t], self.weights[n], out=self.d_factors[n])
        self._collect()

    def _cell_backward(self, n: str, t: int, d_output):
        d_factors, fast = self.d_factors, self.fast
        if not self.shape.is_lstm(n):
            self.kernels.backward_minimal(
                self.pre[n][t], self.norms[n], self.cells[n][t], self.statistics[n][t],
                d_factors["2"][:, fast:], self.d_cell["S"], self.d_norm[n],
            )
            return
        if n == "S":
            d_state, d_input = d_factors["S"][:, fast:], d_factors["2"][:, fast:]
        elif n == "1":
            d_state, d_input = d_factors["2"][:, :fast], d_factors["S"][:, :fast]
        elif n == self.shape.cells[-1]:
            d_state, d_input = d_factors["1"], d_output
        else:
            d_state, d_input = d_factors[str(int(n) + 1)], None
        chain = "S" if n == "S" else "F"
        self.kernels.backward(
            self.pre[n][t], self.norms[n], self.cells[n][t], self.statistics[n][t],
            d_state, d_input, self.d_skip[chain], self.d_cell[chain], self.d_norm[n],
            self.manner, self._salt(n, t),
        )

    def _collect(self):
        """Gradients of the parameters, from those of all the window's pre-activations."""
        gradients, shape = self.parameters.gradients, self.shape
        for n in shape.cells:
            d_pre = self.pre[n].view(-1, self._pre_width(n))
            factors = self.factors[n][: self.steps].view(len(d_pre), -1)
            d_weights = product(d_pre.T, factors, self.dtype)
            for padded, plain in self._blocks(n, d_weights, gradients[f"W{n}"]):
                plain.copy_(padded)
            d_norm, gates = self.d_norm[n].sum(0), shape.gates(n)
            gradients[f"g{n}"].view(gates, -1).copy_(d_norm[:gates])
            gradients[f"b{n}"].view(gates, -1).copy_(d_norm[gates : 2 * gates])
            if shape.is_lstm(n):
                gradients[f"gc{n}"].copy_(d_norm[2 * gates])
                gradients[f"bc{n}"].copy_(d_norm[2 * gates + 1])
        # A product with the inputs as unit vectors: unlike adding rows up as they come, its sums
        # have an order that does not change from run to run.
        d_pre = self.pre["1"].view(-1, GATES * self.fast)
        inputs = self._zeros(len(d_pre), BYTE_VALUES)
        inputs.scatter_(1, self.bytes[:-1].reshape(-1, 1), 1)
        d_embedding = product(inputs.T, d_pre, self.dtype).view(BYTE_VALUES, GATES, self.fast)
        gradients["E"].view(BYTE_VALUES, GATES, -1).copy_(d_embedding[..., : shape.fast_units])


def in_bits(nats: float) -> float:
    return nats / math.log(2)
