"""Training of any `Network` by autograd: for comparing cells, on one processor.

`trainer` is what trains the codec's network at scale.
"""

import math
import time
from dataclasses import dataclass, field

import torch

from .schedules import schedule
from .wiring import Network, detached
from .window import in_bits


@dataclass(frozen=True)
class Plan:
    """streams x steps bytes an update, `bytes` in all; Adam with a rate that falls as a cosine."""

    bytes: int
    streams: int = 32
    steps: int = 64
    rate: float = 0.003
    warmup: float = 0.02
    clip: float = 1.0  # largest norm of the gradient of the mean cost, in nats a byte
    seed: int = 1

    @property
    def updates(self) -> int:
        return max(1, self.bytes // (self.streams * self.steps))


@dataclass
class Course:
    """What came of it."""

    updates: int = 0
    cpu_seconds: float = 0.0  # of this process, whatever else the machine had to do
    bits: list[float] = field(default_factory=list)  # a byte, of each update's window


def lanes_of(text: torch.Tensor, lanes: int) -> torch.Tensor:
    """[length, lanes] int64: consecutive bytes in each lane, what is left over cut off.

    Raises ValueError if there are fewer bytes than lanes.
    """
    length = len(text) // lanes
    if length == 0:
        raise ValueError(f"{len(text)} bytes are fewer than there are lanes, {lanes}")
    return text[: length * lanes].view(lanes, length).T.long().contiguous()


def fit(network: Network, text: torch.Tensor, plan: Plan, report=lambda *_: None) -> Course:
    """Trains on a text of uint8, which streams read from places spread evenly over it.

    report: called with the update's number and its bits a byte.
    """
    torch.manual_seed(plan.seed)
    optimizer = torch.optim.Adam(network.parameters(), lr=plan.rate, fused=True)
    rates = schedule("cosine", warmup=plan.warmup, final=0.05)
    columns = lanes_of(text, plan.streams)
    course, state, place = Course(), network.zeros(plan.streams), 0
    for update in range(plan.updates):
        began = time.process_time()
        if place + plan.steps >= len(columns):
            place, state = 0, network.zeros(plan.streams)
        costs, state = network.costs(columns[place : place + plan.steps + 1], detached(state))
        place += plan.steps
        optimizer.zero_grad()
        costs.mean().backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), plan.clip, error_if_nonfinite=True)
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * rates.factor((update + 1) / plan.updates)
        optimizer.step()
        course.cpu_seconds += time.process_time() - began
        course.updates += 1
        course.bits.append(in_bits(costs.detach().mean().item()))
        report(update + 1, course.bits[-1])
    return course


@torch.no_grad()
def position_costs(network: Network, text: torch.Tensor, lanes: int, steps: int = 256):
    """[length, lanes]: bits of each byte; lanes begin with the empty state."""
    columns = lanes_of(text, lanes)
    state, costs = network.zeros(lanes), []
    for start in range(0, max(1, len(columns) - 1), steps):
        window = columns[start : start + steps + 1]
        found, state = network.costs(window, state, begins=start == 0)
        costs.append(found)
    return torch.cat(costs) / math.log(2)


def bits_per_byte(network: Network, text: torch.Tensor, lanes: int = 16) -> float:
    """As `evaluation.Evaluator` measures them."""
    return position_costs(network, text, lanes).double().mean().item()
