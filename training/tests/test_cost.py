"""Counts are counts; predictions follow from a device's rates."""

import pytest
import torch
from runs import write_recipe

from fscomp_training import benchmark, cost
from fscomp_training.cost import Device, WindowCost
from fscomp_training.distributed import Processes
from fscomp_training.recipe import Recipe
from fscomp_training.trainer import Machine


@pytest.fixture
def recipe(tmp_path, text):
    return Recipe.read(write_recipe(tmp_path, text))


def test_multiply_adds(recipe):
    device = Device("any", 1e9, 1e9, 0, 1, 4)
    found = WindowCost(recipe, device).products.multiply_adds
    # Three products with each matrix, and one for the embedding's gradient.
    expected = 3 * recipe.network.multiply_adds + 256 * 4 * 16
    assert found == 8 * 16 * expected


def test_each_rate_matters(recipe):
    slow = WindowCost(recipe, Device("slow", 1e6, 1e12, 0, 1, 4))
    assert slow.seconds == pytest.approx(slow.products.multiply_adds / 1e6, rel=0.01)
    narrow = WindowCost(recipe, Device("narrow", 1e18, 1e6, 0, 1, 4))
    moved = sum(kind.traffic for kind in narrow.kinds.values())
    assert narrow.seconds == pytest.approx(moved / 1e6, rel=0.01)
    late = WindowCost(recipe, Device("late", 1e18, 1e18, 1, 1, 4))
    # Forward, backward and its product for each of three cells and sixteen steps, at least.
    assert late.seconds > 16 * 3 * 4


def test_table(recipe):
    text = cost.table([recipe, recipe], cost.H200)
    assert text.count("| tiny |") == 2


def test_benchmark_measures_this_machine(recipe):
    machine = Machine(Processes(0, 1, torch.device("cpu")), torch.float32)
    device = benchmark.measure_device(machine)
    assert 1e8 < device.multiply_adds < 1e14
    assert 1e7 < device.traffic < 1e13
    assert 0 < device.launch < 1e-2
    assert benchmark.measure_window(recipe, machine, 2) > 100
