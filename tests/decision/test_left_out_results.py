import pytest

from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.left_out_results import left_out_results
from equitymodel.decision.read_register import read_strategies
from equitymodel.decision.strategy_effect import Capacity, EffectOptions, PerAdmission, StrategyEffect

pytestmark = pytest.mark.unit
PRIOR = EffectPrior.alike(0.1, 0.05)


def left_out(*effects, **options):
    return left_out_results(EffectOptions(effects, **options), read_strategies(), ["hip"])


def test_a_strategy_without_an_effect_is_left_out_and_its_evidence_is_pointed_at():
    table = left_out().set_index("number")
    assert (table.loc[list(range(1, 19)), "left_out"] == "everything").all()
    assert "4 pieces of evidence: equitymodel strategies show 6" in table.loc[6, "would_fill_it"]
    assert "no evidence" in table.loc[12, "would_fill_it"]


def test_an_effect_without_reach_gives_nothing_and_says_so():
    table = left_out(StrategyEffect(6, "A", "seen", PRIOR, "audit"))
    own = table[table["number"] == 6]
    assert own["left_out"].tolist() == ["everything at stage 'seen'"]
    assert own["would_fill_it"].iloc[0].startswith("reach")


def test_what_is_stated_in_full_leaves_only_what_is_never_worked_out():
    whole = StrategyEffect(
        6, "A", "seen", PRIOR, "audit", 1.0, months_to_effect=1, fixed_cost=0, cost_per_person_reached=0
    )
    each = {"hip": 1.0}
    table = left_out(whole, per_admission=PerAdmission(each, each, each), capacity=Capacity("beds", 0.0, 1.0),
                     horizon_months=12, months_counted=12)  # fmt: skip
    assert table[table["number"] == 6].empty
    assert table[table["strategy"] == "every strategy"]["left_out"].tolist() == [
        "from which groups admissions are given up elsewhere", "the gap over all procedures"
    ]  # fmt: skip


def test_each_missing_number_is_named():
    table = left_out(StrategyEffect(6, "A", "seen", PRIOR, "audit", 1.0), capacity=Capacity("beds", 0.0))
    said = " ".join(table["would_fill_it"])
    for word in ("months_to_effect", "fixed_cost", "cost under [per_admission] for hip", "health_gain under",
                 "given_up_per_admission"):  # fmt: skip
        assert word in said
