"""Loadings of components on slots: selections and products give the same, and are each other's transpose."""

import numpy as np
import pytest

from equitymodel.inference.grouped.loadings import FEW, BlockLoadings, Loading, sum_over_columns, sum_over_rows

pytestmark = pytest.mark.unit
RNG = np.random.default_rng(1)
SELECTS = np.eye(4)[[2, 0, 2]]
MIXES = RNG.normal(size=(3, 4))


@pytest.mark.parametrize("matrix", [SELECTS, MIXES], ids=["selects", "mixes"])
def test_taking_and_giving_are_products_with_the_matrix_and_its_transpose(matrix):
    loading = Loading(matrix)
    slots, components = RNG.normal(size=(4, 2, 5)), RNG.normal(size=(3, 2, 5))
    np.testing.assert_allclose(loading.take(slots), np.einsum("cs,sab->cab", matrix, slots))
    np.testing.assert_allclose(loading.give(components), np.einsum("cs,cab->sab", matrix, components))
    for place, take, give in (
        (-2, loading.premultiply, loading.premultiply_transposed),
        (-1, loading.postmultiply, loading.give_last),
    ):
        taken, given = (np.moveaxis(values, 0, place) for values in (loading.take(slots), loading.give(components)))
        np.testing.assert_allclose(take(np.moveaxis(slots, 0, place)), taken)
        np.testing.assert_allclose(give(np.moveaxis(components, 0, place)), given)


def test_a_component_of_one_slot_is_selected_and_others_are_not():
    assert Loading(SELECTS).slots.tolist() == [2, 0, 2]
    assert Loading(MIXES).slots is None
    assert Loading(2.0 * SELECTS).slots is None
    assert Loading(SELECTS).padded(6).matrix.shape == (3, 6)
    assert len(Loading(SELECTS)) == 3


def test_row_column_and_overall_effects_meet_in_pairs():
    row, column, overall = RNG.normal(size=(1, 2, 3, 4)), RNG.normal(size=(3, 2, 3, 5)), RNG.normal(size=(2, 2, 3))
    one = np.eye(2)
    loadings = BlockLoadings(*(Loading(one[at]) for at in ([], [1], [0, 1, 1], [0, 0])))
    total = loadings.over_pairs(row, column, overall)
    assert total.shape == (2, 2, 3, 4, 5)
    assert total[0, 1, 2, 3, 4] == pytest.approx(column[0, 1, 2, 4] + overall[:, 1, 2].sum())
    assert total[1, 0, 0, 2, 1] == pytest.approx(row[0, 0, 0, 2] + column[1:, 0, 0, 1].sum())


@pytest.mark.parametrize("columns", [3, FEW + 1])
def test_sums_are_sums(columns):
    values = RNG.normal(size=(2, 4, columns))
    np.testing.assert_allclose(sum_over_columns(values), values.sum(axis=-1))
    np.testing.assert_allclose(sum_over_rows(values), values.sum(axis=-2))
