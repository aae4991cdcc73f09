"""What neighbours share: the density is that of the PyMC model, and the fast engine draws what sampling draws."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.nuts import Sampling, sample, start_from
from equitymodel.inference.grouped.predict import draw_ratios
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.vocabulary import SAMPLE_DIMS
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
    quick = sample_laplace(spec, cells, settings=Laplace(draws=4000, points=1024), seed=1)["posterior"].to_dataset()
    layout = lay_out_cells(spec, cells)
    long = Sampling(draws=6000, tune=1000, target_accept=0.9)
    exact = sample(layout, sampling=long, seed=1, start=start_from(layout, quick))["posterior"].to_dataset()

    def summarise(draws):
        found = {f"area_{kind}": draws[f"area_{kind}_effect"] + draws[f"area_{kind}_of_neighbours_effect"]
                 for kind in ("level", "gradient")}  # fmt: skip
        found["ratio"] = np.log(draw_ratios(spec, draws, cells))
        hyper = [name for name in draws if str(name).startswith("area") and str(name).endswith(("_sd", "_share"))]
        return xr.Dataset(found | {name: draws[name] for name in hyper})

    ours, theirs = summarise(quick), summarise(exact)
    sd = theirs.std(SAMPLE_DIMS)
    apart, width = abs(ours.mean(SAMPLE_DIMS) - theirs.mean(SAMPLE_DIMS)) / sd, ours.std(SAMPLE_DIMS) / sd
    for name in apart.data_vars:
        assert float(apart[name].max()) < 0.1, name
        assert float(width[name].mean()) == pytest.approx(1.0, abs=0.05), name
