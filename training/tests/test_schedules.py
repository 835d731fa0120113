import json

import pytest

from fscomp_training.schedules import schedule


def test_cosine():
    cosine = schedule("cosine", warmup=0.1, final=0.2)
    assert cosine.factor(0.05) == pytest.approx(0.5)
    assert cosine.factor(0.1) == pytest.approx(1)
    assert cosine.factor(0.55) == pytest.approx(0.6)
    assert cosine.factor(1) == pytest.approx(0.2)
    assert cosine.factor(1.01) == pytest.approx(0.2)


def test_plateau_divides_after_patience_without_improvement():
    plateau = schedule("plateau", decay=0.1, patience=2)
    for cost, factor in ((2, 1), (1.9, 1), (1.95, 1), (1.8, 1), (1.8, 1), (1.81, 0.1), (1.7, 0.1),
                         (1.71, 0.1), (1.72, 0.01)):
        plateau.validated(cost)
        assert plateau.factor(0.5) == pytest.approx(factor)


def test_plateau_goes_on_from_its_state():
    plateau = schedule("plateau", patience=2)
    restored = schedule("plateau", patience=2)
    restored.restore(json.loads(json.dumps(plateau.state())))
    assert restored.state() == plateau.state()
    plateau.validated(1)
    plateau.validated(2)
    restored.restore(json.loads(json.dumps(plateau.state())))
    restored.validated(2)
    assert restored.factor(1) == pytest.approx(0.1)


def test_unknown():
    with pytest.raises(ValueError, match="staircase"):
        schedule("staircase")
