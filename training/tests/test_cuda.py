"""On a GPU: kernels, graphs and whole runs equal those of the processor."""

import pytest
import torch

if not torch.cuda.is_available():
    pytest.skip("there is no GPU", allow_module_level=True)

from helpers import NetworkShape, random_parameters, random_window
from runs import write_recipe
from test_gradients import MANNERS

from fscomp_training import triton_cell
from fscomp_training.distributed import Processes
from fscomp_training.graph import recorded
from fscomp_training.parameters import Parameters
from fscomp_training.recipe import Recipe
from fscomp_training.trainer import Machine, Trainer
from fscomp_training.window import Window

GPU = torch.device("cuda", 0)


def on_gpu(window, compute, rows=8):
    """A window of the same parameters, bytes, key and state, in single precision, on the GPU."""
    parameters = Parameters(window.shape, device=GPU)
    parameters.flat.copy_(window.parameters.flat)
    other = Window(
        parameters, window.steps, window.streams, compute=compute, align=16,
        manner=window.manner, kernels=triton_cell, norm_rows=rows,
    )
    other.bytes.copy_(window.bytes)
    other.key.copy_(window.key)
    other.set_state(window.state())
    return other


def difference(found, expected) -> float:
    expected = expected.double()
    return ((found.cpu().double() - expected).norm() / expected.norm()).item()


LSTMS = [(3, 19, 40), (2, 260, 390), (4, 730, 1500)]
MINIMAL = [(3, 19, 40, "mingru"), (2, 256, 896, "mingru")]


@pytest.mark.parametrize(
    "shape, manner",
    [(shape, manner) for shape in LSTMS for manner in MANNERS]
    + [(shape, manner) for shape in MINIMAL for manner in ("plain", "rounded")],
)
def test_a_window_equals_the_processor_in_double(shape, manner):
    expected = random_window(
        random_parameters(NetworkShape(*shape)), 4, 20, manner=MANNERS[manner]
    )
    expected.set_state({n: v.bfloat16().double() for n, v in expected.state().items()})
    single, half = on_gpu(expected, torch.float32), on_gpu(expected, torch.bfloat16)
    for window in (expected, single, half):
        window.forward_backward(1 / 80)
    gradient = expected.parameters.gradient
    # Rounded hidden states jump by a whole step where the last bit differs.
    limit = 0.02 if manner == "rounded" else 1e-3
    assert difference(single.loss, expected.loss) < 1e-4
    assert difference(single.parameters.gradient, gradient) < limit
    assert difference(half.loss, expected.loss) < 0.02
    # In the widest network, 0.107 of it.
    assert difference(half.parameters.gradient, gradient) < (0.2 if manner == "rounded" else 0.1)


def test_a_graph_is_what_it_recorded():
    expected = random_window(
        random_parameters(NetworkShape(3, 48, 80)), 6, 32, manner=MANNERS["zoneout and dropout"]
    )
    eager, graphed = (on_gpu(expected, torch.bfloat16) for _ in range(2))
    passes = recorded(lambda: graphed.forward_backward(1.0), GPU)
    for turn in range(3):
        for window in (eager, graphed):
            window.key.fill_(turn + 5)
            window.bytes.copy_((expected.bytes + turn) % 256)
        eager.forward_backward(1.0)
        passes()
        assert torch.equal(eager.loss, graphed.loss)
        assert torch.equal(eager.parameters.gradient, graphed.parameters.gradient)
        for window in (eager, graphed):
            window.carry()
            window.parameters.flat.mul_(0.99)
            window.pack()


def test_resuming_is_exact(tmp_path, text):
    recipe = Recipe.read(write_recipe(tmp_path, text))

    def trainer(name):
        machine = Machine.choose(Processes(0, 1, GPU))
        return Trainer(recipe, machine, tmp_path / name, report=lambda *_: None)

    whole = trainer("whole")
    whole.run()
    first = trainer("pieces")
    for _ in range(4):
        first.train_window()
    first.save(tmp_path / "pieces/checkpoint.safetensors")
    second = trainer("pieces")
    second.resume(tmp_path / "pieces/checkpoint.safetensors")
    second.run()
    assert torch.equal(second.parameters.flat, whole.parameters.flat)
