"""A quick fit by nested Laplace, shared by all files."""

import pytest

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.laplace.settings import Laplace
from tests.inference.laplace.worlds import MODELS, make_world


@pytest.fixture(scope="session")
def quick_fit():
    cells = make_world(areas=4, groups=3, procedures=2, expected=300.0, holes=False)
    quick = Laplace(draws=100, chains=4, points=128, enough_points=1.0, cores=1)
    return fit_model(MODELS["gap_by_procedure"], cells, engine="laplace", seed=7, laplace=quick)
