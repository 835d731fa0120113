"""The fused kernels, in Triton's interpreter, do what autograd and the plain cell do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

if torch.cuda.is_available():
    pytest.skip("with a GPU, test_cuda.py tests the kernels on it", allow_module_level=True)
# The interpreter of earlier versions fails with numpy 2.4.
triton = pytest.importorskip("triton", minversion="3.9")

from helpers import (
    Manner,
    NetworkShape,
    network_cell,
    random_parameters,
    random_window,
)
from test_gradients import MANNERS

from fscomp_training import cell, triton_cell
from fscomp_training.cell import GATES, STATISTICS, Norm


def in_single(x):
    return x.to(torch.float32)


@pytest.mark.parametrize("units, padded", [(16, 16), (37, 48)])
def test_forward_and_backward_equal_autograd_in_double(units, padded):
    """One cell by itself: pre-activations, old state and norms drawn at random."""
    generator = torch.Generator().manual_seed(1)
    streams = 5

    def draw(*extents):
        return torch.randn(extents, generator=generator, dtype=torch.float64)

    names = {"gx": (GATES * units,), "bx": (GATES * units,), "gcx": (units,), "bcx": (units,)}
    tensors = {name: draw(*extents).requires_grad_() for name, extents in names.items()}
    pre = (3 * draw(streams, GATES * units)).requires_grad_()
    c_old = (4 * draw(streams, units)).requires_grad_()
    h, c = network_cell(tensors, "x", pre, c_old)
    d_h, d_input, d_c = draw(streams, units), draw(streams, units), draw(streams, units)
    torch.autograd.backward([h, c], [d_h + d_input, d_c])

    z = torch.zeros(streams, GATES, padded)
    z[..., :units] = pre.detach().view(streams, GATES, units)
    z = z.view(streams, -1)
    norm = Norm(*(in_single(tensors[name].detach()) for name in names))
    wide = torch.zeros(4, streams, padded)
    h_old, h_state, h_input, d_state = wide.unbind()
    c_new = torch.full((streams, units), torch.nan)
    statistics = torch.full((streams, STATISTICS), torch.nan)
    old = in_single(c_old.detach())
    manner = Manner()
    triton_cell.forward(z, norm, old, h_old, c_new, h_state, h_input, statistics, manner, 0)
    torch.testing.assert_close(h_state[:, :units].double(), h.detach(), rtol=0, atol=1e-6)
    torch.testing.assert_close(h_input, h_state, rtol=0, atol=0)
    torch.testing.assert_close(c_new.double(), c.detach(), rtol=1e-6, atol=2e-6)
    assert h_state[:, units:].count_nonzero() == 0

    d_state[:, :units] = d_h
    d_from_input = torch.zeros(streams, padded)
    d_from_input[:, :units] = d_input
    d_cell, d_norm = in_single(d_c), torch.zeros(3, STATISTICS, units)
    triton_cell.backward(
        z, norm, old, statistics, d_state, d_from_input, torch.zeros(streams, units), d_cell,
        d_norm, manner, 0,
    )
    z = z.view(streams, GATES, padded)
    assert z[..., units:].count_nonzero() == 0

    def close(found, expected):
        # Relative to the tensor: single precision keeps 1e-7 of its largest terms.
        error = (found.double() - expected).norm() / expected.norm()
        assert error < 3e-6

    close(z[..., :units].reshape(streams, -1), pre.grad)
    close(d_cell, c_old.grad)
    d_norm = d_norm.sum(0)
    close(d_norm[:4].reshape(-1), tensors["gx"].grad)
    close(d_norm[4:8].reshape(-1), tensors["bx"].grad)
    close(d_norm[8], tensors["gcx"].grad)
    close(d_norm[9], tensors["bcx"].grad)


@pytest.mark.parametrize(
    "slow_cell, manner",
    [("lstm", manner) for manner in MANNERS] + [("mingru", "plain"), ("mingru", "rounded")],
)
def test_a_window_equals_the_plain_cell_in_double(slow_cell, manner):
    """All wiring: views of wider rows, masks, several programs, every manner."""
    found, shape = {}, NetworkShape(3, 19, 24, slow_cell)
    for dtype, kernels, rows in ((torch.float64, cell, 1), (torch.float32, triton_cell, 2)):
        parameters = random_parameters(shape)
        if dtype == torch.float32:
            single = random_parameters(shape, dtype)
            single.flat.copy_(parameters.flat)
            parameters = single
        window = random_window(
            parameters, 2, 3, align=8, kernels=kernels, norm_rows=rows, manner=MANNERS[manner]
        )
        state = {name: view.float().to(dtype) for name, view in window.state().items()}
        window.set_state(state)
        window.forward_backward(1.0)
        found[kernels] = (window.loss.double(), parameters.gradient.double())
    assert found[triton_cell][0].item() == pytest.approx(found[cell][0].item(), rel=1e-6)
    torch.testing.assert_close(found[triton_cell][1], found[cell][1], rtol=1e-4, atol=3e-5)


def test_bfloat16_buffers():
    """Pre-activations and hidden states of 8 bits: as close as the plain cell comes with them."""
    parameters = random_parameters(NetworkShape(2, 16, 24), torch.float32)
    gradients = []
    for kernels, compute in (
        (cell, torch.float32), (cell, torch.bfloat16), (triton_cell, torch.bfloat16)
    ):
        window = random_window(parameters, 3, 4, align=8, kernels=kernels, compute=compute)
        window.forward_backward(1.0)
        gradients.append(parameters.gradient.clone())
    exact, plain, fused = gradients
    for found in (plain, fused):
        assert 1e-4 * exact.norm() < (found - exact).norm() < 0.03 * exact.norm()


def test_kernels_compile_for_a_gpu(tmp_path):
    """The part of running on one that can be tested without."""
    environment = os.environ | {"TRITON_INTERPRET": "0", "TRITON_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("compile_only.py")],
        env=environment, capture_output=True, text=True,
    )
    # Each way, one for LSTMs that are an input of another cell, one for those that are not, and one
    # for a minGRU.
    assert done.stdout.strip() == "compiled 2 2 1 1", done.stdout + done.stderr
