"""Another ICS in place of each: differences between groups are drawn anew, levels stay."""

import numpy as np
import pytest

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.another_ics import draw_another_ics
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def fit():
    cells, _ = simulate_cells(areas=8, procedures=2, expected=500.0, seed=2)
    return fit_model(load_model(), cells, engine="laplace", laplace=Laplace(draws=250), seed=1)


def test_totals_of_an_ics_stay_and_gaps_are_those_of_any(fit):
    replicates = draw_another_ics(fit.spec, fit.posterior, fit.cells, seed=1)
    assert replicates.dims == fit.fitted.dims
    totals = replicates.sum("deprivation").mean(("chain", "draw")) / fit.fitted.sum("deprivation").mean(
        ("chain", "draw")
    )
    np.testing.assert_allclose(totals.values, 1.0, atol=0.06)
    gap = np.log(replicates.isel(deprivation=0) / replicates.isel(deprivation=-1)) - np.log(
        fit.expected.isel(deprivation=0) / fit.expected.isel(deprivation=-1)
    )
    means = gap.median(("chain", "draw"))
    assert float(means.std("ics").max()) < 0.03  # every ICS is drawn from the same distribution
    assert float(gap.std(("chain", "draw")).min()) > float(np.log(fit.fitted).std(("chain", "draw")).max())
