"""The fixed-point network is the program's, and idle units change next to nothing."""

import re
import subprocess

import pytest
import torch
from helpers import NetworkShape, random_parameters

from fscomp_training import checkpoint, fixed_point, idle_units
from fscomp_training.evaluation import Evaluator
from fscomp_training.parameters import Parameters
from fscomp_training.streams import read_bytes


def sensible(shape, seed=1):
    """Initialized, with an output layer that has opinions, in single precision.

    Driven by its input as far as can be. A network that is not trained is chaotic all the same: it
    enlarges differences in rounding, so that lanes have to be short for a comparison.
    """
    parameters = Parameters(shape)
    parameters.initialize(seed)
    parameters.tensors["E"].mul_(10)
    parameters.tensors["Wo"].mul_(30)
    generator = torch.Generator().manual_seed(seed)
    parameters.tensors["bo"].copy_(torch.randn(256, generator=generator))
    return parameters


def program_bits(fscomp, weights, text, tmp_path, lanes):
    model = tmp_path / "model.fsm"
    subprocess.run([fscomp, "model", "import", weights, "-o", model], check=True)
    done = subprocess.run(
        [fscomp, "eval", model, text, "--lanes", str(lanes), "--float", weights],
        check=True, capture_output=True, text=True,
    )
    found = dict(re.findall(r"^(fixed point|floating point) +([0-9.]+)", done.stdout, re.M))
    return float(found["fixed point"]), float(found["floating point"])


@pytest.mark.parametrize("fast_cells", [2, 3])
def test_the_program_measures_the_same(fscomp, tmp_path, text, fast_cells):
    parameters = sensible(NetworkShape(fast_cells, 32, 48))
    weights = tmp_path / "weights.safetensors"
    checkpoint.write(weights, parameters.tensors, {})
    bytes_ = read_bytes(text)[:512]
    text.write_bytes(bytes(bytes_.tolist()))
    fixed, floating = program_bits(fscomp, weights, text, tmp_path, 16)
    # The same integers; the program's coder rounds probabilities once more.
    found = fixed_point.bits_per_byte(parameters.tensors, bytes_, 16)
    assert found == pytest.approx(fixed, abs=1e-4)
    found = Evaluator(bytes_, 16, parameters).bits_per_byte()
    assert found == pytest.approx(floating, abs=1e-4)


def test_a_trained_network_survives_export_and_import(fscomp, repository, tmp_path, text):
    """From a run to the program: sizes that it does not take, zoneout, averaged weights."""
    import sys

    from runs import trainer, write_recipe

    recipe = write_recipe(tmp_path, text)
    changes = ["network.fast_units=20", "network.slow_units=36", "train.bytes=10240",
               "valid.every=5120"]
    run = trainer(recipe, tmp_path / "run", changes)
    run.run()
    weights = tmp_path / "weights.safetensors"
    subprocess.run(
        [sys.executable, repository / "training/checkpoint.py", "export",
         tmp_path / "run/best.safetensors", weights],
        check=True,
    )
    bytes_ = read_bytes(text)[:4096]
    text.write_bytes(bytes(bytes_.tolist()))
    fixed, _ = program_bits(fscomp, weights, text, tmp_path, 16)
    best, _ = checkpoint.read(tmp_path / "run/best.safetensors")
    parameters = Parameters(NetworkShape(2, 20, 36))
    parameters.load(checkpoint.weights(best))
    assert Evaluator(bytes_, 16, parameters).bits_per_byte() == pytest.approx(fixed, abs=0.002)


def test_fixed_point_is_close_to_floating_point():
    parameters = sensible(NetworkShape(3, 32, 48))
    text = torch.randint(0, 256, (320,), dtype=torch.uint8)
    exact = Evaluator(text, 16, parameters).bits_per_byte()
    found = fixed_point.bits_per_byte(parameters.tensors, text, 16)
    assert found != exact
    assert found == pytest.approx(exact, abs=0.02)


def test_bit_length():
    numbers = [1, 2, 3, 4, 7, 8, 2**31 - 1, 2**31, 2**53 - 1, 2**53, 2**62 - 1, 2**62, 2**63 - 1]
    found = fixed_point.bit_length(torch.tensor(numbers))
    assert found.tolist() == [number.bit_length() for number in numbers]


def test_activations_follow_the_functions():
    v = torch.arange(-32768, 32768)
    tables = fixed_point.Tables("cpu")
    real = v.double() / 4096
    assert (tables.sigmoid(v) / 2**15 - torch.sigmoid(real)).abs().max() < 1e-4
    # 2 y saturates at 8: tanh(4) is the largest.
    assert (tables.tanh(v) / 2**15 - torch.tanh(real)).abs().max() < 8e-4


def test_layer_norm_of_extreme_numbers():
    tables = fixed_point.Tables("cpu")
    gain, bias = torch.full((16,), 2048), torch.zeros(16, dtype=torch.int64)
    halves, one = [32767] * 8 + [-32768] * 8, [9999] + [-9999] * 15
    for row in ([5] * 16, halves, one, list(range(0, 1600, 100))):
        z = torch.tensor([row])
        found = tables.layer_norm(z, 1, gain, bias)[0] / 4096
        x = z[0].double()
        expected = (x - x.mean()) / ((x - x.mean()).square().mean() + 1).sqrt()
        torch.testing.assert_close(found.double(), expected, rtol=0, atol=5e-3)


def test_idle_units_change_next_to_nothing():
    shape = NetworkShape(3, 90, 150)
    parameters = random_parameters(shape, torch.float32)
    parameters.tensors["E"].mul_(10)
    tensors = {name: tensor.clone() for name, tensor in parameters.tensors.items()}
    wide = idle_units.add(tensors, 16)
    assert NetworkShape.of(wide) == NetworkShape(3, 96, 160)
    text = torch.randint(0, 256, (4096,), dtype=torch.uint8)
    found = Parameters(NetworkShape.of(wide))
    found.load(wide)
    before = Evaluator(text, 128, parameters).bits_per_byte()
    after = Evaluator(text, 128, found).bits_per_byte()
    assert after != before
    assert after == pytest.approx(before, rel=1e-3)
    assert idle_units.add(wide, 16) is wide
