"""The main fit: whether months before the start depart, and that they are then left out of the fit alone."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from equitymodel.studies.main_fit import bump_departure, fit_main, leave_out_anticipation
from tests.evaluated import controlled_series, known_series_fit

pytestmark = pytest.mark.unit
MODEL = load_series_model().with_harmonics(1)


@pytest.fixture(scope="module")
def held_back():
    """A rise of 10 %, with a fifth of admissions held back in the three months before; and its fit."""
    series, truth = simulate_series(
        Sizes(periods=60, before=36), change=Change(0.1), usual=Usual(1000), noise=MonthlyNoise(0.03), seed=4
    )
    early = truth.plan.design(series)["anticipation"]
    series = series.assign(admissions=(series["admissions"] * (1 - 0.2 * early)).round())
    return series, truth.plan, fit_main(series, truth.plan, MODEL, seed=1)


def test_months_in_which_admissions_were_held_back_are_left_out_and_said(held_back):
    series, _, main = held_back
    assert main.bump < -1.6
    assert len(main.months) == 3
    assert f"({main.months[0]} to {main.months[-1]}) are left out of the fit" in main.notes[0]
    assert main.fit.series["admissions"].notnull().all(), "what is shown has every count"
    assert int(main.for_checks(main.fit).series["admissions"].isnull().sum()) == 3
    np.testing.assert_array_equal(main.fit.series["admissions"].squeeze(), series["admissions"].squeeze())


def test_a_series_without_a_bump_is_fitted_whole():
    series, truth = simulate_series(usual=Usual(1000), noise=MonthlyNoise(0.03), seed=1)
    main = fit_main(series, truth.plan, MODEL, seed=1)
    assert abs(main.bump) < 1.6
    assert (main.months, main.notes) == ((), ())
    assert main.for_checks(main.fit) is main.fit


def test_nothing_is_asked_of_no_months_or_of_a_model_that_knows_no_bump(small_model):
    series, truth = simulate_series(seed=1)
    assert np.isnan(fit_main(series, truth.plan, small_model, seed=1).bump)
    none = replace(truth.plan, anticipation_months=0)
    assert np.isnan(fit_main(series, none, MODEL, seed=1).bump)


def test_only_counts_of_the_exposed_are_left_out():
    series, truth = controlled_series()
    hidden = leave_out_anticipation(series, truth.plan)["admissions"].isnull()
    exposed = truth.plan.exposed_cells(series)
    assert int(hidden.sum()) == 3 * 2 * series.sizes["deprivation"]
    assert not hidden.where(~exposed, False).any()


def test_for_a_gap_the_bump_is_that_of_the_gap():
    series, truth = simulate_series(Sizes(groups=3), seed=1)
    rng = np.random.default_rng(1)
    alike = 0.3 + rng.normal(0, 0.01, size=(1, 500, 3))
    apart = alike + 0.1 * np.arange(3)
    plan = replace(truth.plan, outcome="gap")
    found = []
    for values in (alike, apart):
        bump = series["exposure"].isel(period=0, drop=True) * 0
        draws = bump.expand_dims(chain=1, draw=500) + bump.copy(data=np.zeros(bump.shape))
        shaped = draws.transpose("chain", "draw", "ics", "deprivation", "procedure")
        posterior = shaped.copy(data=values.reshape(1, 500, 1, 3, 1)).rename("bump").to_dataset()
        found.append(abs(bump_departure(known_series_fit(series, plan, MODEL, posterior))))
    assert found[0] < 1.6 < found[1]
