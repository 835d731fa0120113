"""The shape of an FS-RNN: which tensors it has, and what they cost."""

from dataclasses import dataclass

BYTE_VALUES = 256
GATES = 4  # of an LSTM: i, j, f, o, in this order
EPSILON = 1e-3  # added to the variance in every layer norm
LSTM, MINGRU = "lstm", "mingru"
SLOW_GATES = {LSTM: GATES, MINGRU: 2}  # z and the candidate, by tanh, of a minGRU


@dataclass(frozen=True)
class NetworkShape:
    """`fast_cells` fast cells of `fast_units` units that share one state, and one slow cell.

    Mujika, Meier, Steger 2017, section 3. The fast cells are LSTMs; the slow one is one, too, or a
    minGRU, whose gates do not see its own state (Feng and others 2024). Tensors are named as
    `fscomp model import` reads them.
    """

    fast_cells: int
    fast_units: int
    slow_units: int
    slow_cell: str = LSTM

    def __post_init__(self):
        if self.fast_cells < 2:
            raise ValueError(f"an FS-RNN has at least 2 fast cells, not {self.fast_cells}")
        if min(self.fast_units, self.slow_units) < 1:
            raise ValueError("a cell has at least one unit")
        if self.slow_cell not in SLOW_GATES:
            raise ValueError(f"a slow cell is one of {', '.join(SLOW_GATES)}, not {self.slow_cell}")

    @property
    def cells(self) -> list[str]:
        """The cells in the order of a step: 1, S, 2, ... k."""
        return ["1", "S"] + [str(i) for i in range(2, self.fast_cells + 1)]

    def units(self, cell: str) -> int:
        return self.slow_units if cell == "S" else self.fast_units

    def is_lstm(self, cell: str) -> bool:
        return cell != "S" or self.slow_cell == LSTM

    def gates(self, cell: str) -> int:
        return SLOW_GATES[self.slow_cell] if cell == "S" else GATES

    def inputs(self, cell: str) -> tuple[int, ...]:
        """Widths of the hidden states that are columns of the cell's weights, first to last."""
        if cell == "2" or cell == "S" and self.is_lstm(cell):
            return (self.fast_units, self.slow_units)
        return (self.fast_units,)

    @property
    def is_all_lstms(self) -> bool:
        return self.slow_cell == LSTM

    @property
    def description(self) -> dict:
        """As `wiring.Network.description` has it."""
        slow = {LSTM: LSTM, MINGRU: f"{MINGRU}:tanh"}[self.slow_cell]
        return {
            "wiring": "fast-slow",
            "shares_states": True,
            "cells": {n: slow if n == "S" else LSTM for n in self.cells},
        }

    def require_lstms(self, what: str):
        """Raises ValueError unless all cells are LSTMs, as `what` wants them."""
        if not self.is_all_lstms:
            raise ValueError(f"{what} is for networks of LSTMs; the slow cell is a {self.slow_cell}")

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Name and extents of each parameter; the matrices come first."""
        matrices = {"E": (BYTE_VALUES, GATES * self.fast_units)}
        vectors = {}
        for cell in self.cells:
            units = self.units(cell)
            width = self.gates(cell) * units
            matrices[f"W{cell}"] = (width, sum(self.inputs(cell)))
            vectors[f"g{cell}"] = (width,)
            vectors[f"b{cell}"] = (width,)
            if self.is_lstm(cell):
                vectors[f"gc{cell}"] = (units,)
                vectors[f"bc{cell}"] = (units,)
        matrices["Wo"] = (BYTE_VALUES, self.fast_units)
        vectors["bo"] = (BYTE_VALUES,)
        return matrices | vectors

    @property
    def parameters(self) -> int:
        total = 0
        for extents in self.tensors().values():
            product = 1
            for extent in extents:
                product *= extent
            total += product
        return total

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds that predicting one byte costs; E is a table look-up and costs none."""
        cells = sum(self.gates(n) * self.units(n) * sum(self.inputs(n)) for n in self.cells)
        return cells + BYTE_VALUES * self.fast_units

    @classmethod
    def of(cls, tensors) -> "NetworkShape":
        """The shape of named tensors, such as those of a checkpoint.

        Raises ValueError if they are not those of an FS-RNN.
        """
        try:
            fast_units = tensors["W1"].shape[1]
            # Gates that see the input alone have no columns for the state.
            slow_cell = MINGRU if tensors["WS"].shape[1] == fast_units else LSTM
            slow_units = tensors["WS"].shape[0] // SLOW_GATES[slow_cell]
        except KeyError as error:
            raise ValueError(f"there is no tensor {error}") from None
        fast_cells = 2
        while f"W{fast_cells + 1}" in tensors:
            fast_cells += 1
        shape = cls(fast_cells, fast_units, slow_units, slow_cell)
        for name, extents in shape.tensors().items():
            if name not in tensors:
                raise ValueError(f"there is no tensor {name}")
            if tuple(tensors[name].shape) != extents:
                raise ValueError(f"tensor {name} is {tuple(tensors[name].shape)}, not {extents}")
        return shape
