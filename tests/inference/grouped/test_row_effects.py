"""Row effects are combined where there are more of them than slots, and elimination gives what dense algebra gives."""

import numpy as np
import pytest

from equitymodel.inference.grouped.block_elimination import eliminate
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.grouped.row_effects import CombinedRowEffects, RowEffects
from equitymodel.spec.library import load_model
from tests.inference.laplace.worlds import (
    MODELS,
    curvature_of_pairs,
    densely,
    flatten,
    make_world,
    over_years,
    some_hyper,
    unflatten,
    without_tails,
)

pytestmark = pytest.mark.unit
CLOSE = {"rtol": 1e-8, "atol": 1e-9}
CASES = {
    "one year": (without_tails(load_model("need_adjusted")), make_world(areas=5)),
    "three years": (without_tails(load_model("need_adjusted")), over_years(make_world(areas=4))),
    "what fades": (MODELS["what_fades"], over_years(make_world(areas=3, procedures=4))),
}


@pytest.fixture(params=CASES)
def case(request):
    """A field, two settings of its precision, what it weighs, and the same algebra done densely."""
    spec, cells = CASES[request.param]
    field = lay_out_latent(spec, cells)
    weight = field.known * np.random.default_rng(2).gamma(2.0, 20.0, (len(field.known), 2, 1, *field.sizes))
    precision, dense = field.precision(some_hyper(field)), densely(field)
    matrices = [dense.curvature(weight[:, at], flatten(precision)[at, 0]) for at in range(2)]
    return field, weight, precision, dense, matrices


def test_effects_are_combined_to_no_more_than_slots_which_see_as_much_of_them(case):
    field, _, precision, *_ = case
    rows = RowEffects.of(field, precision)
    assert isinstance(rows, CombinedRowEffects)
    assert rows.combinations <= field.shapes
    assert rows.combinations < len(field.blocks.row)
    matrix, sd = field.loadings.row.matrix, 1.0 / np.sqrt(rows.precision)
    own = rows.loading[:, :, : rows.combinations, : field.shapes]
    seen = np.einsum("...a,as,at->...st", sd**2, matrix, matrix)
    np.testing.assert_allclose(own.swapaxes(-1, -2) @ own, seen, atol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_all_rows_share_the_spreads_of_their_effects_as_combining_them_takes_for_granted(name):
    of = lay_out_latent(MODELS[name], make_world()).sd_index[1]
    np.testing.assert_array_equal(of, np.broadcast_to(of[:, :1], of.shape))


def test_models_with_few_effects_of_rows_are_left_as_they_are():
    field = lay_out_latent(load_model("straight_gradients"), make_world())
    assert type(RowEffects.of(field, field.precision(some_hyper(field)))) is RowEffects


def test_what_is_eliminated_solves_the_dense_system_with_its_sums_held(case):
    field, weight, precision, dense, matrices = case
    elimination = eliminate(field, curvature_of_pairs(field, weight), precision)
    right = np.random.default_rng(3).standard_normal((2, 4, len(dense.mean)))
    found, variances = flatten(elimination.solve(unflatten(field, right))), flatten(elimination.covariance()[0])
    for at, matrix in enumerate(matrices):
        covariance = dense.covariance(matrix)
        np.testing.assert_allclose(found[at], right[at] @ covariance, **CLOSE)
        np.testing.assert_allclose(variances[at, 0], np.diag(covariance), **CLOSE)
    exact = [dense.log_determinant(matrix) for matrix in matrices]
    assert np.diff(elimination.log_determinant) == pytest.approx(np.diff(exact), rel=1e-8, abs=1e-8)


def test_variances_of_cells_are_those_of_the_dense_inverse(case):
    field, weight, precision, dense, matrices = case
    found = eliminate(field, curvature_of_pairs(field, weight), precision).variances()[1]
    for at, matrix in enumerate(matrices):
        exact = np.einsum("cx,xy,cy->c", dense.cells, dense.covariance(matrix), dense.cells)
        np.testing.assert_allclose(found[:, at].ravel(), exact, **CLOSE)


def test_an_effect_with_next_to_no_spread_has_the_variance_of_its_prior(case):
    field, weight, precision, *_ = case
    none = precision.row.copy()
    none[-1] = 1e16
    elimination = eliminate(field, curvature_of_pairs(field, weight), precision._replace(row=none))
    held = field.blocks.row[-1].zero is not None
    expected = 1e-16 * (1.0 - 1.0 / field.sizes[0] if held else 1.0)
    np.testing.assert_allclose(elimination.covariance()[0].row[-1], expected, rtol=1e-6)


def test_batches_are_chosen_and_replaced(case):
    field, weight, precision, dense, _ = case
    curvature = curvature_of_pairs(field, weight)
    both = eliminate(field, curvature, precision)
    last = eliminate(field, curvature[1:], precision.batches(slice(1, 2)))
    right = unflatten(field, np.random.default_rng(5).standard_normal((1, 2, len(dense.mean))))
    for one in (both.batch(1), both.batch(0).replaced(np.array([0]), last)):
        np.testing.assert_allclose(flatten(one.solve(right)), flatten(last.solve(right)), rtol=1e-10, atol=1e-12)


def test_the_combined_give_what_effects_as_they_are_give(case, monkeypatch):
    field, weight, precision, dense, _ = case
    curvature = curvature_of_pairs(field, weight)
    right = unflatten(field, np.random.default_rng(6).standard_normal((2, 2, len(dense.mean))))
    combined = eliminate(field, curvature, precision)
    monkeypatch.setattr(CombinedRowEffects, "combine", lambda _field, effects: effects)
    plain = eliminate(field, curvature, precision)
    np.testing.assert_allclose(flatten(combined.solve(right)), flatten(plain.solve(right)), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(combined.log_determinant, plain.log_determinant, rtol=1e-10)
