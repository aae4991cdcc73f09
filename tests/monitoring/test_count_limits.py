"""Limits of counts, proportions and rates: worked numbers, and Laney's for large denominators."""

import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.count_limits import Charted, chart_limits, laney_sigma

pytestmark = pytest.mark.unit
COUNTS, SIZES = np.array([12.0, 8, 6, 9, 10]), np.array([100.0, 80, 80, 100, 110])


def test_a_proportion_by_hand():
    limits = chart_limits(Charted.of(COUNTS, SIZES), "p")
    mean = 45 / 470
    assert limits.centre[0] == pytest.approx(mean)
    assert limits.upper[0] == pytest.approx(mean + 3 * np.sqrt(mean * (1 - mean) / 100))
    assert limits.lower[1] == 0.0


def test_a_rate_by_hand():
    limits = chart_limits(Charted.of(COUNTS, SIZES), "u")
    assert limits.upper[1] == pytest.approx(45 / 470 + 3 * np.sqrt(45 / 470 / 80))


def test_a_count_by_hand():
    limits = chart_limits(Charted.of(COUNTS), "c")
    assert (limits.centre[0], limits.upper[0], limits.lower[0]) == pytest.approx((9.0, 18.0, 0.0))


def test_laney_widens_limits_as_much_as_points_vary_more():
    charted = Charted.of(COUNTS, SIZES)
    plain, wider = chart_limits(charted, "u"), chart_limits(charted, "u_prime")
    scores = (charted.values - plain.centre) / np.sqrt(plain.centre / SIZES)
    grown = (wider.upper - wider.centre) / (plain.upper - plain.centre)
    assert grown == pytest.approx(laney_sigma(scores))


def test_points_that_set_no_limits_have_them_too():
    sets = np.array([True, True, True, True, False])
    limits = chart_limits(Charted.of(COUNTS, SIZES), "p", sets=sets)
    assert limits.centre == pytest.approx(35 / 360)


def test_times_between_events_have_limits_on_their_own_scale():
    limits = chart_limits(Charted.of(np.array([286.0, 948, 536, 124, 816, 729, 4, 143])), "t")
    assert limits.lower[0] == 0.0
    assert limits.upper[0] - limits.centre[0] > limits.centre[0] - limits.lower[0]


@pytest.mark.parametrize(("kind", "sets"), [("pp", None), ("p", np.array([True, False, False, False, False]))])
def test_what_has_no_meaning_is_refused(kind, sets):
    with pytest.raises(OptionError):
        chart_limits(Charted.of(COUNTS, SIZES), kind, sets=sets)


@pytest.mark.parametrize("kind", ["p", "p_prime"])
def test_shares_above_1_have_no_limits_and_the_way_out_is_rates(kind):
    charted = Charted.of(np.array([12.0, 60, 8, 10]), np.full(4, 50.0))
    with pytest.raises(OptionError, match="1 shares are above 1"):
        chart_limits(charted, kind)
    assert np.isfinite(chart_limits(charted, kind.replace("p", "u", 1)).upper).all()
