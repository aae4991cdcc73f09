"""Coefficients of covariates: the density is that of the PyMC model, and the fast engine draws what sampling draws."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.inference.grouped.covariate_terms import covariate_coefficients
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.nuts import Sampling, sample, start_from
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.vocabulary import SAMPLE_DIMS
from tests.inference.covariate_world import OF_PROCEDURE, supplied_cells, supplied_model
from tests.inference.grouped.test_grouped_pymc import compare_densities

pytestmark = pytest.mark.mcmc


@pytest.fixture(scope="module")
def spec():
    """Coefficients of all procedures, and of each."""
    model = supplied_model()
    return replace(model, effects=(*model.effects, OF_PROCEDURE))


def test_the_compiled_density_is_that_of_the_pymc_model(spec):
    for expected in (4.0, 150.0):
        compare_densities(spec, supplied_cells(areas=5, expected=expected))


def test_the_fast_engine_draws_coefficients_as_sampling_does(spec):
    """Means within a tenth of a standard deviation, and standard deviations within a twentieth."""
    cells = supplied_cells()
    quick = sample_laplace(spec, cells, settings=Laplace(draws=4000), seed=1)["posterior"].to_dataset()
    layout = lay_out_cells(spec, cells)
    long = Sampling(draws=6000, tune=1000, target_accept=0.9)
    exact = sample(layout, sampling=long, seed=1, start=start_from(layout, quick))["posterior"].to_dataset()
    for name in ("beds", "distance"):
        ours, theirs = (covariate_coefficients(spec, draws, cells)[name] for draws in (quick, exact))
        sd = theirs.std(SAMPLE_DIMS)
        assert float(np.abs((ours.mean(SAMPLE_DIMS) - theirs.mean(SAMPLE_DIMS)) / sd).max()) < 0.1
        np.testing.assert_allclose(ours.std(SAMPLE_DIMS) / sd, 1.0, atol=0.05)
