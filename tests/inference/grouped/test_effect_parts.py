"""What lasts and what is new every year, and their designs over groups and years."""

import numpy as np
import pytest

from equitymodel.inference.grouped.effect_parts import all_parts, cell_design, middles_of_years, parts_of, value_basis
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from tests.inference.laplace.worlds import MODELS, over_years

pytestmark = pytest.mark.unit
CELLS = simulate_cells(areas=3, procedures=2, seed=1)[0]
YEARS = over_years(CELLS)


def test_an_effect_has_as_many_parts_as_it_has_lives():
    spec = load_model()
    parts = {effect.name: [part.lasts for part in parts_of(effect)] for effect in spec.effects}
    assert parts["ics_deviation"] == [True, False]
    assert parts["ics_by_procedure_deviation"] == [True]
    assert parts["procedure_level"] == [None]
    assert [part.variable for part in all_parts(spec) if part.this_year] == [
        "ics_gradient_this_year_effect", "ics_deviation_this_year_effect",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["need_adjusted", "what_fades", "walks_and_trends", "contrasts_that_last"])
@pytest.mark.parametrize("cells", [CELLS, YEARS], ids=["one year", "three years"])
def test_the_design_is_the_basis_of_named_values_laid_out_over_groups_and_years(name, cells):
    spec = MODELS[name].for_sizes(cells.sizes)
    years = len(middles_of_years(cells))
    for part in all_parts(spec):
        design, basis = cell_design(part, cells), value_basis(part, cells)
        assert design.shape == (5 * years, basis.shape[1])
        tail = [cells.sizes[dim] for dim in part.tail(cells.dims)]
        assert len(basis) == np.prod(tail, dtype=int)
        own = basis.reshape(*tail, -1)
        if not part.effect.shaped:
            own = part.effect.form.basis(cells).reshape(-1, *(1,) * len(tail), 1) * own
        if "period" not in part.tail(cells.dims):
            own = np.repeat(own.reshape(5, 1, -1), years, axis=1)
        np.testing.assert_allclose(design, own.reshape(5 * years, -1))


def test_what_fades_has_the_correlation_of_years_apart():
    part = next(part for part in all_parts(load_model()) if part.variable == "ics_deviation_effect")
    basis = value_basis(part, YEARS)
    covariance = (basis @ basis.T).reshape(5, 3, 5, 3)
    years = YEARS["year"].values
    apart = 0.95 ** np.abs(years[:, None] - years)
    np.testing.assert_allclose(covariance[0, :, 0] / covariance[0, 0, 0, 0], apart, rtol=1e-12)
    assert (part.tail(YEARS.dims), part.tail(CELLS.dims)) == (("deprivation", "period"), ("deprivation",))


def test_noise_of_a_year_is_independent_between_years():
    part = next(part for part in all_parts(load_model()) if part.variable == "ics_gradient_this_year_effect")
    np.testing.assert_array_equal(value_basis(part, YEARS), np.eye(3))
    assert middles_of_years(CELLS).tolist() == [0.0]
