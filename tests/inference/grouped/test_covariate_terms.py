from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells.area_covariates import standardised
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.another_ics import draw_another_ics
from equitymodel.inference.grouped.covariate_terms import covariate_coefficients, covariate_terms
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from tests.inference.covariate_world import BEDS, DISTANCE, OF_PROCEDURE, supplied_cells, supplied_model

pytestmark = pytest.mark.unit
CELLS, SAMPLE = supplied_cells(), ["chain", "draw"]


@pytest.fixture(scope="module")
def fits():
    """One fit that holds covariates at their means in expected admissions, and one in which they count as need."""
    return [fit_model(supplied_model(neutralise=held), CELLS, engine="laplace", seed=1) for held in (True, False)]


def test_coefficients_are_found(fits):
    for name, truth in (("beds", BEDS), ("distance", DISTANCE)):
        found = covariate_coefficients(fits[0].spec, fits[0].posterior, CELLS)[name]
        assert abs(float(found.mean()) - truth) < 3 * float(found.std())
        assert float(found.std()) < 0.06


def test_what_is_fitted_is_the_same_whatever_counts_as_need(fits):
    held, counted = fits
    np.testing.assert_allclose(held.fitted, counted.fitted, rtol=1e-9)
    assert held.expected.identical(CELLS["expected_admissions"].isel(adjustment=-1, drop=True))


def test_what_counts_as_need_is_in_expected_admissions_and_not_in_ratios(fits):
    held, counted = fits
    both = np.exp(sum(held.covariate_terms.values()))
    for moved in (counted.expected / held.expected, held.ratio / counted.ratio):
        np.testing.assert_allclose(moved.isel(procedure=1).transpose(*both.dims), both, rtol=1e-9)
    assert CellFacts.of(counted.cells).adjustment.endswith(", and beds and distance")
    assert (held.counted_covariates, counted.counted_covariates) == ((), ("beds", "distance"))


def test_groups_further_away_have_a_gap_that_is_not_one_once_distance_counts_as_need(fits):
    """Distance is longer for the deprived and lowers use: counted as need, it hides a part of their shortfall."""
    gap = [(each.ratio.isel(deprivation=0) / each.ratio.isel(deprivation=-1)).mean() for each in fits]
    assert float(gap[0]) < float(gap[1]) - 0.1


def test_another_ics_is_predicted_from_the_same_means(fits):
    drawn = [draw_another_ics(each.spec, each.posterior, each.cells, seed=1) for each in fits]
    xr.testing.assert_identical(*drawn)


def test_terms_are_zero_at_the_mean_and_add_procedures_to_the_whole():
    spec = replace(supplied_model(), effects=(*supplied_model().effects, OF_PROCEDURE))
    draws = sample_laplace(spec, CELLS, seed=1)["posterior"].to_dataset()
    term = covariate_terms(spec, draws, CELLS)["beds"]
    whole = draws["covariate_beds_effect"] + draws["beds_of_procedure_effect"]
    xr.testing.assert_allclose(term, (whole * standardised(CELLS, "beds")).transpose(*term.dims))


def test_cells_without_the_covariate_are_refused_by_name():
    with pytest.raises(OptionError, match="the model has a covariate 'beds', which these cells have not"):
        lay_out_cells(supplied_model(), simulate_cells(areas=4, seed=1)[0])
