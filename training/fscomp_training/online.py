"""Learning while predicting: gradients that need no look back.

Real-time recurrent learning carries the influence of every weight on the state, dstate/dweight,
along with the state. Where a unit's state depends on its own past alone (minGRU, minLSTM, the
diagonal GRU and LSTM), a weight has influence on its own unit only, and RTRL costs no more memory
than the weights, for each lane and part of state: it is exact. For an LSTM the same numbers are
kept and the rest left out: SnAp-1 (Menick and others 2021, "A practical sparse approximation for real
time recurrent learning"), in which a unit's past reaches its present through the diagonal of its
matrix.

In a stack, the cost of a byte goes down through the layers of its own step; that a lower layer's
past changed an upper layer's state is not followed.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.func import functional_call
from torch.nn import functional

from .cells import LSTM, Cell
from .wiring import Network, Stacked

# Parameters that a unit has for itself, [rows, units], and that `activate` reads.
OWN = ("own_weight", "peephole")


class _Activation(nn.Module):
    def __init__(self, cell: Cell):
        super().__init__()
        self.cell = cell

    def forward(self, gates, state):
        return self.cell.activate(gates, state)


@dataclass
class _Slopes:
    """Derivatives of each new part of state, [parts, lanes, ..., units]."""

    gates: torch.Tensor  # [parts, lanes, gates, units]
    own: dict[str, torch.Tensor]  # [parts, lanes, rows, units]
    past: torch.Tensor  # [parts, parts before, lanes, units]


class _Layer:
    """A cell's state in each lane, and what its weights have done to it."""

    def __init__(self, cell: Cell, lanes: int):
        if cell.norm:
            raise ValueError("layer norms tie units together: online learning is for norm=False")
        self.cell, self.state = cell, cell.zeros(lanes)
        self.activation = _Activation(cell)
        new, shape = cell.bias.new_zeros, (cell.parts, lanes)
        gates = (cell.gates, cell.units)
        self.influence = {"bias": new(*shape, *gates)}
        if cell.reads_bytes:
            self.influence["table"] = new(*shape, cell.table.shape[0], *gates)
        if cell.inputs:
            self.influence["input_weight"] = new(*shape, *gates, cell.inputs)
        if isinstance(cell, LSTM):
            self.influence["state_weight"] = new(*shape, *gates, cell.units)
        for name in OWN:
            if hasattr(cell, name):
                self.influence[name] = new(*shape, *getattr(cell, name).shape)

    def advance(self, x, *, follows: bool):
        """One step; returns the hidden state [lanes, units]. Influence is followed if it is to."""
        cell, before = self.cell, self.state
        if not follows:
            _, self.state = cell.step(x, before)
            return self.state[0]
        with torch.no_grad():
            pre = cell.project(x)
            if isinstance(cell, LSTM):
                pre = pre + functional.linear(before[0], cell.state_weight)
            gates = cell.normalize(pre)
        self.slopes, self.state = self._differentiate(gates, before)
        with torch.no_grad():
            self._follow(x, before[0])
        return self.state[0]

    def _differentiate(self, gates, state):
        """All is elementwise: the gradient of a sum over units is each unit's own derivative."""
        gates = gates.requires_grad_()
        state = tuple(part.requires_grad_() for part in state)
        own = {
            name: getattr(self.cell, name).detach()[:, None].expand(-1, len(gates), -1)
            .clone().requires_grad_()
            for name in OWN if name in self.influence
        }
        with torch.enable_grad():
            overridden = {f"cell.{name}": value for name, value in own.items()}
            after = functional_call(self.activation, overridden, (gates, state))
            found = [
                torch.autograd.grad(
                    part.sum(), [gates, *state, *own.values()], retain_graph=True,
                    allow_unused=True, materialize_grads=True,
                )
                for part in after
            ]
        by_gates, *rest = (torch.stack(each) for each in zip(*found))
        past, by_own = rest[: len(state)], rest[len(state) :]
        past = torch.stack(past, 1)
        if isinstance(self.cell, LSTM):
            weight = self.cell.state_weight.detach().view(self.cell.gates, self.cell.units, -1)
            through = (by_gates * weight.diagonal(dim1=1, dim2=2)).sum(2)
            past[:, 0] += through
        own = {name: value.transpose(1, 2) for name, value in zip(own, by_own)}
        return _Slopes(by_gates, own, past), tuple(part.detach() for part in after)

    def _follow(self, x, hidden):
        """The influence after the step: what was, as the units' past has it, and what is new."""
        slopes = self.slopes
        for name, old in self.influence.items():
            # Units are the last axis but for matrices, whose columns come after.
            is_matrix = name in ("input_weight", "state_weight")
            past = slopes.past.view(
                *slopes.past.shape[:3], *[1] * (old.dim() - 3 - is_matrix), self.cell.units,
                *[1] * is_matrix,
            )
            new = (past * old[None]).sum(1)
            if name == "bias":
                new += slopes.gates
            elif name == "table":
                new[:, torch.arange(len(x)), x] += slopes.gates
            elif name in slopes.own:
                new += slopes.own[name]
            else:
                seen = x if name == "input_weight" else hidden
                new += slopes.gates[..., None] * seen[:, None, None]
            self.influence[name] = new

    def learn(self, d_hidden):
        """Sets gradients from that of the hidden state, [lanes, units]; returns the input's."""
        cell = self.cell
        for name, influence in self.influence.items():
            parameter, on_hidden = getattr(cell, name), influence[0]
            equation = {"input_weight": "lu,lgui->gui", "state_weight": "lu,lgui->gui",
                        "table": "lu,lbgu->bgu"}.get(name, "lu,lgu->gu")
            gradient = torch.einsum(equation, d_hidden, on_hidden)
            parameter.grad = gradient.reshape(parameter.shape)
        if not cell.inputs:
            return None
        d_gates = d_hidden[:, None] * self.slopes.gates[0]
        return d_gates.flatten(1) @ cell.input_weight


class OnlineLearner:
    """Predicts bytes of some lanes, and learns from each before it predicts the next.

    network: stacked cells without layer norms. optimizer: of torch, over the network's parameters.
    learns_cells: otherwise it is the output alone that learns, and no influence is followed.
    """

    def __init__(
        self,
        network: Network,
        optimizer: torch.optim.Optimizer,
        lanes: int = 1,
        *,
        learns_cells: bool = True,
    ):
        if not isinstance(network, Stacked):
            raise ValueError("online learning is for stacked cells, which keep their own states")
        self.network, self.optimizer, self.learns_cells = network, optimizer, learns_cells
        self.layers = [_Layer(cell, lanes) for cell in network.cells.values()]
        self.hidden = network.output_weight.new_zeros(lanes, network.output_weight.shape[1])
        self.has_seen = False

    @property
    def is_exact(self) -> bool:
        """Whether the gradients are those of the costs, with nothing left out."""
        return len(self.layers) == 1 and not isinstance(self.layers[0].cell, LSTM)

    @torch.no_grad()
    def logits(self):
        """[lanes, 256]: what the next bytes are predicted by."""
        return self.network.logits(self.hidden)

    @torch.no_grad()
    def observe(self, text) -> torch.Tensor:
        """What the bytes [lanes] cost in nats, as predicted; then learns from them and goes on."""
        network = self.network
        logs = torch.log_softmax(self.logits(), -1)
        costs = -logs.gather(1, text[:, None])[:, 0]
        if self.has_seen:
            wrong = logs.exp()
            wrong[torch.arange(len(text)), text] -= 1
            wrong /= len(text)
            network.output_weight.grad = wrong.T @ self.hidden
            network.output_bias.grad = wrong.sum(0)
            d_hidden = wrong @ network.output_weight
            for layer in reversed(self.layers) if self.learns_cells else ():
                d_hidden = layer.learn(d_hidden)
            self.optimizer.step()
        self.hidden, self.has_seen = text, True
        for layer in self.layers:
            self.hidden = layer.advance(self.hidden, follows=self.learns_cells)
        return costs
