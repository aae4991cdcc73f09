"""What lasts and what is new every year, and their designs over groups and years."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.inference.grouped.effect_parts import all_parts, cell_design, middles_of_years, parts_of, value_basis
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.predict import draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.spec.share import ShareThatLasts
from tests.inference.laplace.worlds import MODELS, over_years
from tests.inference.procedure_world import together_cells, together_model

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


def test_procedures_share_one_part_of_an_effect_and_each_has_one_of_its_own():
    own, common = parts_of(together_model().effect("ics_level"))
    assert (own.effect.dims, common.effect.dims) == (("ics", "procedure"), ("ics",))
    assert (own.lasts, common.lasts, own.this_year, common.this_year) == (False, True, False, False)
    assert (common.variable, common.effect.spread_variable) == ("ics_level_of_all_procedures_effect", "ics_level_sd")
    assert own.sum_to_zero == common.sum_to_zero == "ics"


def test_the_share_is_the_correlation_of_two_procedures_and_the_total_their_standard_deviation():
    drawn = draw_prior(together_model(), CELLS, seed=1, draws=6000)
    level = drawn["ics_gradient_effect"] + drawn["ics_gradient_of_all_procedures_effect"]
    standard = (level / drawn["ics_gradient_sd"]).isel(chain=0, ics=0)
    for low, high in ((0.0, 0.2), (0.4, 0.6), (0.8, 1.0)):
        share = drawn["ics_gradient_share"].isel(chain=0)
        here = ((share > low) & (share < high)).values
        covariance = np.cov(standard.values[:, here] if standard.dims[0] == "procedure" else standard.values[here].T)
        assert covariance[0, 1] == pytest.approx((low + high) / 2, abs=0.1)
        assert np.diag(covariance) == pytest.approx(1.0, abs=0.12)


def test_both_engines_name_what_procedures_share_and_turn_it_back():
    cells, spec = together_cells(areas=6, procedures=3), together_model()
    draws = sample_laplace(spec, cells, settings=Laplace(draws=400), seed=1)["posterior"].to_dataset()
    layout = lay_out_cells(spec, cells)
    named = layout.named(layout.free(draws.isel(chain=[0], draw=[0]))[0])
    assert set(named) == set(draws.data_vars)
    for name, values in named.items():
        np.testing.assert_allclose(values, draws[name].isel(chain=0, draw=0).transpose(*layout.dims()[name]), atol=1e-9)
    assert float(abs(draws["ics_level_of_all_procedures_effect"].sum("ics")).max()) < 1e-9


def test_ratios_hold_both_parts():
    cells, spec = together_cells(areas=6, procedures=3), together_model()
    drawn, name = draw_prior(spec, cells, seed=1, draws=5), "ics_gradient_of_all_procedures_effect"
    without = drawn.assign({name: drawn[name] * 0.0})
    added = np.log(draw_ratios(spec, drawn, cells) / draw_ratios(spec, without, cells))
    line = drawn[name] * (cells["position"] - 0.5)
    np.testing.assert_allclose(added, line.broadcast_like(added).transpose(*added.dims), atol=1e-12)


def test_a_procedure_without_counts_follows_the_others_of_its_ics():
    """Where procedures go together its level is learned; where the share is held near none it is not."""
    cells, spec = together_cells(areas=12, procedures=3), together_model()
    first = cells["ics"].values[0]
    high = cells["admissions"].where(cells["ics"] != first, cells["admissions"] * 2.0)
    hidden = (cells["ics"] == first) & (cells["procedure"] == cells["procedure"].values[-1])
    cells = cells.assign(admissions=high.where(~hidden).transpose(*cells["admissions"].dims))
    risen = {}
    for share in (ShareThatLasts(40.0, 1.0), ShareThatLasts(1.0, 400.0)):
        level = replace(spec.effect("ics_level"), share_of_procedures=share)
        model = replace(spec, effects=(*(each for each in spec.effects if each.name != "ics_level"), level))
        draws = sample_laplace(model, cells, settings=Laplace(draws=400), seed=1)["posterior"].to_dataset()
        log_ratio = np.log(draw_ratios(model, draws, cells)).mean(["chain", "draw", "deprivation"])
        risen[share.a] = float((log_ratio.sel(ics=first) - log_ratio.mean("ics")).isel(procedure=-1))
    assert risen[40.0] > 0.4
    assert abs(risen[1.0]) < 0.1
