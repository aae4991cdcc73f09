"""How often intervals hold a known truth: counted right, and wider intervals hold more."""

from dataclasses import replace

import pytest
import xarray as xr

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.studies.truth import _count, truth_coverage
from tests.fitted_years import with_years


@pytest.fixture(scope="module")
def quick():
    """A fast fit to a small simulated world, with the truth behind it."""
    cells, truth = simulate_cells(areas=5, procedures=1, seed=11)
    settings = Laplace(draws=200, points=64, enough_points=1.0, cores=1)
    return fit_model(load_model("gap_by_procedure"), cells, engine="laplace", seed=5, laplace=settings), truth


@pytest.mark.unit
def test_every_interval_is_counted_once_and_wider_ones_hold_more(quick):
    fit, truth = quick
    wide, narrow = (truth_coverage(fit, truth, probability=level).set_index("quantity") for level in (0.95, 0.2))
    assert (narrow["share"] <= wide["share"]).all()
    assert narrow["share"].mean() < 0.6 < wide["share"].mean()
    assert wide.loc["rate ratio by ICS and procedure", "intervals"] == fit.cells.sizes["ics"]
    assert (
        wide.loc["fitted admissions of a cell", "intervals"]
        == fit.fitted.sizes["ics"] * fit.fitted.sizes["deprivation"]
    )
    assert (wide["held"] / wide["intervals"]).tolist() == wide["share"].tolist()


@pytest.mark.unit
def test_a_truth_far_away_is_not_held(quick):
    fit, truth = quick
    far = replace(truth, ratio=truth.ratio * 100, fitted=truth.fitted * 100)
    assert truth_coverage(fit, far).set_index("quantity").loc["fitted admissions of a cell", "held"] == 0


@pytest.mark.unit
def test_an_interval_holds_what_lies_at_its_ends():
    draws = xr.DataArray(
        [[[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]], dims=("chain", "draw", "ics"), coords={"ics": ["a", "b"]}
    )
    for truth, held in (([0.0, 2.0], 2), ([-0.1, 2.1], 0)):
        value = xr.DataArray(truth, dims="ics", coords={"ics": ["a", "b"]})
        assert _count("all", draws, value, 1.0) == ("all", 2, held, held / 2, 1.0)


@pytest.mark.mcmc
def test_most_intervals_hold_the_truth(small_fit):
    fit, truth = small_fit
    assert (truth_coverage(fit, truth)["share"] > 0.8).all()


@pytest.mark.unit
def test_of_several_years_the_last_is_held_against_the_truth(quick):
    fit, truth = quick
    assert truth_coverage(with_years(fit), truth).equals(truth_coverage(fit, truth))
