import itertools
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.strategy_effect import StrategyEffect
from equitymodel.decision.through_pathway import (
    change_pathway,
    log_multiplier,
    one_period,
    procedure_pathway,
)
from equitymodel.errors import OptionError
from equitymodel.simulate.made_up_pathway import MadeUpPathway, made_up_pathway

pytestmark = pytest.mark.unit
MOST, LEAST = [0.6, 0.5, 0.9, 0.5, 0.9], [0.7, 0.5, 0.95, 0.6, 0.95]
STAGES = ["found", "referred", "seen", "listed", "admitted"]


def reference():
    """The pathway of the reference example, with two groups and a draw."""
    coords = {"ics": ["A"], "deprivation": ["1", "5"], "procedure": ["hip"]}
    passage = np.log([MOST, LEAST])[None, None, None, :, None, :].repeat(4, 1)
    return MadeUpPathway(
        xr.DataArray(np.full((1, 2, 1), 1000.0), coords, tuple(coords)),
        xr.DataArray(passage, {**coords, "stage": STAGES}, ("chain", "draw", *coords, "stage")),
        xr.DataArray(np.full(5, True), {"stage": STAGES}, ("stage",)),
    )


def certain(number, log_effect, stage="seen", reach=1.0, **options):
    return StrategyEffect(number, f"s{number}", stage, EffectPrior.alike(log_effect, 0.0), "known", reach, **options)


def changed(pathway, *effects, ics=("A",)):
    own = procedure_pathway(pathway, "hip")
    found = change_pathway(own, effects, ics=list(ics), seed=1)
    return own, found, found.added(own.admissions)


def test_counts_are_those_of_the_reference_example():
    own = procedure_pathway(reference(), "hip")
    np.testing.assert_allclose(own.admissions[0, 0], [121.5, 189.525], rtol=1e-12)
    np.testing.assert_allclose(own.arrived(0)[0, 0], [1000, 1000])
    np.testing.assert_allclose(own.arrived(2)[0, 0], [300, 350])


def test_levelling_one_passage_adds_what_the_reference_example_says():
    level = StrategyEffect(1, "s", "found", EffectPrior(np.log(0.7 / 0.6), 0.0, 0.0, 0.0), "known", 1.0)
    _, _, extra = changed(reference(), level)
    np.testing.assert_allclose(extra[0, 0], [20.25, 0], atol=1e-9)


def test_only_those_reached_gain():
    _, _, whole = changed(reference(), certain(6, 0.05))
    _, _, half = changed(reference(), certain(6, 0.05, reach=(0.5, 0.25)))
    np.testing.assert_allclose(half[0, 0], whole[0, 0] * [0.5, 0.25])


def test_effects_on_one_passage_add_up_and_are_held_to_all_once_whatever_their_order():
    effects = [certain(6, 0.04), certain(8, 0.03), certain(9, -0.02), certain(10, 0.5, stage="listed")]
    answers = [changed(reference(), *order)[2] for order in itertools.permutations(effects)]
    for answer in answers:
        np.testing.assert_array_equal(answer, answers[0])
    room = min(0.05, -np.log(0.95))
    expected = 1000 * np.array([0.6 * 0.5 * 0.9, 0.7 * 0.5 * 0.95])
    expected *= np.exp(room) * np.minimum(1, np.array([0.5, 0.6]) * np.exp(0.5)) * [0.9, 0.95]
    np.testing.assert_allclose(answers[0][0, 0], expected - [121.5, 189.525])


def test_no_more_than_all_pass_where_records_are_linked_and_the_bound_is_said():
    _, found, extra = changed(reference(), certain(6, 2.0), certain(8, 2.0))
    np.testing.assert_allclose(extra[0, 0], [121.5 * (1 / 0.9 - 1), 189.525 * (1 / 0.95 - 1)])
    np.testing.assert_array_equal(found.capped, [[1.0, 1.0]])
    unlinked = replace(reference(), linked=reference().linked & False)
    _, found, extra = changed(unlinked, certain(6, 2.0))
    np.testing.assert_allclose(extra[0, 0], np.array([121.5, 189.525]) * (np.exp(2) - 1))
    np.testing.assert_array_equal(found.capped, [[0.0, 0.0]])


def test_a_passage_above_1_of_counts_that_are_not_linked_is_let_be():
    pathway = reference()
    above = replace(pathway, log_passage=pathway.log_passage + 1.0, linked=pathway.linked & False)
    _, _, extra = changed(above, certain(6, 0.1))
    np.testing.assert_allclose(extra[0, 0], np.array([121.5, 189.525]) * np.exp(5) * (np.exp(0.1) - 1))


def test_people_reached_are_those_whom_earlier_strategies_let_through():
    paid = certain(9, 0.0, stage="listed", reach=0.5, cost_per_person_reached=1.0)
    _, alone, _ = changed(reference(), paid)
    _, both, _ = changed(reference(), paid, certain(6, -0.1, cost_per_person_reached=2.0))
    assert alone.reached_cost[0, 0] == pytest.approx(135.0 + 166.25)
    assert both.reached_cost[0, 0] == pytest.approx((135.0 + 166.25) * np.exp(-0.1) + 2 * 650)


def test_where_it_does_not_act_nothing_changes():
    pathway = made_up_pathway(ics=2, procedures=2, draws=8)
    own = procedure_pathway(pathway, "procedure 1")
    ics = ["area 01", "area 02"]
    elsewhere = certain(6, 0.1, procedures=("procedure 2",))
    assert change_pathway(own, [elsewhere], ics=ics, seed=1).log_ratio == {}
    one = change_pathway(own, [certain(6, 0.01, ics=("area 02",))], ics=ics, seed=1).added(own.admissions)
    assert np.all(one[:, 0] == 0)
    assert np.all(one[:, 1] > 0)


def test_a_multiplier_is_kept_once_where_all_ics_are_alike():
    assert log_multiplier(certain(6, 0.1), 8, 5, ics=["A", "B"], seed=1).shape == (8, 1, 5)
    by_ics = certain(6, 0.1, reach={"A": (0.1, 0.1), "B": (0.2, 0.2)})
    assert log_multiplier(by_ics, 8, 2, ics=["A", "B"], seed=1).shape == (8, 2, 2)


def test_need_may_have_draws():
    pathway = reference()
    need = pathway.need * xr.DataArray([[1.0, 2.0, 3.0, 4.0]], dims=("chain", "draw"))
    own = procedure_pathway(replace(pathway, need=need), "hip")
    np.testing.assert_allclose(own.admissions[:, 0, 0], 121.5 * np.array([1, 2, 3, 4]))
    with pytest.raises(OptionError, match="both chain and draw"):
        procedure_pathway(replace(pathway, need=need.isel(chain=0)), "hip")


def test_the_last_period_is_taken_or_the_one_that_is_named():
    pathway = reference()
    parts = [pathway.log_passage - change for change in (0.0, 0.5, 1.0)]
    both = xr.concat(parts, "period").assign_coords(period=["2022", "2022b", "2023"])
    several = replace(pathway, log_passage=both)
    np.testing.assert_allclose(one_period(several).log_passage, pathway.log_passage - 1.0)
    np.testing.assert_allclose(one_period(several, "2022").log_passage, pathway.log_passage)
    assert "period" not in one_period(several).log_passage.coords
    assert one_period(pathway) is pathway
    for one in (several, pathway):
        with pytest.raises(OptionError, match="no period '2021'"):
            one_period(one, "2021")


def test_need_in_another_order_is_matched_by_its_labels():
    pathway = reference()
    uneven = pathway.need * xr.DataArray([1.0, 2.0], {"deprivation": ["1", "5"]})
    turned = replace(pathway, need=uneven.isel(deprivation=[1, 0]), linked=pathway.linked[::-1])
    np.testing.assert_allclose(procedure_pathway(turned, "hip").admissions[0, 0], [121.5, 2 * 189.525])


def test_dims_may_stand_in_any_order():
    pathway = reference()
    turned = replace(pathway, log_passage=pathway.log_passage.transpose(), need=pathway.need.transpose())
    np.testing.assert_array_equal(
        procedure_pathway(turned, "hip").admissions, procedure_pathway(pathway, "hip").admissions
    )
