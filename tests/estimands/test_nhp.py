import numpy as np
import pytest
from scipy import stats

from equitymodel.errors import OptionError
from equitymodel.estimands.inequality import share_to_move
from equitymodel.estimands.nhp import corrected, nhp_multipliers
from tests.estimands.strategies import groups

pytestmark = pytest.mark.unit

COUNTS = groups([122, 96, 109, 150, 88])
PEOPLE = groups([154565, 84885, 69171, 77929, 45067])
PUBLISHED = {
    "no_change": [1, 1, 1, 1, 1],
    "level_up": [2.6500, 1.9273, 1.3250, 1.1158, 1],
    "level_down": [1, 0.7636, 0.5250, 0.4421, 0.4200],
    "zero_sum": [1.8500, 1.3455, 0.9250, 0.7789, 0.7400],
}
CORRECTED = {
    "no_change": [0, 0, 0, 0, 0],
    "level_up": [179.8, 69.8, 26.1, 2.2, 0],
    "zero_sum": [80.3, 15.1, -18.5, -48.0, -29.0],
}


def multipliers(route):
    return nhp_multipliers(COUNTS, PEOPLE)["multiplier"].sel(route=route)


@pytest.mark.parametrize("route", PUBLISHED)
def test_multipliers_are_as_published(route):
    np.testing.assert_allclose(multipliers(route), PUBLISHED[route], atol=5e-5)


@pytest.mark.parametrize("route", CORRECTED)
def test_corrected_changes_are_as_published(route):
    np.testing.assert_allclose(corrected(COUNTS, PEOPLE).sel(route=route), CORRECTED[route], atol=0.05)


def test_the_share_to_move_of_the_example_is_as_published():
    change = corrected(COUNTS, PEOPLE).sel(route="zero_sum")
    assert float(abs(change).sum() / (2 * COUNTS.sum())) == pytest.approx(0.16893, abs=5e-6)
    assert float(share_to_move(COUNTS, PEOPLE)) == pytest.approx(0.16893, abs=5e-6)


def test_the_published_zero_sum_adds_13_percent_and_the_corrected_one_nothing():
    added = float((COUNTS * (multipliers("zero_sum") - 1)).sum() / COUNTS.sum())
    assert added == pytest.approx(0.13, abs=0.005)
    assert float(corrected(COUNTS, PEOPLE).sel(route="zero_sum").sum()) == pytest.approx(0, abs=1e-9)


def test_the_published_level_up_asks_for_more_than_the_best_observed_rate_does():
    published = float((COUNTS * (multipliers("level_up") - 1)).sum())
    assert published == pytest.approx(343.1, abs=0.05)
    assert float(corrected(COUNTS, PEOPLE).sel(route="level_up").sum()) == pytest.approx(277.8, abs=0.05)


def test_levelling_down_to_a_line_below_zero_takes_everything():
    rate = np.array([0.0001, 0.0002, 0.0010, 0.0030, 0.0060])
    down = nhp_multipliers(groups(rate * 1e6), groups(np.full(5, 1e6)))["multiplier"].sel(route="level_down")
    np.testing.assert_allclose(down, [1, 0, 0, 0, 0], atol=1e-12)


def test_the_p_value_is_that_of_the_slope():
    order, rate = np.arange(1, 6), np.round(COUNTS.values / PEOPLE.values, 4)
    slope, start = np.polyfit(order, rate, 1)
    spread = np.sqrt(((rate - start - slope * order) ** 2).sum() / 3 / 10)
    result = nhp_multipliers(COUNTS, PEOPLE)
    assert float(result["p_value"]) == pytest.approx(2 * stats.t.sf(slope / spread, 3))
    assert bool(result["kept"])


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ([122, 96, 109, 150, 49], "fewer than 50 admissions in a group"),
        ([300, 150, 100, 90, 60], "a slope that favours the most deprived"),
        ([122, 300, 60, 150, 80], "a p-value above 0.05"),
    ],
)
def test_the_filter_sets_aside(counts, why):
    assert not bool(nhp_multipliers(groups(counts), PEOPLE)["kept"]), why


def test_fewer_than_three_groups_are_refused():
    with pytest.raises(OptionError, match="at least 3 groups"):
        nhp_multipliers(COUNTS[:2], PEOPLE[:2])


def test_a_method_for_gradients_refuses_two_groups_as_an_option():
    with pytest.raises(OptionError, match="at least 3 groups"):
        nhp_multipliers(groups([60, 70]), groups([1000, 1000]))
