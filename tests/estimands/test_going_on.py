"""After an intervention ended: what was, against its going on."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.estimands.going_on import against_going_on, gap_is_in_trend, gap_trends
from equitymodel.estimands.interrupted_series import average_rate_ratio, counted_periods
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.second_change import has_second_change

pytestmark = pytest.mark.unit

PLAN = Interruption("2018-01", ends="2019-01")


@pytest.fixture(scope="module")
def known():
    series, truth = simulate_series(Sizes(groups=5), seed=1)
    draws = xr.Dataset({"fitted": truth.fitted.expand_dims(("chain", "draw"))})
    return series, draws.assign(second_level=np.log(0.8), slope=0.0, second_slope=0.0)


def test_going_on_is_without_the_second_change_from_the_end_on(known):
    series, draws = known
    on = against_going_on(draws, series, PLAN)
    ratio = (on["fitted"] / on["counterfactual"]).squeeze()
    np.testing.assert_allclose(ratio.isel(period=slice(0, 48)), 1.0)
    np.testing.assert_allclose(ratio.isel(period=slice(48, None)), 0.8)
    assert float(average_rate_ratio(on, counted_periods(series, PLAN.after_end)).squeeze()) == pytest.approx(0.8)


def test_a_second_slope_grows_by_the_year(known):
    series, draws = known
    on = against_going_on(draws.assign(second_level=0.0, second_slope=0.12), series, PLAN)
    ratio = np.log(on["fitted"] / on["counterfactual"]).isel(period=[48, 49, 59], ics=0, deprivation=0).values.ravel()
    np.testing.assert_allclose(ratio, [0.0, 0.01, 0.11], atol=1e-12)


def test_a_trend_of_the_gap_that_stops_at_the_end_is_nothing_after_it(known):
    series, draws = known
    along = 0.1 * (series["position"] - 0.5)
    cells = xr.zeros_like(series["exposure"].isel(period=0, drop=True)) + along
    found = gap_trends(draws.assign(slope=cells, second_slope=-cells), series, PLAN)
    assert float(found["until_end"].squeeze()) == pytest.approx(0.1)
    assert float(found["after_end"].squeeze()) == pytest.approx(0.0, abs=1e-12)
    assert gap_is_in_trend(draws.assign(slope=cells, second_slope=cells))
    assert not gap_is_in_trend(draws)


def test_there_is_a_second_change_only_for_an_end_inside_the_series(known):
    series, _ = known
    assert has_second_change(series, PLAN)
    assert not has_second_change(series, replace(PLAN, ends=None))
    assert not has_second_change(series, replace(PLAN, ends="2031-01"))
