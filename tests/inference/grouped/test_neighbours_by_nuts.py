"""What neighbours share: the density is that of the PyMC model, and the fast engine draws what sampling draws."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.predict import draw_ratios
from tests.inference.both_engines import apart_and_width, fit_both
from tests.inference.grouped.test_grouped_pymc import compare_densities
from tests.inference.neighbour_world import grid_cells, smooth_model

pytestmark = pytest.mark.mcmc


@pytest.mark.parametrize("island", [False, True])
def test_the_compiled_density_is_that_of_the_pymc_model(island):
    compare_densities(smooth_model(), grid_cells(rows=4, columns=3, expected=15.0, island=island))


def test_the_fast_engine_draws_areas_as_sampling_does():
    """Means within a tenth of a standard deviation, and widths within a twentieth.

    Widths of spreads and shares are of the integration points, not of draws: with the 110 effective points of the usual
    128 they have an error of one in root 220, 7 %.
    """
    spec, cells = smooth_model(), grid_cells()
    quick, exact = fit_both(spec, cells)

    def summarise(draws):
        found = {f"area_{kind}": draws[f"area_{kind}_effect"] + draws[f"area_{kind}_of_neighbours_effect"]
                 for kind in ("level", "gradient")}  # fmt: skip
        found["ratio"] = np.log(draw_ratios(spec, draws, cells))
        hyper = [name for name in draws if str(name).startswith("area") and str(name).endswith(("_sd", "_share"))]
        return xr.Dataset(found | {name: draws[name] for name in hyper})

    apart, width = apart_and_width(summarise(quick), summarise(exact))
    for name in apart.data_vars:
        assert float(apart[name].max()) < 0.1, name
        assert float(width[name].mean()) == pytest.approx(1.0, abs=0.05), name
