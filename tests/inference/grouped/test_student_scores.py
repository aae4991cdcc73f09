"""Student t values from normal scores: against the distribution function, and there and back."""

import numpy as np
import pytest
from scipy import stats

from equitymodel.inference.grouped.student_scores import from_heavy, to_heavy

pytestmark = pytest.mark.unit
SCORES = np.array([-30.0, -8.0, -1.0, -1e-6, 0.0, 0.3, 2.0, 12.0, 30.0])


def test_values_have_the_quantiles_of_student_s_distribution():
    values = np.array([to_heavy(score)[0] for score in SCORES])
    np.testing.assert_allclose(stats.t(2).cdf(values[:7]), stats.norm.cdf(SCORES[:7]), rtol=1e-9)
    np.testing.assert_allclose(values, -values_of(-SCORES), rtol=1e-12)


def values_of(scores):
    return np.array([to_heavy(score)[0] for score in scores])


def test_the_slope_is_that_of_the_transform():
    for score in SCORES[1:-1]:
        step = 1e-6
        slope = (to_heavy(score + step)[0] - to_heavy(score - step)[0]) / (2 * step)
        assert to_heavy(score)[1] == pytest.approx(slope, rel=1e-6)


def test_it_is_undone_far_out_in_both_tails():
    np.testing.assert_allclose(from_heavy(values_of(SCORES)), SCORES, rtol=1e-9, atol=1e-15)
