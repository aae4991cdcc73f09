"""Limits of single values: worked numbers, with and without screening."""

import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.control_limits import ControlLimits, mean_moving_range, mean_ranges, xmr_limits

pytestmark = pytest.mark.unit
EIGHTEEN = np.array([1.0, 2, 1, 2, 10, *[1, 2] * 6, 1])


def test_the_eighteen_points_with_and_without_screening():
    screened, plain = xmr_limits(EIGHTEEN, screen=True), xmr_limits(EIGHTEEN)
    assert [screened.upper[0], screened.centre[0], screened.lower[0]] == pytest.approx(
        [4.6044, 1.9444, -0.7156], abs=5e-5
    )
    assert [plain.upper[0], plain.lower[0]] == pytest.approx([6.9515, -3.0626], abs=5e-5)


def test_near_limits_are_two_thirds_of_the_way():
    limits = ControlLimits.around(np.array([10.0]), np.array([3.0]))
    assert (limits.near_lower[0], limits.near_upper[0]) == (8.0, 12.0)


def test_limits_stay_within_what_a_measure_can_be():
    limits = ControlLimits.around(np.array([0.5]), np.array([0.9]), least=0.0, most=1.0)
    assert (limits.lower[0], limits.upper[0]) == (0.0, 1.0)


def test_many_series_at_once_are_as_one_by_one():
    many = np.random.default_rng(1).standard_t(2, size=(20, 30))
    each = [mean_moving_range(row, screen=True) for row in many]
    assert mean_ranges(many, screen=True) == pytest.approx(each)
    assert (mean_ranges(many, screen=True) < mean_ranges(many)).any()


def test_a_series_that_never_moves_has_no_width():
    assert mean_moving_range(np.ones(5), screen=True) == 0.0


def test_one_value_has_no_limits():
    with pytest.raises(OptionError, match="two values"):
        xmr_limits(np.array([1.0]))
