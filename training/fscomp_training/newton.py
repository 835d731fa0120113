"""Nonlinear recurrences x[t] = f(x[t-1], u[t]) over a window, by Newton's method.

Danieli and others 2025, "ParaRNN" (arXiv 2510.21450): the T equations of a window are one system.
Linearized at a guess, they are a linear recurrence, which `scan` solves for all steps at once; the
solution is the next guess. Where every unit has a recurrence of its own (with P parts of state), so
has every linearization: its matrices are [P, P] a unit.

Each iteration makes at least one more step exact, so that T of them do, if guesses far from the
solution do not overflow; cells that forget need few.
"""

from collections.abc import Callable

import torch

from . import scan


class NotConverged(ArithmeticError):
    """Newton's method did not arrive in as many iterations as it was given."""


def solve(
    derive: Callable, drive, initial, *, tolerance: float = 1e-6, most: int = 50
) -> tuple[torch.Tensor, torch.Tensor, int]:
    """States x [T, P, ...], the Jacobians at them [T, P, P, ...], and the iterations that it took.

    derive: (states before [T, P, ...], drive [T, ...]) to (states after, Jacobians).
    initial [P, ...]: the state before the window. The largest change of the last iteration is at
    most `tolerance` times (1 + the largest state). No gradient. Raises NotConverged.
    """
    with torch.no_grad():
        x, _ = derive(torch.zeros_like(initial).expand(len(drive), *initial.shape), drive)
        for iteration in range(1, most + 1):
            after, jacobian = derive(torch.cat([initial[None], x[:-1]]), drive)
            change = _solve(jacobian, after - x)
            x = x + change
            # NaN is not small, either.
            if change.abs().max() <= tolerance * (1 + x.abs().max()):
                return x, jacobian, iteration
    raise NotConverged(f"still changing after {most} iterations over {len(drive)} steps")


def _solve(jacobian, residual):
    if jacobian.shape[1] == 1:
        # [T, 1, 1, ...] is a number, and a product of numbers is cheaper than one of matrices.
        return scan.solve(scan.PLAIN, jacobian[:, 0], residual)
    return scan.solve(scan.BLOCKS, jacobian, residual)


class _Solution(torch.autograd.Function):
    """States after one more step from the solution, with the gradient of all steps."""

    @staticmethod
    def forward(ctx, after, jacobian):
        ctx.save_for_backward(jacobian)
        return after.clone()

    @staticmethod
    def backward(ctx, gradient):
        (jacobian,) = ctx.saved_tensors
        if jacobian.shape[1] == 1:
            return scan.adjoint(scan.PLAIN, jacobian[:, 0], gradient), None
        return scan.adjoint(scan.BLOCKS, jacobian.transpose(1, 2), gradient), None


def window(derive: Callable, update: Callable, drive, initial, **limits):
    """Differentiable states x [T, P, ...] of x[t] = f(x[t-1], drive[t]), and the iterations.

    update: as `derive`, but the states alone, and differentiable. By the implicit function theorem
    the gradient is that of a single step at the solution, after the gradient of later steps has
    been brought back through the Jacobians by a linear recurrence.
    """
    x, jacobian, iterations = solve(derive, drive.detach(), initial.detach(), **limits)
    before = torch.cat([initial[None], x[:-1]])
    return _Solution.apply(update(before, drive), jacobian), iterations
