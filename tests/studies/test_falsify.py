"""Attempts to prove a change wrong: dates at which nothing happened, and an outcome that cannot have changed."""

from dataclasses import replace

import pytest

from equitymodel.errors import SpecError
from equitymodel.estimands.guards import probability_of_direction
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.series_world import Change, MonthlyNoise, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.studies.evaluation import outcome_draws
from equitymodel.studies.falsify import (
    CHECK_DRAWS,
    PLACEBO_COLUMNS,
    fit_for_check,
    fit_placebo_dates,
    fit_placebo_outcome,
)

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def changed(small_model):
    """A series that changed, fitted, with what was asked."""
    series, truth = simulate_series(
        change=Change(level=0.3), usual=Usual(expected=500, season=0, trend=0), noise=MonthlyNoise(sd=0.03), seed=1
    )
    return fit_interruption(series, truth.plan, small_model, seed=1, draws=400)


def test_an_outcome_that_changed_as_well_speaks_against_a_change(changed):
    usual = {"noise": MonthlyNoise(0.03), "usual": Usual(500, season=0), "seed": 2}
    same, other = (simulate_series(change=Change(effect), **usual)[0] for effect in (0.3, 0.0))
    found = [
        probability_of_direction(outcome_draws(fit_placebo_outcome(changed, part, changed.plan)))
        for part in (same, other)
    ]
    assert found[0] > 0.99 > 0.975 >= found[1]


def test_an_outcome_of_another_time_or_without_groups_is_refused(changed):
    with pytest.raises(SpecError, match=r"placebo outcome.*outside"):
        fit_placebo_outcome(changed, changed.series.isel(period=slice(0, 20)), changed.plan)
    with pytest.raises(SpecError, match=r"placebo outcome.*no deprivation groups"):
        fit_placebo_outcome(changed, changed.series, replace(changed.plan, outcome="gap"))


def test_dates_before_the_start_are_tried_on_earlier_data_alone(changed):
    said = []
    tried = fit_placebo_dates(changed, lambda what, share: said.append((what, share)))
    table = tried.table
    assert tried.left_out == ()
    assert table.columns.tolist() == PLACEBO_COLUMNS
    assert len(table) == len(said) == 8
    assert table["date"].max() < str(changed.plan.start)
    assert (table["lower"] < table["estimate"]).all()
    assert table["probability"].between(0.5, 1).all()
    assert (table["estimate"].abs() < 0.1).all(), "the change of 0.3 comes later"
    assert all(0.5 < share <= 0.8 for _, share in said)


def test_a_check_has_the_seed_of_the_main_fit_and_its_own_number_of_draws(changed):
    again = fit_for_check(changed, changed.series, changed.plan, changed.model)
    assert again.seed == changed.seed
    assert again.posterior.sizes["chain"] * again.posterior.sizes["draw"] == CHECK_DRAWS
