import pytest

from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
PRIOR = EffectPrior.alike(0.1, 0.05)


def effect(number, reach=0.5, **changes):
    return StrategyEffect(number, f"strategy {number}", "seen", PRIOR, "audit", reach, **changes)


def test_whom_it_reaches_is_nobody_where_it_does_not_act():
    assert effect(6, (0.2, 0.4)).reached(["A", "B"], 2).tolist() == [[0.2, 0.4], [0.2, 0.4]]
    assert effect(6, {"A": (0.2, 0.4)}, ics=("A",)).reached(["A", "B"], 2).tolist() == [[0.2, 0.4], [0.0, 0.0]]


def test_where_it_acts_is_everywhere_if_nothing_is_named():
    assert effect(6).acts_on("hip")
    assert not effect(6, procedures=("knee",)).acts_on("hip")


def test_sets_are_singles_in_order_and_then_all_or_those_that_are_asked():
    options = EffectOptions((effect(8), effect(6), effect(7, None)))
    assert list(options.sets()) == ["strategy 6", "strategy 8", "All together"]
    asked = EffectOptions((effect(8), effect(6), effect(9)), {"both": (8, 6), "unknown": (7,)})
    assert [one.number for one in asked.sets()["both"]] == [6, 8]
    assert "unknown" not in asked.sets()
    assert list(EffectOptions((effect(8),)).sets()) == ["strategy 8"]


def test_a_strategy_on_two_passages_is_one_strategy():
    options = EffectOptions((effect(6), StrategyEffect(6, "strategy 6", "admitted", PRIOR, "audit", 1.0)))
    assert {name: len(found) for name, found in options.sets().items()} == {"strategy 6": 2}


@pytest.mark.parametrize("reach", [1.2, (0.5, -0.1), {"A": (0.5, 2.0)}, "half"])
def test_a_reach_that_is_no_share_is_refused(reach):
    with pytest.raises(OptionError, match="reach is"):
        effect(6, reach)
