"""The table of covariates: what each does, and a warning where it changed itself when the intervention began."""

import numpy as np
import pytest

from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.series_world import MonthlyNoise, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.studies.covariate_table import COVARIATE_COLUMNS, covariate_table, covariate_warnings, shift_at_start

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def warm_and_closed():
    """Warmth adds 4 % a standard deviation; beds are closed from the start on, and do nothing."""
    series, truth = simulate_series(usual=Usual(2000, season=0), noise=MonthlyNoise(0.01), seed=2)
    rng, after = np.random.default_rng(3), truth.plan.design(series)["after"].values
    values = np.stack([rng.normal(10, 5, 60), rng.normal(0, 0.3, 60) + 4 * after])
    warmth = (values[0] - 10) / 5
    counts = (series["admissions"] * np.exp(0.04 * warmth)[:, None, None, None]).round()
    about = {"covariate_centre": values.mean(axis=1), "covariate_scale": values.std(axis=1)}
    known = series.assign(admissions=counts, covariates=(("covariate", "period"), values))
    known = known.assign_coords(
        covariate=["warmth", "beds"], **{key: ("covariate", part) for key, part in about.items()}
    )
    return known, truth.plan


@pytest.fixture(scope="module")
def fit(warm_and_closed):
    return fit_interruption(*warm_and_closed, seed=1, draws=400)


def test_each_covariate_has_its_ratio_a_standard_deviation(fit, warm_and_closed):
    table = covariate_table(fit).set_index("covariate")
    assert table.reset_index().columns.tolist() == COVARIATE_COLUMNS
    assert table.loc["warmth", "lower"] < np.exp(0.04 * warm_and_closed[0]["covariate_scale"][0] / 5)
    assert table.loc["warmth", "rate_ratio"] == pytest.approx(1.04, abs=0.015)
    assert table.loc["warmth", "centre"] == pytest.approx(10, abs=2)


def test_one_that_changed_at_the_start_is_warned_of(fit):
    table = covariate_table(fit).set_index("covariate")
    assert table.loc["warmth", "warning"] == ""
    assert "'beds' itself changed when the intervention began (by +" in table.loc["beds", "warning"]
    (said,) = covariate_warnings(fit)
    assert said.endswith("compare with the evaluation without it.")


def test_a_series_without_covariates_has_none(warm_and_closed):
    series, plan = warm_and_closed
    plain = series.drop_vars(["covariates", "covariate", "covariate_centre", "covariate_scale"])
    assert covariate_warnings(fit_interruption(plain, plan, seed=1, draws=50)) == []


def test_too_few_periods_leave_the_shift_unknown(warm_and_closed):
    series, plan = warm_and_closed
    short = series.isel(period=slice(34, 38))
    assert np.isnan(shift_at_start(short["covariates"].isel(covariate=0), short, plan)[0])
