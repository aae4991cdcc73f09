import numpy as np
import pytest

from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.effect_tally import Tally, what_gives_way
from equitymodel.decision.strategy_effect import Capacity, PerAdmission, StrategyEffect
from equitymodel.decision.through_pathway import ChangedPathway

pytestmark = pytest.mark.unit
EXTRA = np.array([[[1.0, 2.0], [3.0, 4.0]]])


def effect(number=6, **options):
    return StrategyEffect(number, "s", "seen", EffectPrior.alike(0.1, 0.0), "audit", 0.5, **options)


def tally(*effects, per=None, procedures=("hip", "knee")):
    made = Tally(effects, ("A", "B"))
    paid = sum(10 * (one.cost_per_person_reached or 0.0) for one in effects) * EXTRA.sum(axis=-1)
    for procedure in procedures:
        made.add(procedure, EXTRA, ChangedPathway({}, np.zeros((2, 2)), paid), per or PerAdmission())
    return made


def test_admissions_and_costs_add_up_over_procedures():
    made = tally(effect(), per=PerAdmission(cost={"hip": 7.0, "knee": 5.0}))
    np.testing.assert_array_equal(made.extra, 2 * EXTRA)
    np.testing.assert_array_equal(made.per_admission("cost"), 12 * EXTRA)


def test_what_is_not_known_for_every_procedure_is_left_out():
    made = tally(effect(), per=PerAdmission(cost={"hip": 7.0}))
    assert made.per_admission("cost") is None
    assert made.unknown["cost"] == ["knee"]
    assert made.per_admission("health_gain") is None


def test_the_cost_of_a_strategy_is_fixed_once_and_per_person_reached():
    made = tally(effect(fixed_cost=100.0, cost_per_person_reached=2.0, ics=("A",)), effect(7, fixed_cost=1.0, cost_per_person_reached=0.0))  # fmt: skip
    np.testing.assert_allclose(made.programme_cost, [[101 + 2 * 2 * 30, 1 + 2 * 2 * 70]])


@pytest.mark.parametrize("given", [{}, {"fixed_cost": 100.0}, {"cost_per_person_reached": 2.0}])
def test_a_cost_of_which_a_part_is_not_known_is_not_known(given):
    assert tally(effect(**given)).programme_cost is None


def test_all_start_at_one_time_or_no_time_is_said():
    assert tally(effect(months_to_effect=3.0)).starts_after == 3.0
    assert tally(effect(months_to_effect=3.0), effect(7, months_to_effect=6.0)).starts_after is None
    assert tally(effect()).starts_after is None


def test_capacity_that_is_not_spare_must_be_found_and_does_not_move_between_ics():
    found = what_gives_way(
        np.array([[30.0, 5.0], [-5.0, 40.0]]), Capacity("hours", {"A": 10.0, "B": 20.0}, 2.0), ["A", "B"]
    )
    np.testing.assert_array_equal(found.beyond, [[20.0, 0.0], [0.0, 20.0]])
    np.testing.assert_array_equal(found.given_up, [[10.0, 0.0], [0.0, 10.0]])
    assert what_gives_way(np.array([[30.0]]), Capacity("hours", 10.0), ["A"]).given_up is None
