"""What every cell is: units with a state, driven by an input.

A step has two parts. `drive` is what the input alone adds to the gates, so that it can be computed
for a window at once; `update` makes the new state of that and of the old one.
"""

import torch
from torch import nn
from torch.nn import functional

from ..shape import BYTE_VALUES, EPSILON

State = tuple[torch.Tensor, ...]


def map_state(function, state):
    """A state, of whatever tuples, with the function applied to each tensor in it."""
    if isinstance(state, torch.Tensor):
        return function(state)
    if not isinstance(state, tuple):
        return state
    mapped = [map_state(function, part) for part in state]
    return type(state)(*mapped) if hasattr(state, "_fields") else tuple(mapped)


class Cell(nn.Module):
    """`units` units in `gates` gates, whose state is `parts` tensors [lanes, units].

    The first part is the hidden state: what others see. A cell sees vectors of `inputs` numbers, or
    bytes, or nothing but its state. Who makes a cell on its own says which; a network says it for
    its cells (`connect`).
    """

    kind: str
    gates: int
    parts: int
    # How a window is computed: "sequential", "scan" or "newton".
    form = "sequential"
    # Whether it can do without an input: its gates see the state.
    sees_state = True
    # Of each gate's bias at the beginning.
    biases: tuple[float, ...]

    def __init__(
        self,
        units: int,
        inputs: int | None = None,
        *,
        norm: bool = True,
        reads_bytes: bool = False,
        generator: torch.Generator | None = None,
    ):
        """norm: a layer norm for each gate's pre-activations, over the units."""
        super().__init__()
        if units < 1:
            raise ValueError("a cell has at least one unit")
        self.units, self.norm, self.state_first = units, norm, False
        if inputs is not None or reads_bytes:
            self.connect(inputs or 0, reads_bytes, generator or torch.Generator().manual_seed(1))

    @property
    def is_connected(self) -> bool:
        return hasattr(self, "inputs")

    def connect(self, inputs: int, reads_bytes: bool, generator: torch.Generator):
        """Makes the parameters, which begin as `generator` draws them.

        Raises ValueError if the cell would have nothing to see.
        """
        if self.is_connected:
            raise ValueError("a cell belongs to one network")
        if not (inputs or reads_bytes or self.sees_state):
            raise ValueError(f"the gates of {self.kind} see the input alone, and there is none")
        self.inputs, self.reads_bytes = inputs, reads_bytes
        width = self.gates * self.units
        self.table = self.input_weight = self.gain = None
        if reads_bytes:
            self.table = nn.Parameter(0.5 * torch.randn(BYTE_VALUES, width, generator=generator))
        if inputs:
            self.input_weight = nn.Parameter(self._orthogonal(inputs, generator))
        if self.norm:
            self.gain = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(
            torch.tensor(self.biases).repeat_interleave(self.units).clone()
        )

    def _orthogonal(self, width: int, generator) -> torch.Tensor:
        """[gates units, width], an orthogonal block for each gate."""
        blocks = torch.empty(self.gates, self.units, width)
        for block in blocks:
            nn.init.orthogonal_(block, generator=generator)
        return blocks.flatten(0, 1)

    def zeros(self, lanes: int) -> State:
        return tuple(self.bias.new_zeros(lanes, self.units) for _ in range(self.parts))

    def project(self, x):
        """x [..., inputs], bytes [...] or None to what it adds to the gates, [..., gates units]."""
        if x is None:
            return self.bias.new_zeros(1, self.gates * self.units)
        if self.reads_bytes:
            return functional.embedding(x, self.table)
        return functional.linear(x, self.input_weight)

    def normalize(self, pre):
        """Pre-activations [..., gates units] to [..., gates, units] with gain and bias."""
        gates = pre.unflatten(-1, (self.gates, self.units))
        bias = self.bias.view(self.gates, self.units)
        if self.gain is None:
            return gates + bias
        gates = functional.layer_norm(gates, (self.units,), eps=EPSILON)
        return torch.addcmul(bias, gates, self.gain.view(self.gates, self.units))

    def drive(self, x):
        """What `update` needs to know of the input, for one step or many."""
        return self.normalize(self.project(x))

    def update(self, drive, state: State) -> State:
        raise NotImplementedError

    def activate(self, gates, state: State) -> State:
        """`update`, of all that the gates see: elementwise where the cell has no layer norm."""
        return self.update(gates, state)

    def step(self, x, state) -> tuple[torch.Tensor, State]:
        """One step: x [lanes, inputs] or [lanes] bytes; the output [lanes, units] and the state."""
        state = self.update(self.drive(x), state)
        return state[0], state

    def forward(self, x, state) -> tuple[torch.Tensor, State]:
        """A window: x [T, lanes, inputs] or [T, lanes] bytes; outputs [T, lanes, units]."""
        return self.run(self.drive(x), state)

    def run(self, drive, state) -> tuple[torch.Tensor, State]:
        """The window of a drive [T, ...], step by step."""
        outputs = []
        for at in drive:
            state = self.update(at, state)
            outputs.append(state[0])
        return torch.stack(outputs), state

    @property
    def multiply_adds(self) -> int:
        """Of the matrices, in a step; a byte's row of the table is looked up."""
        return self.gates * self.units * self.inputs

    def tensors(self) -> dict[str, torch.Tensor]:
        """Parameters under the beginnings of their names in a checkpoint, but for the table."""
        named = {"b": self.bias}
        if self.gain is not None:
            named["g"] = self.gain
        if self.input_weight is not None:
            named["W"] = self.input_weight
        return named

    def load(self, tensors: dict[str, torch.Tensor]):
        """Takes what `tensors` gave."""
        for name, parameter in self.tensors().items():
            parameter.copy_(tensors[name])
