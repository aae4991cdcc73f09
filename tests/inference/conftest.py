"""A quick fit by nested Laplace, and series to approximate, shared by all files."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from tests.inference.laplace.worlds import MODELS, make_world


@pytest.fixture(scope="session")
def quick_fit():
    cells = make_world(areas=4, groups=3, procedures=2, expected=300.0, holes=False)
    quick = Laplace(draws=100, chains=4, points=128, enough_points=1.0, cores=1)
    return fit_model(MODELS["gap_by_procedure"], cells, engine="laplace", seed=7, laplace=quick)


@pytest.fixture(scope="session")
def forty_series():
    """Forty series, with noise that they share: more than the first search takes where that is set low."""
    series, truth = simulate_series(
        Sizes(areas=8, groups=5, periods=36, before=22),
        usual=Usual(expected=200),
        noise=MonthlyNoise(shared=0.5),
        seed=2,
    )
    return SeriesLatent(lay_out_series(series, truth.plan, load_series_model()))


@pytest.fixture(scope="session")
def one_period_series():
    """A series of one period with a count of 4: its field, hyperparameters, and the exact moments of its log mean."""
    series, truth = simulate_series(seed=1)
    whole = lay_out_series(series, truth.plan, load_series_model())
    count = np.array([[4.0]])
    layout = replace(
        whole, counts=type(whole.counts)(count, count, count > 0), offset=np.log(count), gap=np.zeros(0),
        features=whole.features[:1],
    )  # fmt: skip
    hyper = np.zeros((1, len(whole.hyper)))
    loading = layout.features[0][:, layout.own :] @ layout.map.dense[:, 0]
    own = layout.features[0][:, : layout.own]
    field = SeriesLatent(layout)
    values = field.values(hyper)
    variance = values["sd"][0] ** 2 + (own**2 / layout.own_prior.precisions(values)[0]).sum()
    variance += (loading**2 / layout.shared_prior.precisions(values)[0]).sum()
    grid = np.log(4.0) + np.linspace(-8, 5, 40_001)
    log_density = 4.0 * grid - np.exp(grid) - 0.5 * (grid - np.log(4.0)) ** 2 / variance
    weight = np.exp(log_density - log_density.max())
    weight /= weight.sum()
    mean = weight @ grid
    sd = np.sqrt(weight @ (grid - mean) ** 2)
    return field, hyper, (mean, sd, weight @ ((grid - mean) / sd) ** 3)
