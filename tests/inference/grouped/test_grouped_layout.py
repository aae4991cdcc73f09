from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.centring import centred_groups
from equitymodel.inference.grouped.effect_parts import all_parts
from equitymodel.inference.grouped.effect_shapes import value_dims
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.simulate.simulated_cells import LocalVariation, simulate_cells
from equitymodel.spec.library import load_model
from tests.inference.laplace.worlds import HEAVY, MODELS, over_years

pytestmark = pytest.mark.unit


@pytest.fixture(params=[*MODELS, *HEAVY, "shared_variation", "years"])
def layout(request):
    cells, _ = simulate_cells(areas=5, procedures=3, seed=2)
    if request.param == "years":
        return lay_out_cells(load_model(), over_years(cells))
    if request.param == "shared_variation":
        return lay_out_cells(replace(load_model("straight_gradients"), overdispersion_over=()), cells)
    own = (MODELS | HEAVY)[request.param]
    return lay_out_cells(own, over_years(cells) if any(not effect.change.constant for effect in own.effects) else cells)


def test_the_gradient_is_that_of_the_density(layout):
    theta = layout.start(3)
    _, gradient = layout.density(theta)
    step = 1e-5
    for at in range(layout.parameters):
        forth, back = theta.copy(), theta.copy()
        forth[at] += step
        back[at] -= step
        slope = (layout.density(forth)[0] - layout.density(back)[0]) / (2 * step)
        assert gradient[at] == pytest.approx(slope, rel=1e-4, abs=1e-3)


def test_effects_sum_to_zero_where_they_should(layout):
    named = layout.named(layout.start(4))
    for part in all_parts(layout.spec):
        if part.sum_to_zero:
            axis = value_dims(part.effect).index(part.sum_to_zero)
            assert np.allclose(named[part.variable].sum(axis=axis), 0, atol=1e-12)


def test_every_variable_has_the_shape_of_its_dimensions(layout):
    named = layout.named(layout.start(4))
    assert {name: array.shape for name, array in named.items()} == {name: layout.shape(name) for name in named}


def test_cells_without_a_known_count_are_left_out():
    cells, _ = simulate_cells(areas=4, seed=1)
    cells["admissions"][0, 0, 0] = np.nan
    cells["offered"][1, 1, 1] = False
    assert lay_out_cells(load_model(), cells).cells.log_expected.size == cells["admissions"].size - 2


def test_free_parameters_come_back_from_named_values(layout):
    """Draw by draw: what begins elsewhere begins at the very place."""
    theta = np.array([layout.start(seed) for seed in range(4)])
    named = [layout.named(one) for one in theta]
    draws = xr.Dataset(
        {
            name: (("chain", "draw", *dims), np.stack([one[name] for one in named]).reshape(2, 2, *layout.shape(name)))
            for name, dims in layout.dims().items()
        }
    )
    np.testing.assert_allclose(layout.free(draws), theta, rtol=1e-9, atol=1e-10)


def test_extra_variation_for_all_is_one_parameter_that_acts_as_equal_ones():
    """Its slope is the sum of theirs, once their priors are set aside."""
    cells, _ = simulate_cells(areas=4, procedures=3, seed=1)
    each, shared = (
        lay_out_cells(replace(load_model("straight_gradients"), overdispersion_over=over), cells)
        for over in (("procedure",), ())
    )
    assert (each.parameters - shared.parameters, shared.shape("extra_variation")) == (2, ())
    assert each.dims()["extra_variation"] == ("procedure",)
    assert shared.dims()["extra_variation"] == ()
    theta, at = shared.start(1), shared.scales.totals - 1
    spread_out = np.concatenate([theta[:at], np.repeat(theta[at], 3), theta[at + 1 :]])
    log_prior = theta[at] - 0.5 * (np.exp(theta[at]) / 0.15) ** 2
    in_prior = 1 - (np.exp(theta[at]) / 0.15) ** 2
    (value, gradient), (other, others) = shared.density(theta), each.density(spread_out)
    assert value - log_prior == pytest.approx(other - 3 * log_prior)
    assert gradient[at] - in_prior == pytest.approx(others[at : at + 3].sum() - 3 * in_prior)
    rest = np.delete(others, range(at, at + 3))
    np.testing.assert_allclose(np.delete(gradient, at), rest, rtol=1e-10, atol=1e-9)
    assert shared.named(theta)["extra_variation"] == pytest.approx(np.exp(theta[at]))


def test_no_known_count_at_all_is_an_error():
    cells, _ = simulate_cells(areas=3, seed=1)
    with pytest.raises(ValueError, match="no cell has a known count"):
        lay_out_cells(load_model(), cells.assign(admissions=cells["admissions"] * np.nan))


def test_values_are_sampled_directly_where_data_tell_them_apart():
    effect = load_model().effect("ics_by_procedure_level")
    rich, _ = simulate_cells(areas=20, expected=2000, variation=LocalVariation(ics_by_procedure_level=0.3), seed=1)
    poor, _ = simulate_cells(areas=20, expected=2, seed=1)
    assert centred_groups(effect, rich).all()
    assert not centred_groups(effect, poor).any()


def test_values_that_hardly_differ_are_not_sampled_directly_however_many_data():
    alike = LocalVariation(ics_by_procedure_level=0.002)
    cells, _ = simulate_cells(areas=20, expected=2000, variation=alike, seed=1)
    assert not centred_groups(load_model().effect("ics_by_procedure_level"), cells).any()


@pytest.mark.parametrize("far", [-900.0, 900.0])
def test_a_place_beyond_all_numbers_is_rejected_and_not_an_error(layout, far):
    value, _ = layout.density(np.full(layout.parameters, far))
    assert not np.isfinite(value) or value < -1e6
