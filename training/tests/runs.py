"""Short training runs for tests: a few windows of a very small network."""

from pathlib import Path

import torch

from fscomp_training.distributed import Processes
from fscomp_training.recipe import Recipe
from fscomp_training.trainer import Machine, Trainer

RECIPE = """
name = "tiny"
about = "for tests"
[network]
fast_cells = 2
fast_units = 16
slow_units = 32
[data]
train = [{{ path = "{text}" }}]
valid = "{text}"
[train]
streams = 8
steps = 16
bytes = 1280
forget = 0.1
[optimizer]
rate = 0.01
average = 0.9
weight_decay = 0.01
[regularization]
keep_hidden = 0.95
keep_cell = 0.8
keep_input = 0.9
[schedule]
kind = "cosine"
warmup = 0.2
[finish]
share = 0.3
[valid]
every = 512
lanes = 4
bytes = 400
"""


def write_recipe(folder: Path, text: Path) -> Path:
    path = folder / "tiny.toml"
    path.write_text(RECIPE.format(text=text))
    return path


def trainer(recipe_path: Path, folder: Path, changes=()) -> Trainer:
    machine = Machine(Processes(0, 1, torch.device("cpu")), torch.float32)
    recipe = Recipe.read(recipe_path, changes)
    return Trainer(recipe, machine, folder, report=lambda *_: None)
