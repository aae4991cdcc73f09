import numpy as np
import pytest

from equitymodel.errors import SpecError
from equitymodel.inference.grouped.effect_parts import parts_of
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.predict import draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.grouped.smooth_areas import mixing_of, scaled_root
from equitymodel.spec.effect import Effect
from tests.inference.neighbour_world import MIXING, SPREAD, grid_cells, smooth_model

pytestmark = pytest.mark.unit
SPEC = smooth_model()


def two_graphs():
    """A path of five areas, a triangle, and an island."""
    adjacency = np.zeros((9, 9))
    for first, second in [(0, 1), (1, 2), (2, 3), (3, 4), (5, 6), (6, 7), (5, 7)]:
        adjacency[first, second] = adjacency[second, first] = 1.0
    return adjacency


def test_the_geometric_mean_of_variances_is_one_in_each_component():
    covariance = scaled_root(two_graphs()) @ scaled_root(two_graphs()).T
    variance = np.diag(covariance)
    for here in (slice(0, 5), slice(5, 8), slice(8, 9)):
        assert np.exp(np.log(variance[here]).mean()) == pytest.approx(1.0, rel=1e-12)
    assert np.abs(covariance[:5, 5:]).max() == np.abs(covariance[5:8, 8:]).max() == 0.0


def test_it_is_the_inverse_of_the_structure_within_sums_of_zero():
    covariance = scaled_root(two_graphs()) @ scaled_root(two_graphs()).T
    adjacency = two_graphs()
    structure = (np.diag(adjacency.sum(axis=1)) - adjacency)[:5, :5]
    own = covariance[:5, :5]
    np.testing.assert_allclose(own.sum(axis=0), 0.0, atol=1e-12)
    scale = np.linalg.pinv(structure)[0, 0] / own[0, 0]
    np.testing.assert_allclose(own * scale, np.linalg.pinv(structure), atol=1e-12)
    assert own[0, 1] > own[0, 3]


def test_an_effect_has_a_part_of_its_own_and_one_of_neighbours_and_both_last():
    own, shared = parts_of(SPEC.effect("area_level"))
    assert (own.smooth, shared.smooth, own.this_year, shared.this_year) == (False, True, False, False)
    assert mixing_of(own, grid_cells()) is None


def test_priors_are_alike_for_neighbours():
    cells = grid_cells()
    drawn = draw_prior(SPEC, cells, seed=1, draws=4000)
    standard = (drawn["area_level_of_neighbours_effect"] / drawn["area_level_sd"] / drawn["area_level_share"] ** 0.5)[0]
    root = scaled_root(cells["neighbours"].values)
    np.testing.assert_allclose(np.cov(standard.values.T), root @ root.T, atol=0.15)


def test_both_engines_name_the_same_and_turn_it_back():
    cells = grid_cells(rows=4, columns=3)
    draws = sample_laplace(SPEC, cells, seed=1)["posterior"].to_dataset()
    layout = lay_out_cells(SPEC, cells)
    named = layout.named(layout.free(draws.isel(chain=[0], draw=[0]))[0])
    assert set(named) == set(draws.data_vars)
    for name, values in named.items():
        np.testing.assert_allclose(values, draws[name].isel(chain=0, draw=0).transpose(*layout.dims()[name]), atol=1e-9)
    assert np.abs(draws["area_level_of_neighbours_effect"].sum("ics")).max() < 1e-9


def test_predictions_have_both_parts():
    cells = grid_cells(rows=4, columns=3)
    draws = sample_laplace(SPEC, cells, seed=1)["posterior"].to_dataset()
    with_both = np.log(draw_ratios(SPEC, draws, cells))
    name = "area_level_of_neighbours_effect"
    without = np.log(draw_ratios(SPEC, draws.assign({name: draws[name] * 0.0}), cells))
    np.testing.assert_allclose((with_both - without).isel(deprivation=1, procedure=0), draws[name], atol=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"over": ("procedure",)}, "for a pooled effect of one value that varies over"),
        ({"sum_to_zero": "ics"}, "without a sum"),
        ({"kind": "deviation"}, "of one value"),
        ({"over_years": "walk"}, "the same in every year"),
    ],
)
def test_what_has_no_meaning_is_refused(change, message):
    plain = {"name": "area", "over": ("ics",), "kind": "level", "meaning": "x", "spread": SPREAD}
    with pytest.raises(SpecError, match=message):
        Effect(**{**plain, **change}, share_of_neighbours=MIXING)
