"""Fixtures shared by all tests."""

import pytest

from equitymodel.inference.fit import fit_model
from equitymodel.inference.nuts import Sampling
from equitymodel.simulate.counts import simulate_cells
from equitymodel.spec.library import load_model


@pytest.fixture(scope="session")
def small_fit():
    """A real, short fit to a small simulated world, with the truth behind it."""
    cells, truth = simulate_cells(areas=8, procedures=2, seed=11)
    fit = fit_model(load_model(), cells, seed=5, sampling=Sampling(draws=700, tune=500))
    return fit, truth
