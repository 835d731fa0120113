"""What a training window costs: operations and bytes counted, and the time a device needs for them.

A window is a chain of T x (k + 1) dependent cells each way, so its time is a sum over kernels. Each
kernel takes the longer of its arithmetic and its traffic, and a fixed time to start; a matrix
product moreover keeps only as many processors busy as it has tiles.
"""

from dataclasses import dataclass

from .recipe import Recipe
from .shape import BYTE_VALUES, GATES
from .window import round_up

TILE = 128 * 256  # results that a processor works on at once


@dataclass(frozen=True)
class Device:
    name: str
    multiply_adds: float  # a second, in matrix products
    traffic: float  # bytes a second to and from memory
    launch: float  # seconds between kernels of a graph
    processors: int  # that share a matrix product; 1 to disregard tiles
    factor_bytes: int  # of a factor of a matrix product
    align: int = 1


# Rates that large bf16 products and copies reach on such a card; half a multiply-add is one flop.
H200 = Device("H200-class", 390e12, 4.3e12, 2e-6, 132, 2, 16)


@dataclass
class Kernels:
    """Kernels of one kind over a window."""

    count: int = 0
    multiply_adds: float = 0.0
    traffic: float = 0.0
    seconds: float = 0.0


class WindowCost:
    """The kernels of one window of `streams` x `steps` bytes on one device."""

    def __init__(self, recipe: Recipe, device: Device, streams: int | None = None):
        self.device = device
        self.streams, self.steps = streams or recipe.train.streams, recipe.train.steps
        self.products, self.cells, self.rest = Kernels(), Kernels(), Kernels()
        shape, b, t = recipe.network, self.streams, self.steps
        regularized = not recipe.regularization.is_off
        fast, slow = (round_up(u, device.align) for u in (shape.fast_units, shape.slow_units))
        half = device.factor_bytes
        for n in shape.cells:
            units, gates = slow if n == "S" else fast, shape.gates(n)
            width = (fast, slow)[: len(shape.inputs(n))]
            self._product(t, b, gates * units, sum(width))  # pre-activations
            self._product(t, b, sum(width), gates * units)  # gradient of the factors
            self._product(1, gates * units, sum(width), t * b)  # gradient of the weights
            # Forward: gates, old cell state; new cell state, one or two hidden states.
            self._cell(t, b * units * (gates * half + 4 + 4 + 2 * half + regularized * half))
            # Backward: gates and their gradients, cell state, its gradient twice, hidden states'.
            self._cell(t, b * units * (2 * gates * half + 4 + 8 + 2 * half + regularized * 8))
        self._product(1, t * b, BYTE_VALUES, fast)  # logits, and their two gradients
        self._product(1, t * b, fast, BYTE_VALUES)
        self._product(1, BYTE_VALUES, fast, t * b)
        self._product(1, BYTE_VALUES, GATES * fast, t * b)  # gradient of E
        # Softmax and its gradient; unit vectors; E's rows; then Adam: 7 numbers a parameter.
        self._other(8, t * b * BYTE_VALUES * 4)
        self._other(2, t * b * BYTE_VALUES * half)
        self._other(1, t * b * GATES * fast * half)
        self._other(12, shape.parameters * 4 * 2)

    def _product(self, count: int, rows: int, columns: int, depth: int):
        device, work = self.device, rows * columns * depth
        traffic = (rows * depth + depth * columns + rows * columns) * device.factor_bytes
        tiles = rows * columns / TILE
        # A long sum of few results is divided among the processors too.
        parts = max(1, min(device.processors / tiles, depth / 1024)) if tiles else 1
        waves = tiles * parts / device.processors
        busy = waves / -(-waves // 1) if device.processors > 1 else 1.0
        self._add(self.products, count, work, traffic, work / device.multiply_adds / busy)

    def _cell(self, count: int, traffic: float):
        self._add(self.cells, count, 0, traffic, 0)

    def _other(self, count: int, traffic: float):
        self._add(self.rest, count, 0, traffic, 0)

    def _add(self, kind: Kernels, count: int, work: float, traffic: float, arithmetic: float):
        kind.count += count
        kind.multiply_adds += count * work
        kind.traffic += count * traffic
        longest = max(arithmetic, traffic / self.device.traffic)
        kind.seconds += count * (longest + self.device.launch)

    @property
    def kinds(self) -> dict[str, Kernels]:
        return {"products": self.products, "cells": self.cells, "rest": self.rest}

    @property
    def seconds(self) -> float:
        return sum(kind.seconds for kind in self.kinds.values())

    @property
    def bytes_per_second(self) -> float:
        return self.streams * self.steps / self.seconds


def table(recipes: list[Recipe], device: Device) -> str:
    """The counts and predictions for recipes, as lines of text."""
    lines = [
        f"On one {device.name} device: {device.multiply_adds / 1e12:.3g} T multiply-adds/s, "
        f"{device.traffic / 1e12:.3g} TB/s, {device.launch * 1e6:.2g} us a kernel",
        "",
        "| recipe | parameters | multiply-adds a byte | window | kernels | T multiply-adds "
        "| GB moved | products s | cells s | rest s | MB/s |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for recipe in recipes:
        cost = WindowCost(recipe, device)
        kinds = cost.kinds.values()
        lines.append(
            f"| {recipe.name} | {recipe.network.parameters:,} | {recipe.network.multiply_adds:,} "
            f"| {cost.streams} x {cost.steps} | {sum(k.count for k in kinds)} "
            f"| {sum(k.multiply_adds for k in kinds) / 1e12:.3g} "
            f"| {sum(k.traffic for k in kinds) / 1e9:.3g} | "
            + " | ".join(f"{k.seconds:.3f}" for k in kinds)
            + f" | {cost.bytes_per_second / 1e6:.2f} |"
        )
    return "\n".join(lines)
