import pytest

from equitymodel.decision.effect_inputs import effect_inputs
from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect

pytestmark = pytest.mark.unit


def test_every_number_that_was_stated_stands_in_the_table_with_its_source():
    prior = EffectPrior(0.1, 0.0, 0.05, 0.05, 0.5)
    effects = (
        StrategyEffect(8, "B", "seen", prior, "board", {"A": (0.1,)}),
        StrategyEffect(6, "A", "seen", prior, "audit"),
    )
    table = effect_inputs(EffectOptions(effects))
    assert table["number"].tolist() == [6, 8]
    assert table["reach"].tolist() == ["not stated", "by ICS"]
    assert table["source"].tolist() == ["audit", "board"]
    assert table["difference_mean"].tolist() == [0.1, 0.1]
    assert table["difference_sd"].round(3).tolist() == [0.05, 0.05]


def test_nothing_stated_is_an_empty_table():
    assert effect_inputs(EffectOptions(())).empty
