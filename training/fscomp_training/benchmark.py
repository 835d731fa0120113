"""Measured speed of training windows beside what `cost` predicts from the device's own ceilings."""

import statistics
import time

import torch

from .cost import Device, WindowCost
from .cell import Manner
from .optimizer import Optimizer
from .parameters import Parameters
from .recipe import Recipe
from .trainer import Machine
from .window import Window


def _once(action, device: torch.device) -> float:
    """The seconds that an action takes."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    began = time.perf_counter()
    action()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - began


def _seconds(action, device: torch.device, repeats: int = 5) -> float:
    """The median time of an action, after one that does not count."""
    return statistics.median([_once(action, device) for _ in range(repeats + 1)][1:])


def measure_device(machine: Machine) -> Device:
    """The ceilings of this device: a large matrix product, a large copy, many small kernels."""
    device = machine.processes.device
    on_gpu = device.type == "cuda"
    size = 8192 if on_gpu else 1024
    a, b = (torch.randn(size, size, device=device, dtype=machine.compute) for _ in range(2))
    product = _seconds(lambda: torch.mm(a, b), device)
    source = torch.empty(2**30 if on_gpu else 2**27, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    copy = _seconds(lambda: target.copy_(source), device)
    small, count = torch.zeros(32, device=device), 1000

    def many():
        for _ in range(count):
            small.add_(1)

    if on_gpu:
        many()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            many()
        launch = _seconds(graph.replay, device)
        name = torch.cuda.get_device_name(device)
        processors = torch.cuda.get_device_properties(device).multi_processor_count
    else:
        launch = _seconds(many, device)
        name, processors = f"processor with {torch.get_num_threads()} threads", 1
    return Device(
        name,
        size**3 / product,
        2 * len(source) / copy,
        launch / count,
        processors,
        machine.compute.itemsize,
        machine.align,
    )


def measure_window(
    recipe: Recipe, machine: Machine, windows: int, finishing: bool = False
) -> float:
    """Bytes of text a second: forward, backward, update, packing, on random bytes.

    finishing: as in the last part of a run, with weights and hidden states rounded.
    """
    device, train = machine.processes.device, recipe.train
    streams = machine.processes.share(train.streams)[1]
    parameters = Parameters(recipe.network, device=device)
    parameters.initialize(train.seed)
    optimizer = Optimizer(parameters, recipe.optimizer)
    window = Window(
        parameters,
        train.steps,
        streams,
        compute=machine.compute,
        align=machine.align,
        manner=Manner(recipe.regularization.thresholds, quantized=finishing),
        quantized_weights=finishing,
        kernels=machine.kernels,
        norm_rows=machine.norm_rows(streams),
    )
    window.bytes.random_(0, 256)
    scale = 1 / (streams * train.steps)
    passes = machine.recorded(lambda: window.forward_backward(scale))

    def one():
        passes()
        window.carry()
        machine.processes.add_up(parameters.gradient)
        optimizer.update(1.0)
        window.pack()

    def all_of_them():
        for _ in range(windows):
            one()

    # Not waiting for each window, as a run does not.
    one()
    return train.streams * train.steps * windows / _once(all_of_them, device)


def table(recipes: list[Recipe], machine: Machine, windows: int) -> str:
    """Lines of text: predicted and measured speed of each recipe."""
    device = measure_device(machine)
    count = machine.processes.count
    lines = [
        f"{count} x {device.name}: {device.multiply_adds / 1e12:.3g} T multiply-adds/s, "
        f"{device.traffic / 1e12:.3g} TB/s, {device.launch * 1e6:.2g} us a kernel",
        "",
        "| recipe | window | predicted MB/s | measured MB/s | measured / predicted "
        "| T multiply-adds/s |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for recipe in recipes:
        streams = machine.processes.share(recipe.train.streams)[1]
        cost = WindowCost(recipe, device, streams)
        predicted = cost.bytes_per_second * count
        measured = measure_window(recipe, machine, windows)
        rate = cost.products.multiply_adds / (streams * recipe.train.steps) * measured
        lines.append(
            f"| {recipe.name} | {recipe.train.streams} x {recipe.train.steps} "
            f"| {predicted / 1e6:.4g} | {measured / 1e6:.4g} | {measured / predicted:.2f} "
            f"| {rate / 1e12:.3g} |"
        )
    return "\n".join(lines)
