"""Ratios of segmented regressions: the delta method, and no number where it would be absurd."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from equitymodel.comparison.segmented_data import segmented_data
from equitymodel.comparison.segmented_fits import SegmentedFit
from equitymodel.comparison.segmented_ratios import average_change, no_ratio, segmented_ratios
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit


def test_the_gradient_of_the_average_is_that_of_its_value(simulated):
    series, truth = simulated
    plan = Interruption(str(truth.plan.start), shape="ramp", ramp_months=6)
    data = segmented_data(series, plan)
    value, gradient = average_change(np.linspace(-0.2, 0.3, len(data.terms)), data)
    numeric = approx_fprime(np.linspace(-0.2, 0.3, len(data.terms)), lambda point: average_change(point, data)[0], 1e-7)
    np.testing.assert_allclose(gradient, numeric, atol=1e-5)
    assert np.isfinite(value)


def _fit_of(level, error, data):
    size = len(data.terms)
    return SegmentedFit(np.eye(size)[0] * level, np.diag(np.eye(size)[0]) * error**2, 0.1)


@pytest.fixture(scope="module")
def step(simulated):
    series, truth = simulated
    return segmented_data(series, truth.plan, slope=False)


def test_a_ratio_has_the_interval_of_its_log(step):
    row = segmented_ratios(_fit_of(0.2, 0.1, step), step, 0.95)[0]
    assert np.log([row["lower"], row["estimate"], row["upper"]]) == pytest.approx([0.004, 0.2, 0.396], abs=1e-4)


@pytest.mark.parametrize(
    ("level", "error", "said"),
    [(14.0, 1.0, "beyond 1,000,000 times"), (-14.0, 1.0, "beyond 1,000,000 times"), (2.0, 6.0, "ran away"),
     (0.2, 0.0, "goes through every point"), (0.2, np.nan, "goes through every point"), (np.inf, 1.0, "beyond")],
)  # fmt: skip
def test_an_absurd_ratio_is_not_estimable(level, error, said, step):
    with np.errstate(all="ignore"):
        row = segmented_ratios(_fit_of(level, error, step), step, 0.95)[0]
    assert np.isnan(row["estimate"])
    assert row["note"].startswith("not estimable: ")
    assert said in row["note"]


def test_a_reason_stands_before_what_was_left_out():
    assert no_ratio("level", "zeros", "2 periods left out")["note"] == "not estimable: zeros; 2 periods left out"
