"""Fits that tests share (see `conftest.py`)."""

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

ONCE = {"draws": 700, "tune": 500, "retry_draws": 1, "retry_accept": 0.0}
"""Sampled once: nothing that is asked of such a fit needs chains that have settled."""
QUICK = Laplace(draws=200, points=128, enough_points=1.0, cores=1)


def fit_by_nuts():
    from equitymodel.inference.grouped.nuts import Sampling

    cells, truth = simulate_cells(areas=8, procedures=2, seed=11)
    fit = fit_model(load_model(), cells, seed=5, sampling=Sampling(**ONCE))
    return fit.require_sound(force=True), truth


def fit_quickly():
    cells, _ = simulate_cells(areas=8, procedures=2, seed=11)
    return fit_model(load_model(), cells, engine="laplace", seed=5, laplace=QUICK)
