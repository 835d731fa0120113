"""The network computes what its definition says."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import NetworkShape, random_parameters, random_window

import reference
from fscomp_training import checkpoint
from fscomp_training.evaluation import Evaluator
from fscomp_training.network import State, logits, step
from fscomp_training.parameters import Parameters


def as_numpy(parameters):
    return {name: tensor.numpy() for name, tensor in parameters.tensors.items()}


@pytest.mark.parametrize("fast_cells", [2, 3, 4])
def test_plain_network_equals_the_reference(fast_cells):
    parameters = random_parameters(NetworkShape(fast_cells, 5, 7))
    text = bytes(range(60, 90))
    expected, _ = reference.costs(as_numpy(parameters), text)
    state = State.zeros(parameters.shape, 1, dtype=torch.float64)
    hidden, found = state.fast_hidden, []
    for byte in text:
        found.append(-torch.log_softmax(logits(parameters.tensors, hidden), 1)[0, byte].item())
        hidden, state = step(parameters.tensors, torch.tensor([byte]), state)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("fast_cells", [2, 4])
@pytest.mark.parametrize("align", [1, 8])
def test_a_window_continues_lanes_as_the_reference_does(fast_cells, align):
    parameters = random_parameters(NetworkShape(fast_cells, 5, 7))
    window = random_window(parameters, steps=6, streams=3, align=align)
    before = {name: view.clone() for name, view in window.state().items()}
    window.forward()
    after = window.state(window.steps)
    for lane in range(3):
        state = tuple(before[name][lane].numpy() for name in ("hF", "cF", "hS", "cS"))
        text = bytes(window.bytes[:-1, lane].tolist())
        # The last byte is a target only.
        expected, _ = reference.costs(as_numpy(parameters), text + bytes([7]), state)
        costs = window.costs()[:, lane].numpy()
        np.testing.assert_allclose(costs[:-1], expected[:-1], rtol=1e-12)
        _, state = reference.costs(as_numpy(parameters), text, state)
        for name, value in zip(("hF", "cF", "hS", "cS"), state):
            np.testing.assert_allclose(after[name][lane].numpy(), value, atol=1e-14)


@pytest.mark.parametrize("steps", [4, 8, 100])
def test_evaluation_covers_every_byte_of_every_lane(steps):
    parameters = random_parameters(NetworkShape(2, 5, 7))
    text = torch.randint(0, 256, (3 * 21 + 2,), dtype=torch.uint8)
    found = Evaluator(text, 3, parameters, steps=steps).bits_per_byte()
    lanes = text[:63].view(3, 21)
    nats = [reference.costs(as_numpy(parameters), bytes(lane.tolist()))[0] for lane in lanes]
    assert found == pytest.approx(np.concatenate(nats).mean() / np.log(2), rel=1e-12)


def test_an_evaluator_can_be_used_again():
    parameters = random_parameters(NetworkShape(2, 5, 7))
    evaluator = Evaluator(torch.arange(100, dtype=torch.uint8), 4, parameters, steps=9)
    first = evaluator.bits_per_byte()
    parameters.flat += 0.1
    assert evaluator.bits_per_byte() != first
    parameters.flat -= 0.1
    assert evaluator.bits_per_byte() == pytest.approx(first, rel=1e-12)


def test_bfloat16_is_close_to_float32():
    parameters = random_parameters(NetworkShape(2, 32, 48), torch.float32)
    text = torch.randint(0, 256, (2000,), dtype=torch.uint8)
    exact = Evaluator(text, 8, parameters).bits_per_byte()
    rounded = Evaluator(text, 8, parameters, compute=torch.bfloat16).bits_per_byte()
    assert exact != rounded
    assert rounded == pytest.approx(exact, rel=0.01)


def test_trained_weights_give_the_stored_code_lengths(repository):
    """Only where somebody has put trained weights and what another program made of them."""
    folder = repository.parent / "shared" / "weights"
    weights, golden = folder / "fslstm2-f256-s384.safetensors", folder / "golden.json"
    text = repository / "corpora/data/enwik8.test"
    if not all(path.exists() for path in (weights, golden, text)):
        pytest.skip("there are no trained weights beside the repository")
    tensors, _ = checkpoint.read(weights)
    parameters = Parameters(NetworkShape.of(tensors))
    parameters.load(tensors)
    stored = json.loads(Path(golden).read_text())[:200]
    # The first of 64 lanes over 64,000 bytes.
    lane = torch.frombuffer(bytearray(text.read_bytes()[:200]), dtype=torch.uint8)
    assert [entry["byte"] for entry in stored] == lane.tolist()
    state = State.zeros(parameters.shape, 1)
    hidden = state.fast_hidden
    for entry in stored:
        scores = logits(parameters.tensors, hidden)
        for q, value in zip((0, 32, 101, 255), entry["logits_0_32_101_255"]):
            assert scores[0, q].item() == pytest.approx(value, abs=1e-3)
        bits = -torch.log_softmax(scores, 1)[0, entry["byte"]].item() / np.log(2)
        assert bits == pytest.approx(entry["bits"], abs=1e-3)
        hidden, state = step(parameters.tensors, torch.tensor([entry["byte"]]), state)
