"""Networks of any cells: the Fast-Slow RNN, and the controls that it is compared with.

What may run in parallel over a window is decided by the wiring, before it is by the cell. Where a
cell takes over the state that another one leaves (the Fast cells of the paper, the cells of a
sequential network), each step of each cell waits for the one before it, whatever the cells are. In
particular, F1 of one step waits for Fk of the step before, that for S, and that for F1: nothing of
the paper's Fast-Slow wiring is parallel over time. Where every cell keeps a state of its own, its
input over the whole window can be there before it begins; it then runs as its kind allows.
`Network.forms` says what becomes of each cell.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from . import checkpoint
from .checkpoint import NETWORK_KEY
from .cells import KINDS, LSTM, Cell, map_state
from .memory_caching import MemoryCaching
from .shape import BYTE_VALUES


class Network(nn.Module):
    """Cells under the names that they have in a checkpoint, and the output.

    The input of a window is bytes [T, lanes]; its outputs are hidden states [T, lanes, units], each
    of which predicts the byte after the one that it has seen.
    """

    wiring: str
    shares_states = False  # cells hand their state on to others

    def __init__(self, cells: dict[str, Cell], output_units: int, generator: torch.Generator):
        super().__init__()
        self.cells = nn.ModuleDict(cells)
        self.output_weight = nn.Parameter(
            0.02 * torch.randn(BYTE_VALUES, output_units, generator=generator)
        )
        self.output_bias = nn.Parameter(torch.zeros(BYTE_VALUES))

    def zeros(self, lanes: int):
        """The state before the first byte."""
        raise NotImplementedError

    def forward(self, text, state):
        """Hidden states [T, lanes, units] and the state after the window."""
        raise NotImplementedError

    def logits(self, hidden):
        """[..., 256], in natural logarithms."""
        return functional.linear(hidden, self.output_weight, self.output_bias)

    def costs(self, text, state, *, begins: bool = False):
        """Nats of each byte after those before it, and the state after all but the last.

        text [T + 1, lanes]: the costs are [T, lanes], those of all but the first byte; with
        `begins`, [T + 1, lanes], the first predicted by the empty state.
        """
        hidden, state = self(text[:-1], state)
        if begins:
            hidden = torch.cat([torch.zeros_like(hidden[:1]), hidden])
        targets = text if begins else text[1:]
        logs = self.logits(hidden)
        costs = functional.cross_entropy(logs.flatten(0, 1), targets.flatten(), reduction="none")
        return costs.view(targets.shape), state

    @property
    def forms(self) -> dict[str, str]:
        """How each cell runs over a window: sequential, scan or newton."""
        return {
            name: "sequential" if self.shares_states else cell.form
            for name, cell in self.cells.items()
        }

    @property
    def multiply_adds(self) -> int:
        """That predicting one byte costs, in matrices."""
        return sum(c.multiply_adds for c in self.cells.values()) + self.output_weight.numel()

    @property
    def is_the_codecs(self) -> bool:
        """Whether it is what `network` defines: Fast-Slow, of LSTMs with layer norms."""
        return (
            self.wiring == FastSlow.wiring and self.shares_states
            and all(cell.kind == LSTM.kind and cell.norm for cell in self.cells.values())
        )

    # --- checkpoints ------------------------------------------------------------------------------

    def description(self) -> dict:
        """What it takes to make a network like this one."""
        return {
            "wiring": self.wiring,
            "shares_states": self.shares_states,
            "cells": {name: cell.kind for name, cell in self.cells.items()},
        }

    def tensors(self) -> dict[str, torch.Tensor]:
        """The parameters under their names in a checkpoint.

        `E [256, gates units]` of the cell that reads bytes; W, g, b and what else its kind has of
        each cell, with the cell's name at the end; `Wo`, `bo`. Gates are stacked in the order of
        the kind. Networks of LSTMs have the tensors that `fscomp model import` reads.
        """
        tensors = {}
        for name, cell in self.cells.items():
            if cell.reads_bytes:
                tensors["E"] = cell.table
            tensors |= {f"{kind}{name}": tensor for kind, tensor in cell.tensors().items()}
        return tensors | {"Wo": self.output_weight, "bo": self.output_bias}

    @torch.no_grad()
    def load(self, tensors: dict[str, torch.Tensor]):
        """Takes the numbers of a network of the same shape. Raises KeyError, RuntimeError."""
        for name, cell in self.cells.items():
            if cell.reads_bytes:
                cell.table.copy_(tensors["E"])
            cell.load({kind: tensors[f"{kind}{name}"] for kind in cell.tensors()})
        self.output_weight.copy_(tensors["Wo"])
        self.output_bias.copy_(tensors["bo"])

    def save(self, path: Path, progress: dict | None = None):
        """Writes a checkpoint that says which cells it has."""
        described = {NETWORK_KEY: json.dumps(self.description())}
        checkpoint.write(Path(path), self.tensors(), progress or {}, described)


def _connect(cells: Sequence[tuple[Cell, int, bool]], seed: int) -> torch.Generator:
    """Tells each cell what it sees: (cell, inputs, whether it reads bytes)."""
    generator = torch.Generator().manual_seed(seed)
    for cell, inputs, reads_bytes in cells:
        cell.connect(inputs, reads_bytes, generator)
    return generator


def _check_shared(cells: Sequence[Cell]):
    if len({(cell.units, cell.parts) for cell in cells}) > 1:
        raise ValueError("cells that share a state have as many units and parts of it")


class FastSlow(Network):
    """Fast cells F1..Fk and a Slow cell S that sees F1 and is seen by F2.

    Mujika, Meier, Steger 2017, section 3. As there, the Fast cells share a state, which each step
    passes along from F1 to Fk. With `shares_states` False, each has its own and sees the hidden
    state of the one before instead: that is another network, in which whatever cells permit it run
    in parallel over a window: F1 first, then S, whose input is F1's output, then F2 and so on.
    """

    wiring = "fast-slow"

    def __init__(
        self, fast: Sequence[Cell], slow: Cell, *, shares_states: bool = True, seed: int = 1
    ):
        if len(fast) < 2:
            raise ValueError(f"an FS-RNN has at least 2 fast cells, not {len(fast)}")
        first, second, *rest = fast
        seen = 0 if shares_states else first.units
        if shares_states:
            _check_shared(fast)
        second.state_first = shares_states
        chain = [(cell, 0 if shares_states else fast[i + 1].units, False)
                 for i, cell in enumerate(rest)]
        generator = _connect(
            [(first, 0, True), (slow, first.units, False), (second, seen + slow.units, False)]
            + chain,
            seed,
        )
        names = ["1", "S"] + [str(i + 2) for i in range(len(fast) - 1)]
        super().__init__(dict(zip(names, [first, slow, second, *rest])), fast[-1].units, generator)
        self.shares_states = shares_states

    def zeros(self, lanes):
        cells = self.cells
        if self.shares_states:
            return cells["1"].zeros(lanes), cells["S"].zeros(lanes)
        return tuple(cell.zeros(lanes) for cell in cells.values())

    def forward(self, text, state):
        first, slow, second, *rest = self.cells.values()
        if not self.shares_states:
            return self._forward_layers(text, state)
        fast_state, slow_state = state
        outputs = []
        for drive in first.drive(text):
            fast_state = first.update(drive, fast_state)
            seen, slow_state = slow.step(fast_state[0], slow_state)
            _, fast_state = second.step(seen, fast_state)
            for cell in rest:
                _, fast_state = cell.step(None, fast_state)
            outputs.append(fast_state[0])
        return torch.stack(outputs), (fast_state, slow_state)

    def _forward_layers(self, text, state):
        first, slow, second, *rest = self.cells.values()
        low, after_first = first(text, state[0])
        middle, after_slow = slow(low, state[1])
        high, after_second = second(torch.cat([low, middle], -1), state[2])
        after = [after_first, after_slow, after_second]
        for cell, before in zip(rest, state[3:]):
            high, own = cell(high, before)
            after.append(own)
        return high, tuple(after)


class Stacked(Network):
    """Layers with a state each; every layer sees the one below (the paper's section 4.2)."""

    wiring = "stacked"

    def __init__(self, cells: Sequence[Cell], *, seed: int = 1):
        below = [0] + [cell.units for cell in cells[:-1]]
        connections = [(cell, width, i == 0) for i, (cell, width) in enumerate(zip(cells, below))]
        generator = _connect(connections, seed)
        names = (str(i + 1) for i in range(len(cells)))
        super().__init__(dict(zip(names, cells)), cells[-1].units, generator)

    def zeros(self, lanes):
        return tuple(cell.zeros(lanes) for cell in self.cells.values())

    def forward(self, text, state):
        x, after = text, []
        for cell, before in zip(self.cells.values(), state):
            x, own = cell(x, before)
            after.append(own)
        return x, tuple(after)


class Sequential(Network):
    """Cells that hand one state on; the first reads the byte (the paper's section 4.2)."""

    wiring = "sequential"
    shares_states = True

    def __init__(self, cells: Sequence[Cell], *, seed: int = 1):
        _check_shared(cells)
        generator = _connect([(cell, 0, i == 0) for i, cell in enumerate(cells)], seed)
        names = (str(i + 1) for i in range(len(cells)))
        super().__init__(dict(zip(names, cells)), cells[-1].units, generator)

    def zeros(self, lanes):
        return self.cells["1"].zeros(lanes)

    def forward(self, text, state):
        first, *rest = self.cells.values()
        outputs = []
        for drive in first.drive(text):
            state = first.update(drive, state)
            for cell in rest:
                _, state = cell.step(None, state)
            outputs.append(state[0])
        return torch.stack(outputs), state


def build(description: dict, tensors: dict[str, torch.Tensor]) -> Network:
    """The network that `Network.description` and `Network.tensors` are of.

    Raises ValueError if they are not of a network.
    """
    try:
        cells = {}
        for name, kind in description["cells"].items():
            cells[name] = _cell(kind, name, tensors)
        if description["wiring"] == FastSlow.wiring:
            slow = cells.pop("S")
            network = FastSlow(
                list(cells.values()), slow, shares_states=description["shares_states"]
            )
        else:
            network = {Stacked.wiring: Stacked, Sequential.wiring: Sequential}[
                description["wiring"]
            ](list(cells.values()))
        network.load(tensors)
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"these are not the tensors of such a network: {error}") from None
    return network


def _cell(kind: str, name: str, tensors) -> Cell:
    kind, _, caching = kind.partition("+")
    kind, _, candidate = kind.partition(":")
    cell = KINDS[kind](
        len(tensors[f"b{name}"]) // KINDS[kind].gates, norm=f"g{name}" in tensors,
        **({"candidate": candidate} if candidate else {}),
    )
    if caching:
        return MemoryCaching.of(cell, caching, tensors[f"Q{name}"])
    return cell


def describe(tensors: dict[str, torch.Tensor]) -> dict:
    """The description of a checkpoint that has none: of LSTMs, wired as its tensors' shapes say.

    Raises ValueError if it is of no such network.
    """
    names = [name for name in "1S23456789" if f"W{name}" in tensors]
    if "1" not in names or any(f"gc{name}" not in tensors for name in names):
        raise ValueError("the tensors are not those of LSTMs")
    if "S" in names:
        wiring = FastSlow.wiring
    else:
        # A second layer sees the first; a second cell in a sequence sees the state alone.
        wide = len(names) > 1 and tensors["W2"].shape[1] > len(tensors["gc2"])
        wiring = Stacked.wiring if wide or len(names) == 1 else Sequential.wiring
    return {
        "wiring": wiring,
        "shares_states": wiring != Stacked.wiring,
        "cells": {name: "lstm" for name in names},
    }


def read(path: Path, *, averaged: bool = True) -> Network:
    """The network of a checkpoint, of whatever cells.

    averaged: by the moving average of its weights if there is one. Raises CheckpointError.
    """
    tensors, metadata = checkpoint.read_all(Path(path))
    try:
        known = metadata.get(NETWORK_KEY)
        if averaged and "average.E" in tensors:
            prefix = "average."
            tensors |= {
                name.removeprefix(prefix): tensor
                for name, tensor in tensors.items() if name.startswith(prefix)
            }
        return build(json.loads(known) if known else describe(tensors), tensors)
    except ValueError as error:
        raise checkpoint.CheckpointError(f"{path}: {error}") from None


def detached(state):
    """The state without the graph that it came of: where a window's gradient ends."""
    return map_state(torch.Tensor.detach, state)
