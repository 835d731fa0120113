"""A cell that remembers what its state has been.

Behrouz and others 2026, "Memory Caching: RNNs with Growing Memory" (arXiv 2602.24281): a text is
cut into segments; the state at the end of each is kept, and each step sees, beside the state at
hand, a mean of the kept ones. Their weights are the similarity of the step's input with the mean input of
each segment, both seen through one matrix.
"""

from typing import NamedTuple

import torch
from torch import nn

from .cells.base import Cell, State


class Cache(NamedTuple):
    """The cell's own state, and what is kept of the segments before, oldest first."""

    inner: State
    hidden: torch.Tensor  # [segments, lanes, units]: hidden states at their ends
    keys: torch.Tensor  # [segments, lanes, width]: their mean inputs
    total: torch.Tensor  # [lanes, width]: the sum of this segment's inputs
    steps: int  # of this segment


class MemoryCaching(Cell):
    """Any cell with its hidden states at the ends of `segment` steps kept, `limit` of them.

    aggregation: "gated" weighs all of them, "sparse" the `top` most similar ones (the paper's gated
    residual memory and sparse selective caching). The weights are a softmax in which the state at
    hand takes part with a learned constant. The cell itself does not see what is kept: a window
    runs in the cell's own form, segment by segment.
    """

    norm = True
    AGGREGATIONS = ("gated", "sparse")

    def __init__(
        self,
        cell: Cell,
        *,
        segment: int = 256,
        limit: int = 64,
        aggregation: str = "gated",
        top: int = 4,
        width: int = 32,
    ):
        nn.Module.__init__(self)
        if aggregation not in self.AGGREGATIONS:
            raise ValueError(f"{aggregation} is none of {self.AGGREGATIONS}")
        if min(segment, limit, top, width) < 1:
            raise ValueError("segment, limit, top and width are at least 1")
        self.cell, self.segment, self.limit = cell, segment, limit
        self.aggregation, self.top, self.width = aggregation, top, width
        self.units, self.gates, self.parts = cell.units, cell.gates, cell.parts
        self.form, self.sees_state = cell.form, False
        self.state_first = False

    @classmethod
    def of(cls, cell: Cell, settings: str, query: torch.Tensor) -> "MemoryCaching":
        """As `kind` describes it; query [width, inputs]."""
        aggregation, segment, limit, top = settings.split("-")
        return cls(
            cell, segment=int(segment), limit=int(limit), aggregation=aggregation, top=int(top),
            width=len(query),
        )

    @property
    def kind(self):
        return f"{self.cell.kind}+{self.aggregation}-{self.segment}-{self.limit}-{self.top}"

    def connect(self, inputs, reads_bytes, generator):
        if not inputs or reads_bytes:
            raise ValueError("what is kept is found by the input, and there is none")
        self.cell.connect(inputs, reads_bytes, generator)
        self.inputs, self.reads_bytes = inputs, False
        self.query = nn.Parameter(
            nn.init.orthogonal_(torch.empty(self.width, inputs), generator=generator)
        )
        # In the beginning the state at hand counts as much as a few others together.
        self.presence = nn.Parameter(torch.full((1,), 2.0))

    def zeros(self, lanes) -> Cache:
        new = self.query.new_zeros
        return Cache(
            self.cell.zeros(lanes), new(0, lanes, self.units), new(0, lanes, self.width),
            new(lanes, self.width), 0,
        )

    def step(self, x, state):
        outputs, state = self(x[None], state)
        return outputs[0], state

    def forward(self, x, state: Cache):
        outputs = []
        while len(x):
            count = min(len(x), self.segment - state.steps)
            output, state = self._within(x[:count], state)
            outputs.append(output)
            x = x[count:]
        return torch.cat(outputs), state

    def _within(self, x, state: Cache):
        """Steps of one segment, [t, lanes, inputs]."""
        h, inner = self.cell(x, state.inner)
        seen = nn.functional.linear(x, self.query)
        state = state._replace(
            inner=inner, total=state.total + seen.sum(0), steps=state.steps + len(x)
        )
        output = self._recall(h, seen, state.hidden, state.keys)
        if state.steps == self.segment:
            state = Cache(
                inner,
                torch.cat([state.hidden, h[-1:]])[-self.limit :],
                torch.cat([state.keys, state.total[None] / self.segment])[-self.limit :],
                torch.zeros_like(state.total),
                0,
            )
        return output, state

    def _recall(self, h, seen, hidden, keys):
        if not len(hidden):
            return h
        scores = torch.einsum("tlw,slw->tls", seen, keys) / self.width**0.5
        if self.aggregation == "sparse" and self.top < scores.shape[-1]:
            least = scores.topk(self.top, -1).values[..., -1:]
            scores = scores.masked_fill(scores < least, -torch.inf)
        present = self.presence.expand(*scores.shape[:-1], 1)
        weights = torch.softmax(torch.cat([present, scores], -1), -1)
        return weights[..., :1] * h + torch.einsum("tls,slu->tlu", weights[..., 1:], hidden)

    @property
    def multiply_adds(self) -> int:
        """With a full cache."""
        return (
            self.cell.multiply_adds + self.width * self.inputs
            + self.limit * (self.width + self.units)
        )

    def tensors(self):
        return self.cell.tensors() | {"Q": self.query, "q": self.presence}

    def load(self, tensors):
        self.cell.load(tensors)
        self.query.copy_(tensors["Q"])
        self.presence.copy_(tensors["q"])
