"""What procedures of an ICS share: the density is that of the PyMC model, and the fast engine draws what sampling draws."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.predict import draw_ratios
from tests.inference.both_engines import apart_and_width, fit_both
from tests.inference.grouped.test_grouped_pymc import compare_densities
from tests.inference.procedure_world import together_cells, together_model

pytestmark = pytest.mark.mcmc


def test_the_compiled_density_is_that_of_the_pymc_model():
    for expected in (4.0, 200.0):
        compare_densities(together_model(), together_cells(areas=5, procedures=3, expected=expected))


def test_the_fast_engine_draws_what_procedures_share_as_sampling_does():
    """Means within a tenth of a standard deviation; widths of ratios and of what is shared within a twentieth."""
    spec, cells = together_model(), together_cells()
    quick, exact = fit_both(spec, cells, draws=4000)

    def summarise(draws):
        names = [name for name in draws if str(name).startswith("ics_") and (
            str(name).endswith(("_sd", "_share", "_of_all_procedures_effect")))]  # fmt: skip
        return xr.Dataset({name: draws[name] for name in names} | {"ratio": np.log(draw_ratios(spec, draws, cells))})

    apart, width = apart_and_width(summarise(quick), summarise(exact))
    assert len(apart) == 7
    for name in apart.data_vars:
        assert float(apart[name].max()) < 0.1, name
        assert float(width[name].mean()) == pytest.approx(1.0, abs=0.05), name
