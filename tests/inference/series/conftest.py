"""Small models of series, quick to fit, and a latent model that all files share."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import Change, Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model


@pytest.fixture(scope="session")
def plain_controlled():
    """No trend, no season: a level for each arm, one change for all and one for the exposed."""
    model = load_series_model("controlled_interruption").with_harmonics(0)
    return model.leaving_out("trend", "season", "slope", "common_slope")


@pytest.fixture(scope="session", params=["interruption", "controlled_interruption"])
def field(request):
    """Six series: alone, and with noise they share, half of them controls."""
    exposed = 1 if request.param == "controlled_interruption" else None
    series, truth = simulate_series(
        Sizes(groups=3, areas=2, periods=30, before=18, exposed_areas=exposed), change=Change(level=0.1), seed=3
    )
    series["masked"] = series["masked"].copy(data=np.isin(np.arange(30), [5, 6, 7]))
    return SeriesLatent(lay_out_series(series, truth.plan, load_series_model(request.param).including("variation")))


@pytest.fixture(scope="session")
def staggered():
    """Four areas by five groups; the first starts in March, the second in May, the others never."""
    series, truth = simulate_series(Sizes(areas=4, groups=5, periods=36, before=26, exposed_areas=2), seed=3)
    return series, replace(truth.plan, starts={"area 02": "2019-05"})
