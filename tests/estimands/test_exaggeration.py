"""The error of magnitude: a formula held against a numerical integral, and against the published example."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from equitymodel.errors import OptionError
from equitymodel.estimands.exaggeration import exaggeration

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("change", [0.02, 0.05, 0.2])
@pytest.mark.parametrize("standard_error", [0.02, 0.04, 0.1])
@pytest.mark.parametrize("threshold", [0.975, 0.99])
def test_power_and_ratio_are_those_of_a_numerical_integral(change, standard_error, threshold):
    true, least = np.log1p(change), norm.ppf(threshold) * standard_error
    curve = norm(true, standard_error)
    far = 12 * standard_error + true
    parts = [(-far, -least), (least, far)]
    power = sum(quad(curve.pdf, *part, epsabs=1e-13)[0] for part in parts)
    size = sum(quad(lambda found: abs(found) * curve.pdf(found), *part, epsabs=1e-13)[0] for part in parts)
    found = exaggeration(change, standard_error, threshold=threshold)
    assert found.power == pytest.approx(power, rel=1e-6)
    assert found.ratio == pytest.approx(size / power / true, rel=1e-6)


def test_the_example_of_gelman_and_carlin():
    """A true effect of 2 with a standard error of 8.1: power 0.06 and an exaggeration of 9.7 (their section 3)."""
    found = exaggeration(np.expm1(2.0), 8.1)
    assert found.power == pytest.approx(0.06, abs=0.005)
    assert found.ratio == pytest.approx(9.7, abs=0.25)


def test_a_sentence_is_said_where_power_is_below_a_half_alone():
    assert exaggeration(0.2, 0.03).sentence == ""
    assert exaggeration(0.2, 0.03).ratio == pytest.approx(1, abs=0.01)
    said = exaggeration(0.05, 0.04).sentence
    assert "found in 23 % of cases" in said
    assert "2.1 times as large" in said
    assert exaggeration(0.05, 0.04).to_dict()["power"] < 0.5


@pytest.mark.parametrize(("change", "error"), [(0, 0.1), (0.1, 0), (-0.1, 0.1)])
def test_nothing_true_or_no_error_is_refused(change, error):
    with pytest.raises(OptionError, match="above 0"):
        exaggeration(change, error)
