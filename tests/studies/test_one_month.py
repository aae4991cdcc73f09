"""One month out of line after the start: found, and what is left without it."""

import numpy as np
import pytest

from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from equitymodel.studies.one_month import month_out_of_line, rough_residuals

pytestmark = pytest.mark.unit
MODEL = load_series_model().with_harmonics(1)
SURGE = 42


@pytest.fixture(scope="module")
def surged():
    """A fit of a series without a change, with one month after the start at five times its count."""
    series, truth = simulate_series(Sizes(periods=60, before=36), usual=Usual(300), noise=MonthlyNoise(0.03), seed=2)
    month = series["period"] == series["period"][SURGE]
    series = series.assign(admissions=series["admissions"].where(~month, 5 * series["admissions"]))
    return fit_interruption(series, truth.plan, MODEL, seed=1, draws=1000)


def test_a_surge_is_out_of_line_and_nothing_is_left_without_it(surged):
    found = month_out_of_line(surged)
    assert found.period == str(surged.series["period"].values[SURGE])[:7]
    assert found.residual > 4
    assert found.probability < 0.95


def test_a_month_before_the_start_is_not_looked_at(surged):
    rough = rough_residuals(surged)
    assert rough.isel(period=slice(0, 36)).isnull().all()
    assert int(np.nanargmax(rough.values.ravel())) == SURGE


def test_a_change_that_lasts_is_not_one_month():
    series, truth = simulate_series(Sizes(periods=60, before=36), change=Change(0.2), usual=Usual(1000),
                                    noise=MonthlyNoise(0.03), seed=3)  # fmt: skip
    fit = fit_interruption(series, truth.plan, MODEL, seed=1, draws=1000)
    found = month_out_of_line(fit)
    assert found is None or abs(found.residual) < 4
    assert np.isfinite(rough_residuals(fit).max())
