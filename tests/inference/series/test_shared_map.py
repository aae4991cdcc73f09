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
