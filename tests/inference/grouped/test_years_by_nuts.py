"""Years, what lasts and heavy tails: the sampler and the fast engine draw the same."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.nuts import Sampling, sample, start_from
from equitymodel.inference.grouped.predict import (
    draw_expected,
    draw_fitted,
    draw_predicted,
    draw_ratios,
    hyperparameters,
)
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.vocabulary import SAMPLE_DIMS
from tests.inference.laplace.worlds import over_years

pytestmark = pytest.mark.mcmc
SAMPLING = Sampling(draws=2000, tune=800, target_accept=0.9, retry_accept=0.0)


def world_of(spec, *, areas=8, procedures=2, expected=150.0, seed=5):
    """Cells of three years whose counts are drawn from the model."""
    cells = over_years(simulate_cells(areas=areas, procedures=procedures, expected=expected, seed=seed)[0])
    drawn = draw_prior(spec, cells, seed=seed, draws=1)
    fitted = draw_fitted(draw_ratios(spec, drawn, cells, this_year=True), draw_expected(cells, drawn))
    counts = draw_predicted(fitted, drawn, seed=seed).isel(chain=0, draw=0, drop=True)
    return cells.assign(admissions=counts.transpose(*cells["admissions"].dims).astype(float))


def summarise(spec, cells, posterior):
    """Everything that is compared: hyperparameters, and logs of ratios with and without the noise of a year."""
    found = {str(name): values for name, values in hyperparameters(posterior).data_vars.items()}
    found["ratio"] = np.log(draw_ratios(spec, posterior, cells))
    found["ratio of this year"] = np.log(draw_ratios(spec, posterior, cells, this_year=True))
    return xr.Dataset({name: values.transpose(*SAMPLE_DIMS, ...) for name, values in found.items()})


def compare(spec, cells, sampling=SAMPLING, seed=1):
    """Means apart in standard deviations of the sampler's draws, and ratios of standard deviations."""
    quick = sample_laplace(spec, cells, settings=Laplace(draws=2000), seed=seed)["posterior"].to_dataset()
    layout = lay_out_cells(spec, cells)
    tree = sample(layout, sampling=sampling, seed=seed, start=start_from(layout, quick))
    ours, exact = (summarise(spec, cells, draws) for draws in (quick, tree["posterior"].to_dataset()))
    sd = exact.std(SAMPLE_DIMS)
    return (ours.mean(SAMPLE_DIMS) - exact.mean(SAMPLE_DIMS)) / sd, ours.std(SAMPLE_DIMS) / sd, tree


def test_both_engines_draw_the_same_of_three_years():
    spec = load_model()
    apart, widths, _ = compare(spec, world_of(spec))
    for name in apart.data_vars:
        assert float(np.abs(apart[name]).max()) < (0.15 if "ratio" in name else 0.25), name
        assert float(widths[name].mean()) == pytest.approx(1.0, abs=0.15), name
