"""Cells left out by weighing draws again, against fits that never saw them."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.leave_one_out import elpd_of_cells, leave_out_cells
from equitymodel.inference.grouped.predict import draw_fitted, draw_ratios
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.likelihood.log_likelihood import log_likelihood
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.mcmc
CELLS, _ = simulate_cells(areas=10, procedures=2, expected=60.0, seed=3)
LEFT_OUT = 20
DIMS = CELLS["admissions"].dims
ONE_CORE = Laplace(cores=1)


def fit(cells):
    return fit_model(load_model(), cells, engine="laplace", seed=1, laplace=ONE_CORE)


def refitted(at):
    """Log density of a count under a fit to all the other cells."""
    where = dict(zip(DIMS, np.unravel_index(at, CELLS["admissions"].shape), strict=True))
    seen = CELLS["admissions"].copy()
    count = float(seen[where])
    seen[where] = np.nan
    without = fit(CELLS.assign(admissions=seen))
    ratio = draw_ratios(without.spec, without.posterior, CELLS, this_year=True)
    fitted = draw_fitted(ratio, without.expected_under()).isel(where)
    own = xr.Dataset({name: array.sel({dim: fitted[dim] for dim in DIMS if dim in array.dims})
                      for name, array in without.posterior.items() if name == "extra_variation"})  # fmt: skip
    density = np.exp(log_likelihood(fitted, own, xr.DataArray(count), xr.DataArray(count)).values.ravel())
    return np.log(density.mean())


def test_the_fast_engine_leaves_cells_out_as_refits_do():
    whole = fit(CELLS)
    out = leave_out_cells(whole.spec, whole.cells, whole.posterior, every=True)
    elpd = elpd_of_cells(out)
    chosen = np.random.default_rng(5).choice(out.k.size, LEFT_OUT, replace=False)
    away = elpd[chosen] - np.array([refitted(at) for at in chosen])
    of_all, of_difference = (np.sqrt(LEFT_OUT) * each.std(ddof=1) for each in (elpd[chosen], away))
    assert abs(away.sum()) < 2.0 * of_difference, "neither higher nor lower than refits"
    assert abs(away.sum()) < 0.1 * of_all, "far within the standard error of what is added up"
    assert abs(away).max() < 0.1, "no density off by a tenth"
