"""Linear recurrences x[t] = a[t] x[t-1] + b[t] over a window, in a logarithmic number of passes.

By cyclic reduction: neighbours are composed in pairs, the recurrence of half the length that they
form is solved likewise, and what was skipped follows from its neighbour. That is O(T) work in
O(log T) passes, each over all lanes and units at once, and nothing is ever divided by: each partial
result is itself such a recurrence, so that a window of any length loses no accuracy. The form of
Feng and others 2024 (a cumulative sum of log a, subtracted and added again) does lose it.

Tensors have time first: a, b [T, ...].
"""

from collections.abc import Callable
from typing import NamedTuple

import torch

BASE = 4  # shorter recurrences are run step by step


class Algebra(NamedTuple):
    """What `a x + b` means."""

    product: Callable  # (later a, earlier a) to the a of both
    affine: Callable  # (a, x, b) to a x + b


def _block_product(later, earlier):
    return (later.unsqueeze(3) * earlier.unsqueeze(1)).sum(2)


def _block_affine(a, x, b):
    return (a * x.unsqueeze(1)).sum(2) + b


# Elementwise; the same of logarithms; and a matrix [P, P] for every unit: a [T, P, P, ...], with
# x and b [T, P, ...].
PLAIN = Algebra(torch.mul, lambda a, x, b: torch.addcmul(b, a, x))
LOG = Algebra(torch.add, lambda a, x, b: torch.logaddexp(a + x, b))
BLOCKS = Algebra(_block_product, _block_affine)


def solve(algebra: Algebra, a, b):
    """x [T, ...] for x[-1] = 0: a[0] is not looked at. No gradient."""
    steps = len(b)
    if steps <= BASE:
        x = [b[:1]]
        for t in range(1, steps):
            x.append(algebra.affine(a[t : t + 1], x[-1], b[t : t + 1]))
        return torch.cat(x)
    even, odd = a[0 : steps - 1 : 2], a[1::2]
    x = torch.empty_like(b)
    x[1::2] = solve(
        algebra, algebra.product(odd, even), algebra.affine(odd, b[0 : steps - 1 : 2], b[1::2])
    )
    x[0] = b[0]
    x[2::2] = algebra.affine(a[2::2], x[1 : steps - 1 : 2], b[2::2])
    return x


def adjoint(algebra: Algebra, a, gradient):
    """y[t] = gradient[t] + a[t+1]' y[t+1]: the gradient of each b, from that of each x.

    a' is a transposed, which the caller has done where there is something to transpose.
    """
    # Step t of the way back multiplies by the a of the step after it.
    shifted = torch.cat([a[:1], a.flip(0)[:-1]])
    return solve(algebra, shifted, gradient.flip(0)).flip(0)


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b, initial):
        b = torch.cat([PLAIN.affine(a[:1], initial[None], b[:1]), b[1:]])
        x = solve(PLAIN, a, b)
        ctx.save_for_backward(a, x, initial)
        return x

    @staticmethod
    def backward(ctx, gradient):
        a, x, initial = ctx.saved_tensors
        y = adjoint(PLAIN, a, gradient)
        before = torch.cat([initial[None], x[:-1]])
        return y * before, y, a[0] * y[0]


class _Log(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b, initial):
        b = torch.cat([LOG.affine(a[:1], initial[None], b[:1]), b[1:]])
        x = solve(LOG, a, b)
        ctx.save_for_backward(a, x, initial)
        return x

    @staticmethod
    def backward(ctx, gradient):
        a, x, initial = ctx.saved_tensors
        # How much of each x is the old one's.
        share = torch.exp(a + torch.cat([initial[None], x[:-1]]) - x)
        y = adjoint(PLAIN, share, gradient)
        kept = share * y
        return kept, y - kept, kept[0]


def linear(a, b, initial):
    """x [T, ...] of x[t] = a[t] x[t-1] + b[t], x[-1] = initial [...]. Differentiable."""
    return _Linear.apply(a, b, initial)


def log_linear(log_a, log_b, log_initial):
    """log x of the same recurrence, from the logarithms of positive numbers. Differentiable."""
    return _Log.apply(log_a, log_b, log_initial)
