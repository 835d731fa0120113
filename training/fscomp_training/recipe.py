"""Recipes: everything that makes a model, in one TOML file."""

import dataclasses
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from .noise import Regularization
from .schedules import schedule
from .shape import NetworkShape
from .streams import Source

REPOSITORY = Path(__file__).resolve().parents[2]


class RecipeError(Exception):
    """A recipe lacks something, or has something that nobody reads."""


@dataclass(frozen=True)
class Data:
    train: list[dict]  # path, and weight (1): its share of the bytes that are read
    valid: str

    def sources(self) -> list[Source]:
        return [Source(resolve(s["path"]), float(s.get("weight", 1))) for s in self.train]


@dataclass(frozen=True)
class Training:
    streams: int  # texts that are read side by side, on all processes together
    steps: int  # bytes of each that gradients reach back over
    bytes: int = 0  # length of the run; or
    epochs: float = 0  # in passes over the training files
    forget: float = 0.01  # chance that a stream begins a window with an empty memory
    seed: int = 1


@dataclass(frozen=True)
class Optimizer:
    rate: float
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0  # of matrices; AdamW when it is not 0
    clip: float = 1.0  # largest norm of the gradient of the mean cost, in nats a byte
    average: float = 0.0  # decay of the weights' moving average; 0 for none


@dataclass(frozen=True)
class Schedule:
    kind: str = "cosine"
    warmup: float = 0.0
    final: float = 0.05
    decay: float = 0.1
    patience: int = 2

    def make(self):
        return schedule(**dataclasses.asdict(self))


@dataclass(frozen=True)
class Finish:
    """The last part of a run, in which the network is as fixed point will have it."""

    share: float = 0.0  # of the run; weights and hidden states are rounded, zoneout is off


@dataclass(frozen=True)
class Validation:
    every: int = 100_000_000  # bytes of training
    lanes: int = 128
    bytes: int = 0  # of the file's beginning; 0 for all


@dataclass(frozen=True)
class Recipe:
    name: str
    about: str
    network: NetworkShape
    data: Data
    train: Training
    optimizer: Optimizer
    regularization: Regularization = Regularization()
    schedule: Schedule = Schedule()
    finish: Finish = Finish()
    valid: Validation = Validation()
    # What came of it, from real runs only; and what the cost model expects. Not read by training.
    expected: dict = field(default_factory=dict)
    result: dict = field(default_factory=dict)

    def __post_init__(self):
        if (self.train.bytes > 0) == (self.train.epochs > 0):
            raise RecipeError("train: give either bytes or epochs")
        if self.train.streams < 1 or self.train.steps < 1:
            raise RecipeError("train: streams and steps must be at least 1")
        if not self.network.is_all_lstms and not self.regularization.is_off:
            raise RecipeError("regularization: zoneout and dropout are for networks of LSTMs")
        if not 0 <= self.finish.share <= 1:
            raise RecipeError("finish: share must be from 0 to 1")
        self.schedule.make()

    @classmethod
    def read(cls, path: Path, changes: list[str] = ()) -> "Recipe":
        """A recipe file with `changes`, such as "train.streams=64", applied.

        Raises RecipeError, or OSError if the file cannot be read.
        """
        try:
            table = tomllib.loads(Path(path).read_text())
            for change in changes:
                _apply(table, change)
            return _build(cls, table, str(path))
        except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
            raise RecipeError(f"{path}: {error}") from None
        except RecipeError as error:
            raise RecipeError(f"{path}: {error}") from None

    def what_trains(self) -> dict:
        """All that decides what a run computes, for comparison with a checkpoint's."""
        table = dataclasses.asdict(self)
        for key in ("about", "expected", "result"):
            del table[key]
        return table


def resolve(path: str) -> Path:
    """Paths in recipes are relative to the repository, or to $FSCOMP_TRAINING_ROOT."""
    return Path(os.environ.get("FSCOMP_TRAINING_ROOT", REPOSITORY)) / path


def _apply(table: dict, change: str):
    place, equals, value = change.partition("=")
    *sections, key = place.strip().split(".")
    if not equals or not sections:
        raise RecipeError(f'"{change}" is not of the form section.key=value')
    for section in sections:
        table = table.setdefault(section, {})
    try:
        table[key] = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        table[key] = value.strip()  # a word needs no quotation marks


def _build(kind, table: dict, where: str):
    fields = {f.name: f for f in dataclasses.fields(kind)}
    for key in table:
        if key not in fields:
            raise RecipeError(f"there is no {key} in {where}")
    arguments = {}
    for name, value in table.items():
        part = fields[name].type
        if dataclasses.is_dataclass(part):
            if not isinstance(value, dict):
                raise RecipeError(f"{name} must be a section")
            value = _build(part, value, name)
        elif part in (int, float) and type(value) not in (int, float):
            raise RecipeError(f"{name} in {where} must be a number")
        elif part is int and not isinstance(value, int):
            raise RecipeError(f"{name} in {where} must be a whole number")
        arguments[name] = value
    return kind(**arguments)
