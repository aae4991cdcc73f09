"""Standard deviations as functions of standard normal scores, against the distributions of SciPy."""

import numpy as np
import pytest
from scipy import stats

from equitymodel.inference.grouped.spread_scores import log_spread_slope, spread_quantile, spread_score
from equitymodel.spec.prior import EXPONENTIAL, Prior

pytestmark = pytest.mark.unit
PRIORS = (
    Prior("half_normal", sd=1.0),
    Prior("half_student_t", sd=1.0, degrees_of_freedom=1.0),
    Prior("half_student_t", sd=1.0, degrees_of_freedom=4.0),
    Prior("exponential", mean=1.0),
)
SHAPES = np.array([prior.shape for prior in PRIORS])
SCORES = np.repeat(np.linspace(-5.0, 5.0, 21)[:, None], len(PRIORS), axis=1)


def test_a_quantile_is_that_of_the_prior_at_the_chance_of_the_score():
    chance = stats.norm.cdf(SCORES[4:-4])
    by_hand = np.stack([[prior.quantile(p) for p in own] for prior, own in zip(PRIORS, chance.T, strict=True)], axis=1)
    np.testing.assert_allclose(spread_quantile(SCORES[4:-4], SHAPES), by_hand, rtol=1e-8)


def test_scores_are_the_inverse_of_quantiles():
    np.testing.assert_allclose(spread_score(spread_quantile(SCORES, SHAPES), SHAPES), SCORES, atol=1e-7)


def test_slopes_are_those_of_the_log_of_quantiles():
    step = 1e-5
    up, down = (np.log(spread_quantile(SCORES + side * step, SHAPES)) for side in (1, -1))
    np.testing.assert_allclose(log_spread_slope(SCORES, SHAPES), (up - down) / (2 * step), rtol=1e-4)


def test_scores_beyond_all_reason_stay_finite():
    far = np.array([[-40.0] * 4, [40.0] * 4])
    assert np.isfinite(np.log(spread_quantile(far, SHAPES))).all()
    assert np.isfinite(log_spread_slope(far, SHAPES)).all()
    assert EXPONENTIAL in SHAPES
