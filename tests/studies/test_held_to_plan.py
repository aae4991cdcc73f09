from dataclasses import replace

import pytest

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.errors import SpecError
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from equitymodel.spec.lodged_plan import Departure, LodgedPlan
from equitymodel.spec.plan_looks import Looks
from equitymodel.studies.declaration import Asked, declaration
from equitymodel.studies.held_to_plan import HeldToPlan, refuse_other_series

pytestmark = pytest.mark.unit


def test_without_a_plan_it_is_said_that_none_was_lodged():
    held = HeldToPlan(typed="2020-01-01")
    assert held.lines == (
        "The plan was not lodged beforehand.",
        "The date of the declaration was typed in: 2020-01-01.",
    )
    assert held.record()["lodged"] is False


def test_data_after_the_start_that_were_there_when_it_was_lodged_are_said(tmp_path):
    declared = {"interruption": {"date": "2020-01-01", "looks": 1}, "data_before": {"last_period_seen": "2020-05-01"}}
    held = HeldToPlan(LodgedPlan(declared, {}, "now", "1", tmp_path / "p.json"), (), Looks(1, 1, "", ""))
    assert "already went to the period of 2020-05-01" in " ".join(held.lines)
    assert "Run as declared in the plan." in held.lines
    assert held.record()["looks"]["declared"] == 1


def lodged_for(series, plan, folder):
    model = load_series_model("interruption")
    return LodgedPlan(declaration(series, Asked(plan, model, 1)), {}, "2020-01-02T00:00", "1", folder / "p.json")


def test_another_series_is_refused_and_one_that_went_on_is_not(tmp_path):
    series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    other, _ = simulate_series(Sizes(periods=60, before=36), seed=2)
    lodged = lodged_for(series.isel(period=slice(0, 40)), truth.plan, tmp_path)
    refuse_other_series(series, truth.plan, lodged)
    with pytest.raises(SpecError, match=r"not those that p.json was lodged for.*No look is recorded.*--force"):
        refuse_other_series(other, truth.plan, lodged)
    refuse_other_series(other, replace(truth.plan, date="2018-03"), lodged)


def test_a_series_without_its_population_is_another_one(tmp_path):
    series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    lodged = lodged_for(series, truth.plan, tmp_path)
    facts = replace(SeriesFacts.of(series), exposure="none")
    gone = facts.keep_with(series.assign(exposure=series["exposure"] * 0 + 1))
    with pytest.raises(SpecError, match="population were changed"):
        refuse_other_series(gone, truth.plan, lodged)


def test_a_board_hears_of_the_plan_in_one_sentence(tmp_path):
    assert HeldToPlan().short == "The plan was not lodged beforehand."
    series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    held = HeldToPlan(lodged_for(series, truth.plan, tmp_path), (), Looks(1, 1, "", ""))
    assert held.short == "The plan was lodged on 2020-01-02; the run is as it declares."
    differs = replace(held, departures=(Departure("shape", "step", "both"),), looks=Looks(2, 2, "", ""))
    assert differs.short.endswith("differs from it in: shape, and was looked at more often than declared.")
