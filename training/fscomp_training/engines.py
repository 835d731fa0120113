"""Ways to compute a window on a device, from the fastest to the one that always works.

Each is tried before it is used: a fast one may fail on a device, a driver or a version of PyTorch
that nobody has had in hand.
"""

import os
import time
from dataclasses import dataclass

import torch

from . import cell as plain_cell
from .benchmark import measure_window
from .cell import Manner
from .distributed import Processes
from .evaluation import Evaluator
from .parameters import Parameters
from .recipe import Recipe
from .shape import BYTE_VALUES
from .trainer import Machine
from .window import Window

# For rehearsals: engines with one of these words in their name fail, as "triton,graph" says, or
# are stuck, as "hang:compiled" says.
FAILING = "FSCOMP_FAILING_ENGINES"


class EngineError(Exception):
    """An engine's numbers are not those of the processor."""


class CompiledCell:
    """`cell` through PyTorch's compiler."""

    def __init__(self):
        # A variant for each shape of a cell and manner; more than a function has by default.
        torch._dynamo.config.cache_size_limit = 64
        self.forward = torch.compile(plain_cell.forward)
        self.backward = torch.compile(plain_cell.backward)
        self.forward_minimal = torch.compile(plain_cell.forward_minimal)
        self.backward_minimal = torch.compile(plain_cell.backward_minimal)

    def norm_rows(self, device: torch.device, streams: int) -> int:
        return 1


@dataclass(frozen=True)
class Engine:
    kernels: str  # triton, compiled or plain
    graph: bool  # windows as CUDA graphs
    precision: str = "auto"  # of factors: bf16 on a GPU, fp32 elsewhere; or one of these

    @property
    def name(self) -> str:
        words = [self.kernels, "graph" if self.graph else "eager"]
        return "-".join(words + ([] if self.precision == "auto" else [self.precision]))

    def machine(self, device: str) -> Machine:
        self._rehearse_failure()
        processes = Processes.join(device)
        on_gpu = processes.device.type == "cuda"
        precision = ("bf16" if on_gpu else "fp32") if self.precision == "auto" else self.precision
        compute = torch.bfloat16 if precision == "bf16" else torch.float32
        if self.kernels == "triton":
            from . import triton_cell as kernels
        else:
            kernels = CompiledCell() if self.kernels == "compiled" else plain_cell
        return Machine(processes, compute, kernels, 16 if on_gpu else 1, self.graph)

    def _rehearse_failure(self):
        for word in os.environ.get(FAILING, "").split(","):
            kind, _, part = word.strip().rpartition(":")
            if part and part in self.name:
                if kind == "hang":
                    time.sleep(3600)
                raise EngineError(f"{self.name} is to fail, for rehearsal")


# Of each group, the fastest that passes is taken; a group is tried if none before it passed.
GROUPS = [
    [Engine("triton", True), Engine("triton", False)],
    [Engine("compiled", True), Engine("compiled", False)],
    [Engine("plain", True), Engine("plain", False)],
    [Engine("plain", False, "fp32")],
]


def groups(first: str | None = None) -> list[list[Engine]]:
    """`GROUPS`; with the engine of the name `first`, by itself, before them.

    Raises EngineError if there is none of that name.
    """
    if not first:
        return GROUPS
    for group in GROUPS:
        for engine in group:
            if engine.name == first:
                return [[engine], *([e for e in group if e != engine] for group in GROUPS)]
    names = ", ".join(engine.name for group in GROUPS for engine in group)
    raise EngineError(f'there is no engine "{first}"; there are {names}')


def check(recipe: Recipe, machine: Machine, steps: int = 3, streams: int = 20):
    """Compares loss and gradient of a short window with the processor's in double precision.

    In both parts of a run, and for a second text too, which a graph must read. Raises EngineError.
    """
    exact = machine.compute == torch.float32
    loss_limit, gradient_limit = (1e-3, 5e-3) if exact else (0.02, 0.1)
    device = machine.processes.device
    ours = Parameters(recipe.network, device=device)
    theirs = Parameters(recipe.network, torch.float64)
    theirs.initialize(recipe.train.seed)
    generator = torch.Generator().manual_seed(1)
    theirs.flat += 0.05 * torch.randn(theirs.flat.shape, generator=generator)
    ours.flat.copy_(theirs.flat)
    scale = 1 / (steps * streams)
    for finishing in (False, True):
        # Weights are rounded in both parts: by themselves they are as exact as any. Hidden states
        # are not, for those that the last bit moves by a whole step do not compare.
        manner = Manner(recipe.regularization.thresholds)
        options = {"manner": manner, "quantized_weights": finishing}
        expected = Window(theirs, steps, streams, **options)
        found = Window(
            ours, steps, streams, compute=machine.compute, align=machine.align,
            kernels=machine.kernels, norm_rows=machine.norm_rows(streams), **options,
        )
        passes = machine.recorded(lambda: found.forward_backward(scale))
        for _ in range(2):
            expected.bytes.random_(0, BYTE_VALUES, generator=generator)
            found.bytes.copy_(expected.bytes)
            expected.forward_backward(scale)
            passes()
            for name, limit, a, b in (
                ("loss", loss_limit, found.loss, expected.loss),
                ("gradient", gradient_limit, ours.gradient, theirs.gradient),
            ):
                off = difference(a, b)
                if not off < limit:
                    raise EngineError(f"the {name} is off by {off:.2g} of it, more than {limit:g}")


def difference(found: torch.Tensor, expected: torch.Tensor) -> float:
    return ((found.cpu().double() - expected).norm() / expected.norm()).item()


@dataclass(frozen=True)
class Speed:
    """What a run's length is reckoned from; bytes of text a second."""

    training: float
    finishing: float
    validation: float
    preparation: float  # seconds until the first window, and again until the finish's first


def measure(recipe: Recipe, machine: Machine, windows: int = 5) -> Speed:
    began = time.monotonic()
    training = measure_window(recipe, machine, windows)
    preparation = time.monotonic() - began
    finishing = measure_window(recipe, machine, windows, finishing=True)
    lanes, steps = recipe.valid.lanes, 32
    parameters = Parameters(recipe.network, device=machine.processes.device, gradients=False)
    text = torch.zeros(lanes * (4 * steps + 1), dtype=torch.uint8)
    evaluator = Evaluator(
        text, lanes, parameters, steps=steps, compute=machine.compute, align=machine.align,
        manner=Manner(recipe.regularization.thresholds, expected=True),
        kernels=machine.kernels, graphs=machine.graphs, processes=machine.processes,
    )
    evaluator.bits_per_byte()
    began = time.monotonic()
    evaluator.bits_per_byte()
    validation = len(text) / (time.monotonic() - began)
    # Preparation has had windows timed: what they took is not part of it.
    window = recipe.train.streams * recipe.train.steps / training
    return Speed(training, finishing, validation, max(0.0, preparation - (windows + 1) * window))
