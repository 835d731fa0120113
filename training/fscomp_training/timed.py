"""Runs that end with the time: their length follows from the measured speed."""

import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path

from .engines import Speed
from .recipe import Recipe
from .trainer import CHECKPOINT, Machine, Trainer, say

SAVE_EVERY = 45.0  # seconds
VALIDATIONS = 8  # in a call
VALIDATION_SHARE = 0.01  # of a call's time, for each
MARGIN = 0.01  # of the time, so that the schedule ends before it does
DRIFT = 0.02  # a speed that is off by less is left as it was reckoned


def length(seen: int, seconds: float, share: float, speed: Speed, finishing: bool = False) -> int:
    """Bytes of a whole run of which `seen` are done, and which takes `seconds` more.

    share: of the whole, in the finish, which has a speed of its own.
    """
    seconds = max(seconds, 0.0)
    if finishing:
        return seen + int(seconds * speed.finishing)
    at_once = seen / speed.training
    per_byte = (1 - share) / speed.training + share / speed.finishing
    total = int((seconds + at_once) / per_byte)
    if total * (1 - share) < seen:  # nothing is left but the finish
        return seen + int(seconds * speed.finishing)
    return total


@dataclass(frozen=True)
class Plan:
    """What one call has."""

    end: float  # of training, as `time.monotonic` counts
    seconds: float  # of training that a later call will have
    later_calls: int  # in which the run goes on


def fitted(recipe: Recipe, plan: Plan, speed: Speed) -> Recipe:
    """The recipe with validations that cost little time, and a schedule that ends with it."""
    here = plan.end - time.monotonic()
    bytes_each = max(recipe.valid.lanes, int(here * VALIDATION_SHARE * speed.validation))
    if recipe.valid.bytes:
        bytes_each = min(bytes_each, recipe.valid.bytes)
    every = max(1, int(here * speed.training / VALIDATIONS))
    schedule = recipe.schedule
    if schedule.kind == "plateau":
        # It waits for validations that there is no time for.
        schedule = dataclasses.replace(schedule, kind="cosine", warmup=0.01, final=0.01)
    return dataclasses.replace(
        recipe,
        schedule=schedule,
        valid=dataclasses.replace(recipe.valid, every=every, bytes=bytes_each),
    )


class TimedTrainer(Trainer):
    """A run whose end is set by `plan`, by the speed measured before and, halfway, in the run."""

    def __init__(
        self, recipe: Recipe, machine: Machine, folder: Path, plan: Plan, speed: Speed, report=say
    ):
        super().__init__(recipe, machine, folder, report)
        self.plan, self.speed = plan, speed
        self.was_estimated_again = False
        self.last_save = time.monotonic()

    def begin(self):
        """Sets the run's length. To be called when the first window is to come."""
        self.began, self.bytes_before = time.monotonic(), self.bytes_seen
        self.next_validation = self.bytes_seen + self.recipe.valid.every
        validation = len(self.valid_text) / self.speed.validation
        self._set_length(VALIDATIONS * validation + self.speed.preparation)
        self.run(self.plan.end)
        if self.progress < 1 and not self.wants_stop:
            # A later call goes on, or the time was over before the bytes were.
            self.validate()

    def _set_length(self, aside: float):
        left = self.plan.end - time.monotonic() - aside
        left += self.plan.later_calls * self.plan.seconds
        share = self.recipe.finish.share
        left *= 1 - MARGIN
        total = length(self.bytes_seen, left, share, self.speed, self.is_finishing)
        self.total = max(total, self.bytes_seen + self.window_bytes)
        self.report(
            f"the run's length: {self.total / 1e6:.1f} MB, of which {self.bytes_seen / 1e6:.1f} "
            f"are done, for {left:.0f} s at {self.speed.training / 1e6:.3f} MB/s, "
            f"{self.speed.finishing / 1e6:.3f} in the finish"
        )

    def train_window(self):
        result = super().train_window()
        now = time.monotonic()
        if now - self.last_save >= SAVE_EVERY:
            self.save(self.folder / CHECKPOINT)
        half = (self.plan.end - self.began) / 2
        done = (self.bytes_seen - self.bytes_before) / self.speed.training
        is_halfway = max(now - self.began, done) >= half and not self.is_finishing
        if is_halfway and not self.was_estimated_again:
            self._estimate_again(now)
        return result

    def _estimate_again(self, now: float):
        found = (self.bytes_seen - self.bytes_before) / (now - self.began)
        factor = found / self.speed.training
        self.was_estimated_again = True
        # As the speed has validations and checkpoints in it, no time is put aside for them.
        if abs(factor - 1) > DRIFT:
            self.speed = dataclasses.replace(
                self.speed, training=found, finishing=self.speed.finishing * factor
            )
            self._set_length(self.speed.preparation)

    def save(self, path: Path):
        super().save(path)
        self.last_save = time.monotonic()
