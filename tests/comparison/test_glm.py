import numpy as np
import pytest
import xarray as xr

from equitymodel.comparison.glm import quasi_poisson_gap
from equitymodel.errors import OptionError
from equitymodel.simulate.simulated_cells import LocalVariation, simulate_cells

pytestmark = pytest.mark.unit


def test_the_gap_of_a_simple_world_is_found():
    quiet = LocalVariation(ics_gradient=0, ics_by_procedure_gradient=0, extra_variation=0.02)
    cells, truth = simulate_cells(areas=40, procedures=2, expected=3000, variation=quiet, seed=4)
    table = quasi_poisson_gap(cells)
    true = (truth.ratio.isel(deprivation=0) / truth.ratio.isel(deprivation=-1)).isel(ics=0)
    assert table["estimate"].to_numpy() == pytest.approx(true.values, rel=0.03)
    assert np.all((table["lower"] < true.values) & (true.values < table["upper"]))


def test_intervals_widen_with_over_dispersion():
    narrow, wide = (
        quasi_poisson_gap(
            simulate_cells(areas=30, expected=500, variation=LocalVariation(extra_variation=cv), seed=4)[0]
        )
        for cv in (0.0, 0.3)
    )
    assert (wide["dispersion"] > 5 * narrow["dispersion"]).all()
    assert ((wide["upper"] / wide["lower"]) > (narrow["upper"] / narrow["lower"])).all()


def test_a_level_outside_0_to_1_is_an_error():
    with pytest.raises(OptionError, match="between 0 and 1"):
        quasi_poisson_gap(simulate_cells(seed=1)[0], confidence=95)


def test_hidden_counts_are_refused(hide):
    with pytest.raises(OptionError, match="needs exact counts"):
        quasi_poisson_gap(hide(simulate_cells(areas=6, expected=12.0, seed=1)[0]))


def test_cells_of_several_years_are_compared_over_all_of_them():
    cells = simulate_cells(areas=8, procedures=1, seed=1)[0]
    twice = xr.concat([cells[["admissions", "expected_admissions", "population"]]] * 2, "period").transpose(
        ..., "period"
    )
    one, both = (quasi_poisson_gap(data) for data in (cells, twice.assign(offered=cells["offered"])))
    assert both["estimate"].to_numpy() == pytest.approx(one["estimate"].to_numpy())
    assert (both["upper"] / both["lower"] < one["upper"] / one["lower"]).all()
