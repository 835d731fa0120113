"""Zoneout and dropout whose masks are a function of where they are used, and of nothing else.

A mask's bit follows from a key (seed and window), a salt (step and cell), the number of the stream
and the number of the unit, through an integer hash. So a run that is resumed, one that is divided
among processes, and one on another device all draw the same masks, and none has to be stored for
the backward pass. `triton_cell` computes the same hash.
"""

from dataclasses import dataclass

import torch

LEVELS = 1024  # probabilities are multiples of 1 / LEVELS; ten bits decide
_WORD = 0xFFFFFFFF
_GOLDEN = 0x9E3779B9


@dataclass(frozen=True)
class Regularization:
    """How likely a value is kept; 1 switches a part off.

    keep_hidden, keep_cell: zoneout (Krueger et al. 2017): a unit takes its new hidden or cell
    state with this probability, else it keeps the old one. Evaluated with the expectation.
    keep_input: dropout on the connections that are not recurrent: F1 to S, S to F2, Fk to output.
    """

    keep_hidden: float = 1.0
    keep_cell: float = 1.0
    keep_input: float = 1.0

    def __post_init__(self):
        for name in ("keep_hidden", "keep_cell", "keep_input"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} must be above 0 and at most 1")

    @property
    def thresholds(self) -> tuple[int, int, int]:
        """Hidden, cell, input: how many of `LEVELS` equally likely draws keep a value."""
        return tuple(
            max(1, round(p * LEVELS)) for p in (self.keep_hidden, self.keep_cell, self.keep_input)
        )

    @property
    def is_off(self) -> bool:
        return self.thresholds == (LEVELS, LEVELS, LEVELS)


def mix(x):
    """MurmurHash3's finalizer: 32 bits to 32 bits, one to one. For int and int64 tensors."""
    x = (x ^ (x >> 16)) * 0x85EBCA6B & _WORD
    x = (x ^ (x >> 13)) * 0xC2B2AE35 & _WORD
    return x ^ (x >> 16)


def window_key(seed: int, window: int) -> int:
    """The key of a window: 31 bits."""
    return mix(mix(seed & _WORD) + window * _GOLDEN & _WORD) >> 1


def draws(key: torch.Tensor, salt: int, first_stream: int, streams: int, units: int):
    """[streams, units] int64, each 32 random bits. `key` is an int64 tensor of one element."""
    stream = torch.arange(first_stream, first_stream + streams, device=key.device)
    unit = torch.arange(units, device=key.device)
    row = mix((mix((stream + salt * _GOLDEN) & _WORD) ^ key) & _WORD)
    return mix((row[:, None] + unit * _GOLDEN) & _WORD)


def masks(bits: torch.Tensor, thresholds: tuple[int, int, int], dtype):
    """Keep masks of hidden state, cell state and input, as numbers 0 and 1."""
    return tuple(
        ((bits >> shift & (LEVELS - 1)) < threshold).to(dtype)
        for shift, threshold in zip((0, 10, 20), thresholds)
    )
