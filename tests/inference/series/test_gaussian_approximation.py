"""The block factorisation of a series against dense algebra."""

import numpy as np
import pytest

from equitymodel.inference.series import series_latent
from tests.inference.series.dense_series import hyper_of, modes_at, whole

pytestmark = pytest.mark.unit


def test_variances_and_the_shift_of_means_are_those_of_dense_algebra(field, monkeypatch):
    monkeypatch.setattr(series_latent, "NEWTON_TOLERANCE", 1e-14)
    hyper = hyper_of(field)
    modes = modes_at(field, hyper)
    _, weight = field.score_and_weight(field.count_model(hyper), modes.start.values)
    rows, _, precision = whole(field, hyper, weight[0])
    variance = np.diag(rows @ np.linalg.inv(precision) @ rows.T)
    np.testing.assert_allclose(modes.gaussian.variance()[0].ravel(), variance, rtol=1e-6)
    right = np.random.default_rng(1).normal(size=modes.start.values.shape)
    shift = rows @ np.linalg.solve(precision, rows.T @ right.ravel())
    np.testing.assert_allclose(field.design.predictor(modes.gaussian.solve(right))[0].ravel(), shift, atol=1e-6)


def test_points_do_not_touch_one_another(field):
    hyper = np.concatenate([hyper_of(field), hyper_of(field, sd=0.05, rho=0.7, **{"common sd": 0.05})])
    both = modes_at(field, hyper)
    right = np.random.default_rng(1).normal(size=both.start.values.shape)
    for point in range(2):
        one = modes_at(field, hyper[[point]])
        np.testing.assert_allclose(both.log_marginal[point], one.log_marginal[0])
        np.testing.assert_allclose(both.start.values[point], one.start.values[0], atol=1e-8)
        np.testing.assert_allclose(both.gaussian.variance()[point], one.gaussian.variance()[0], rtol=1e-6)
        np.testing.assert_allclose(field.design.predictor(both.gaussian.solve(right))[point],
                                   field.design.predictor(one.gaussian.solve(right[[point]]))[0], atol=1e-8)  # fmt: skip


DRAWS = 20_000


def in_errors(drawn, exact):
    """Largest distance of a sample covariance about zero from the exact one, in standard errors."""
    variance = np.diag(exact)
    error = np.sqrt((np.outer(variance, variance) + exact**2) / len(drawn))
    return np.abs((drawn.T @ drawn / len(drawn) - exact) / error).max()


@pytest.fixture(scope="module")
def exact(field):
    """Modes at one point, and the dense covariance of all log means."""
    hyper = hyper_of(field)
    modes = modes_at(field, hyper)
    _, weight = field.score_and_weight(field.count_model(hyper), modes.start.values)
    rows, _, precision = whole(field, hyper, weight[0])
    return modes, rows @ np.linalg.inv(precision) @ rows.T


def test_draws_of_some_series_have_the_covariance_of_dense_algebra(exact):
    modes, covariance = exact
    periods, chosen = modes.start.values.shape[2], np.array([4, 1])
    drawn = modes.gaussian.draw_some(chosen, DRAWS, np.random.default_rng(2))
    assert drawn.shape == (2, DRAWS, periods)
    for number, own in zip(chosen, drawn, strict=True):
        at = slice(number * periods, (number + 1) * periods)
        assert in_errors(own, covariance[at, at]) < 5.5


def test_draws_of_all_series_have_the_joint_covariance_of_dense_algebra(exact):
    modes, covariance = exact
    gaussian = modes.gaussian.for_draws(np.zeros(DRAWS, dtype=int))
    drawn = gaussian.log_means(gaussian.sample(np.random.default_rng(3)))
    assert in_errors(drawn.reshape(DRAWS, -1), covariance) < 5.5


def test_a_series_gets_the_same_draws_whichever_others_are_drawn(exact):
    gaussian = exact[0].gaussian
    some, other = (gaussian.draw_some(np.array(chosen), 50, np.random.default_rng(2)) for chosen in ([4, 1], [0, 4]))
    np.testing.assert_allclose(some[0], other[1], atol=1e-12)
