"""The block factorisation of a series against dense algebra."""

import numpy as np
import pytest

from tests.inference.series.dense_series import hyper_of, whole

pytestmark = pytest.mark.unit


def test_variances_and_the_shift_of_means_are_those_of_dense_algebra(field):
    hyper = hyper_of(field)
    modes = field.find_modes(hyper)
    _, weight = field.score_and_weight(field.count_model(hyper), modes.predictor)
    rows, _, precision = whole(field, hyper, weight[0])
    variance = np.diag(rows @ np.linalg.inv(precision) @ rows.T)
    np.testing.assert_allclose(modes.gaussian.variance()[0].ravel(), variance, rtol=1e-6)
    right = np.random.default_rng(1).normal(size=modes.predictor.shape)
    shift = rows @ np.linalg.solve(precision, rows.T @ right.ravel())
    np.testing.assert_allclose(field.design.predictor(modes.gaussian.solve(right))[0].ravel(), shift, atol=1e-6)


def test_points_do_not_touch_one_another(field):
    hyper = np.concatenate([hyper_of(field), hyper_of(field, sd=0.05, rho=0.7, **{"common sd": 0.05})])
    both = field.find_modes(hyper)
    right = np.random.default_rng(1).normal(size=both.predictor.shape)
    for point in range(2):
        one = field.find_modes(hyper[[point]])
        np.testing.assert_allclose(both.density[point], one.density[0])
        np.testing.assert_allclose(both.predictor[point], one.predictor[0], atol=1e-8)
        np.testing.assert_allclose(both.gaussian.variance()[point], one.gaussian.variance()[0], rtol=1e-6)
        np.testing.assert_allclose(field.design.predictor(both.gaussian.solve(right))[point],
                                   field.design.predictor(one.gaussian.solve(right[[point]]))[0], atol=1e-8)  # fmt: skip
