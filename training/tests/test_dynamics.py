"""What the pictures of dynamics are made of."""

import importlib.util
import sys

import pytest
import torch

from fscomp_training import LSTM, FastSlow, MinGRU, Sequential, Stacked, fit


@pytest.fixture
def dynamics(repository, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    path = repository / "training/dynamics.py"
    spec = importlib.util.spec_from_file_location("dynamics", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_effect_of_a_state_is_what_is_kept_of_it(dynamics):
    network = Stacked([MinGRU(1)])
    columns = torch.randint(0, 256, (2 * dynamics.REACH + 1, 1))
    (found,) = dynamics.effect(network, columns).values()
    cell = network.cells["1"]
    keep, _ = cell.shares(cell.drive(columns[dynamics.REACH : 2 * dynamics.REACH]))
    products = keep.flatten().flip(0).cumprod(0)
    torch.testing.assert_close(torch.tensor(found), products / products[0])


def test_states_move_until_they_are_unrelated(dynamics):
    network = Stacked([MinGRU(4)])
    columns = torch.randint(0, 256, (dynamics.REACH + 400, 4))
    (found,) = dynamics.movement(network, columns).values()
    assert 0 < found[1] < found[4] and found[64] == pytest.approx(1, abs=0.2)


def test_costs_are_told_apart_by_position(dynamics, monkeypatch):
    words = b"to be or, not " * 40
    text = torch.tensor(list(words), dtype=torch.uint8)
    # Each byte costs its own value.
    monkeypatch.setattr(fit, "position_costs", lambda _, text, lanes: text[:, None].float())
    found = dynamics.by_position(None, text, 1)
    start = dynamics.REACH
    first, after = [], []
    for i in range(start, len(words)):
        letter, before = chr(words[i]).isalpha(), chr(words[i - 1]).isalpha()
        if letter and not before:
            first.append(words[i])
        if before and not letter:
            after.append(words[i])
    assert found[1] == pytest.approx(sum(first) / len(first), rel=1e-5)
    assert found[0] == pytest.approx(sum(after) / len(after), rel=1e-5)
    assert sorted(found) == [0, 1, 2, 3]


def test_a_page_of_several_networks(dynamics, tmp_path, text, monkeypatch, capsys):
    monkeypatch.setattr(dynamics, "REACH", 16)
    networks = {
        "fs": FastSlow([LSTM(8), LSTM(8)], MinGRU(8)), "stack": Stacked([LSTM(8), LSTM(8)]),
        "chain": Sequential([LSTM(8), LSTM(8)]),
    }
    paths = []
    for name, network in networks.items():
        paths.append(tmp_path / f"{name}.safetensors")
        network.save(paths[-1])
    page = tmp_path / "page.svg"
    arguments = ["dynamics.py", *map(str, paths), str(text), "--bytes", "3000", "--lanes", "16"]
    monkeypatch.setattr(sys, "argv", [*arguments, "-o", str(page)])
    assert dynamics.main() == 0
    out = capsys.readouterr().out
    for label in ("fs\n  fast:", "slow:", "stack\n  1:", "  2:", "chain\n  state:"):
        assert label in out
    assert page.read_text().count("<polyline") == 5 + 5 + 3
    monkeypatch.setattr(sys, "argv", [*arguments[:-3], "100", "--lanes", "4"])
    assert dynamics.main() == 1
