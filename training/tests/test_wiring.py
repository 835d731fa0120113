"""Networks of any cells: wired as they say, kept in checkpoints, and trained."""

import json

import pytest
import torch
from helpers import NetworkShape, random_parameters
from runs import trainer, write_recipe

from fscomp_training import (
    LSTM, DiagonalGRU, DiagonalLSTM, FastSlow, MemoryCaching, MinGRU, MinLSTM, Sequential, Stacked,
    checkpoint, network, wiring,
)
from fscomp_training.evaluation import Evaluator
from fscomp_training.fit import Plan, bits_per_byte, fit
from fscomp_training.recipe import RecipeError
from fscomp_training.trainer import CHECKPOINT


def networks():
    return {
        "fs-lstm-2": FastSlow([LSTM(16), LSTM(16)], LSTM(24)),
        "fs-lstm-4": FastSlow([LSTM(16) for _ in range(4)], LSTM(24)),
        "slow mingru": FastSlow([LSTM(16), LSTM(16)], MinGRU(24)),
        "bounded": FastSlow(
            [MinGRU(16, candidate="tanh") for _ in range(2)], MinLSTM(24, candidate="tanh")
        ),
        "slow caching": FastSlow(
            [LSTM(16), LSTM(16)], MemoryCaching(DiagonalGRU(24), segment=8, limit=3)
        ),
        "all parallel": FastSlow(
            [MinGRU(16), MinLSTM(8), DiagonalGRU(8)], DiagonalLSTM(24), shares_states=False
        ),
        "stacked": Stacked([LSTM(16), DiagonalLSTM(8), MinLSTM(8)]),
        "stacked lstm": Stacked([LSTM(16), LSTM(16)]),
        "sequential": Sequential([LSTM(16), LSTM(16), LSTM(16)]),
    }


NAMES = list(networks())


@pytest.mark.parametrize("fast_cells", [2, 4])
def test_fast_slow_of_lstms_is_the_network(fast_cells):
    parameters = random_parameters(NetworkShape(fast_cells, 6, 9))
    found = wiring.build(wiring.describe(parameters.tensors), parameters.tensors).double()
    found.load(parameters.tensors)
    assert found.multiply_adds == parameters.shape.multiply_adds
    text = torch.randint(0, 256, (120,), dtype=torch.uint8)
    expected = Evaluator(text, 4, parameters).bits_per_byte()
    assert bits_per_byte(found, text, 4) == pytest.approx(expected, rel=1e-12)
    assert {n: tuple(t.shape) for n, t in found.tensors().items()} == parameters.shape.tensors()
    for name, tensor in found.tensors().items():
        assert torch.equal(tensor, parameters.tensors[name]), name


@pytest.mark.parametrize("name", NAMES)
def test_a_window_equals_its_parts(name):
    net = networks()[name]
    text = torch.randint(0, 256, (41, 3))
    whole, after = net(text, net.zeros(3))
    state, parts = net.zeros(3), []
    for piece in text.split([1, 13, 20, 7]):
        hidden, state = net(piece, state)
        parts.append(hidden)
    torch.testing.assert_close(torch.cat(parts), whole, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_checkpoint_says_what_it_is_of(name, tmp_path):
    net = networks()[name]
    net.save(tmp_path / "net.safetensors", {"bytes": 7})
    _, progress = checkpoint.read(tmp_path / "net.safetensors")
    assert progress == {"bytes": 7}
    again = wiring.read(tmp_path / "net.safetensors")
    assert again.description() == net.description()
    text = torch.randint(0, 256, (30, 2))
    expected, _ = net.costs(text, net.zeros(2), begins=True)
    found, _ = again.costs(text, again.zeros(2), begins=True)
    assert torch.equal(found, expected)


def test_checkpoints_of_lstms_need_no_description(tmp_path):
    for name in ("fs-lstm-2", "fs-lstm-4", "stacked lstm", "sequential"):
        net = networks()[name]
        checkpoint.write(tmp_path / "plain.safetensors", net.tensors(), {})
        assert wiring.read(tmp_path / "plain.safetensors").description() == net.description()


def test_other_tensors_are_refused(tmp_path):
    path = tmp_path / "net.safetensors"
    net = networks()["slow mingru"]
    checkpoint.write(path, net.tensors(), {})
    with pytest.raises(checkpoint.CheckpointError, match="not those of LSTMs"):
        wiring.read(path)
    tensors = net.tensors()
    del tensors["WS"]
    described = {wiring.NETWORK_KEY: json.dumps(net.description())}
    checkpoint.write(path, tensors, {}, described)
    with pytest.raises(checkpoint.CheckpointError, match="WS"):
        wiring.read(path)


def test_the_stack_and_the_sequence_are_wired_as_the_paper_has_them():
    text = torch.randint(0, 256, (5, 2))
    stack, chain = networks()["stacked lstm"], networks()["sequential"]
    below, above = (c.zeros(2) for c in stack.cells.values())
    state, expected, chained = chain.zeros(2), [], []

    def run(net, n, pre, state):
        tensors = {name: t for name, t in net.tensors().items()}
        return network.cell(tensors, n, pre, state[1])

    for row in text:
        t = stack.tensors()
        below = run(stack, "1", t["E"][row] + below[0] @ t["W1"].T, below)
        above = run(stack, "2", torch.cat([below[0], above[0]], 1) @ t["W2"].T, above)
        expected.append(above[0])
        t = chain.tensors()
        state = run(chain, "1", t["E"][row] + state[0] @ t["W1"].T, state)
        for n in "23":
            state = run(chain, n, state[0] @ t[f"W{n}"].T, state)
        chained.append(state[0])
    torch.testing.assert_close(stack(text, stack.zeros(2))[0], torch.stack(expected))
    torch.testing.assert_close(chain(text, chain.zeros(2))[0], torch.stack(chained))


def test_what_the_wiring_permits():
    nets = networks()
    assert set(nets["slow mingru"].forms.values()) == {"sequential"}
    assert nets["all parallel"].forms == {
        "1": "scan", "S": "newton", "2": "scan", "3": "newton"
    }
    assert nets["stacked"].forms == {"1": "sequential", "2": "newton", "3": "scan"}


def test_what_is_trained_at_scale_is_such_a_network(tmp_path, text):
    """A recipe's network with a minGRU: the same costs, and found again by its checkpoint."""
    changes = ["network.slow_cell=mingru", "regularization.keep_hidden=1",
               "regularization.keep_cell=1", "regularization.keep_input=1", "finish.share=0"]
    run = trainer(write_recipe(tmp_path, text), tmp_path / "run", changes)
    run.run()
    net = wiring.read(tmp_path / "run" / CHECKPOINT, averaged=False)
    assert net.description() == run.recipe.network.description
    assert net.multiply_adds == run.recipe.network.multiply_adds
    run.window.forget(torch.ones(8, dtype=torch.bool))
    run.window.bytes.random_(0, 256)
    run.window.forward()
    costs, _ = net.costs(run.window.bytes, net.zeros(8))
    torch.testing.assert_close(costs, run.window.costs(), rtol=1e-4, atol=1e-5)
    with pytest.raises(RecipeError, match="networks of LSTMs"):
        trainer(tmp_path / "tiny.toml", tmp_path / "other", changes[:1])


def test_cells_that_share_a_state_fit_together():
    with pytest.raises(ValueError, match="share a state"):
        FastSlow([LSTM(16), LSTM(24)], LSTM(16))
    with pytest.raises(ValueError, match="share a state"):
        FastSlow([LSTM(16), MinGRU(16)], LSTM(16))
    with pytest.raises(ValueError, match="see the input alone"):
        FastSlow([MinGRU(16) for _ in range(3)], LSTM(16))
    with pytest.raises(ValueError, match="at least 2"):
        FastSlow([LSTM(16)], LSTM(16))


@pytest.mark.parametrize("name", NAMES)
def test_networks_learn_and_do_so_alike_each_time(name):
    text = torch.frombuffer(bytearray(b"what goes up comes down; " * 80), dtype=torch.uint8)
    plan = Plan(bytes=6000, streams=6, steps=10, rate=0.03)

    def course():
        net = networks()[name]
        return fit(net, text, plan), net

    first, net = course()
    second, again = course()
    assert first.bits == second.bits
    for a, b in zip(net.parameters(), again.parameters()):
        assert torch.equal(a, b)
    # Uniform guessing costs 8 bits.
    assert bits_per_byte(net, text, 2) < 4 < 7 < first.bits[0]
