import numpy as np
import pytest

from equitymodel.inference.series.shared_map import SharedMap

pytestmark = pytest.mark.unit


@pytest.fixture
def dense():
    rng = np.random.default_rng(1)
    return rng.normal(size=(3, 4, 6)) * (rng.random((3, 4, 6)) < 0.4)


def test_only_what_is_not_zero_is_kept_and_nothing_is_lost(dense):
    rng, kept = np.random.default_rng(2), SharedMap.from_dense(dense)
    shared, values = rng.normal(size=(2, 6)), rng.normal(size=(2, 4, 3))
    covariance = rng.normal(size=(2, 6, 6))
    assert len(kept.loading) == np.count_nonzero(dense)
    for found, expected in (
        (kept.forward(shared), np.einsum("fsm,bm->bsf", dense, shared)),
        (kept.backward(values), np.einsum("fsm,bsf->bm", dense, values)),
        (kept.forward_columns(covariance), np.einsum("fsm,bmn->bsfn", dense, covariance)),
        (kept.feature_covariance(covariance), np.einsum("fsm,bmn,gsn->bsfg", dense, covariance, dense)),
    ):
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_a_series_that_nothing_reaches_has_nothing():
    kept = SharedMap.from_dense(np.zeros((2, 3, 4)))
    assert not kept.forward(np.ones((1, 4))).any()
    assert kept.starts.tolist() == [0, 0, 0, 0]


def test_a_map_made_of_columns_or_of_some_series_is_that_of_the_whole_array(dense):
    one_feature = dense * (np.arange(3)[:, None, None] == np.array([2, 0, 1, 1, 0, 2]))
    columns = [one_feature.sum(axis=0)[:, at] for at in range(6)]
    made, whole = SharedMap.from_columns([2, 0, 1, 1, 0, 2], columns, (4, 3, 6)), SharedMap.from_dense(one_feature)
    chosen = np.array([3, 0])
    for found, expected in (
        (made, whole),
        (SharedMap.from_dense(dense).subset(chosen), SharedMap.from_dense(dense[:, chosen])),
    ):
        assert found.shape == expected.shape
        for part in ("series", "feature", "coefficient", "loading", "starts"):
            np.testing.assert_array_equal(getattr(found, part), getattr(expected, part))
    np.testing.assert_array_equal(made.dense, one_feature)


def test_a_map_without_a_coefficient_is_empty():
    made = SharedMap.from_columns([], [], (2, 1, 0))
    assert made.dense.shape == (1, 2, 0)
    assert made.starts.tolist() == [0, 0, 0]
