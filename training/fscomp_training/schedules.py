"""The learning rate as a function of progress, or of validation."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Cosine:
    """Linear warm-up, then half a cosine from 1 down to `final`."""

    warmup: float  # share of the run
    final: float  # factor at the end

    def factor(self, progress: float) -> float:
        """The factor on the base rate; `progress` from 0 to 1."""
        if progress < self.warmup:
            return progress / self.warmup
        rest = min(1.0, (progress - self.warmup) / (1 - self.warmup))
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * rest)) / 2

    def validated(self, cost: float):
        pass

    def state(self) -> dict:
        return {}

    def restore(self, state: dict):
        pass


class Plateau:
    """Multiplied by `decay` after `patience` validations in a row that are no better than the best.

    The paper's schedule, with a decay of 0.1 and a patience of 2 epochs. Progress matters for the
    warm-up only.
    """

    def __init__(self, warmup: float, decay: float, patience: int):
        self.warmup, self.decay, self.patience = warmup, decay, patience
        self.best, self.failures, self.current = math.inf, 0, 1.0

    def factor(self, progress: float) -> float:
        if progress < self.warmup:
            return self.current * progress / self.warmup
        return self.current

    def validated(self, cost: float):
        if cost < self.best:
            self.best, self.failures = cost, 0
            return
        self.failures += 1
        if self.failures >= self.patience:
            self.current, self.failures = self.current * self.decay, 0

    def state(self) -> dict:
        # JSON has no infinity.
        best = None if math.isinf(self.best) else self.best
        return {"best": best, "failures": self.failures, "current": self.current}

    def restore(self, state: dict):
        self.best = math.inf if state["best"] is None else state["best"]
        self.failures, self.current = state["failures"], state["current"]


def schedule(kind: str, *, warmup=0.0, final=0.05, decay=0.1, patience=2):
    """Raises ValueError for an unknown kind."""
    if kind == "cosine":
        return Cosine(warmup, final)
    if kind == "plateau":
        return Plateau(warmup, decay, patience)
    raise ValueError(f'there is no schedule "{kind}"; there are "cosine" and "plateau"')
