"""Series that comparison methods are tried on: five groups with a change, and an exposed ICS beside a control."""

import pytest

from equitymodel.comparison.segmented_data import segmented_data
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes
from equitymodel.simulate.simulated_series import simulate_series


@pytest.fixture(scope="session")
def simulated():
    return simulate_series(Sizes(groups=5), change=Change(0.15), noise=MonthlyNoise(0.05, autocorrelation=0.4), seed=8)


@pytest.fixture(scope="session")
def arms():
    series, truth = simulate_series(Sizes(areas=2, exposed_areas=1), seed=4)
    return tuple(segmented_data(series.isel(ics=[at]), truth.plan.for_all(), harmonics=1) for at in (0, 1))
