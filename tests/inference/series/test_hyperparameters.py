"""Priors of hyperparameters and their transformations."""

import numpy as np
import pytest
from scipy import stats

from equitymodel.inference.series.hyperparameters import Correlation, StandardDeviation, innovation_log_ratio

pytestmark = pytest.mark.unit


UNBOUNDED = np.array([-3.0, -1.0, 0.5])


def test_the_log_of_a_standard_deviation_has_the_density_of_a_half_normal():
    sd = StandardDeviation("sd", 0.3)
    value = sd.value(UNBOUNDED)
    exact = stats.halfnorm.logpdf(value, scale=0.3) + np.log(value)
    np.testing.assert_allclose(np.diff(sd.log_prior(UNBOUNDED)), np.diff(exact))


def test_the_logit_of_a_correlation_has_the_density_of_a_uniform():
    rho = Correlation("rho", -0.2, 0.98)
    share = (rho.value(UNBOUNDED) + 0.2) / 1.18
    np.testing.assert_allclose(np.diff(rho.log_prior(UNBOUNDED)), np.diff(np.log(share * (1 - share))))
    assert ((rho.value(UNBOUNDED) > -0.2) & (rho.value(UNBOUNDED) < 0.98)).all()


def test_the_innovation_is_what_remains_of_the_marginal_standard_deviation():
    hypers = (StandardDeviation("sd", 0.3), Correlation("rho", 0.0, 1.0), StandardDeviation("ics spread", 0.3))
    ratio = innovation_log_ratio(hypers, np.array([[-1.0, 0.0, -2.0]]))
    assert np.exp(ratio[0, 0]) == pytest.approx(np.sqrt(1 - 0.5**2))
    assert ratio[0, 1:].tolist() == [0.0, 0.0]
