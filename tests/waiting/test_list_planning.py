import math

import pytest

from equitymodel.errors import OptionError
from equitymodel.waiting import list_planning as planning

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("found", "published"),
    [
        (planning.load(30, 27), 1.11111111),
        (planning.relief_capacity_per_week(30, 1200, 390, 26), 61.153846),
        (planning.target_capacity_per_week(30, 52, factor=3, cv_demand=1.1, cv_capacity=1.2), 30.076442),
        (planning.target_capacity_per_week(4, 52), 4.076923),
        (planning.target_list_size(30, 52), 390),
        (planning.target_list_size(30, 50), 375),
        (planning.target_list_size(30, 50, 6), 250),
        (planning.pressure(63, 52), 2.42307692),
    ],
)
def test_formulas_give_the_published_values(found, published):
    assert found == pytest.approx(published, abs=1e-6)


@pytest.mark.parametrize(
    ("share", "weeks"), [(0.92, 7.1267), (0.8, 11.184), (0.7, 14.951), (0.6, 19.644), (0.5, 25.969)]
)
def test_a_share_within_18_weeks_says_the_mean_wait(share, weeks):
    assert planning.mean_wait_weeks_of_share(share) == pytest.approx(weeks, abs=6e-4)
    assert math.exp(-18 / planning.mean_wait_weeks_of_share(share)) == pytest.approx(1 - share)


def test_a_quarter_of_the_target_leaves_two_in_a_hundred_beyond_it():
    assert planning.target_mean_wait_weeks(52) == 13
    assert planning.share_beyond_target() == pytest.approx(0.0183156, abs=1e-6)
    assert planning.share_beyond_target(6) == pytest.approx(0.0024788, abs=1e-6)


def test_relief_capacity_brings_the_list_to_its_target_in_time():
    weekly = planning.relief_capacity_per_week(30, 1200, 390, 26)
    assert 1200 + 26 * (30 - weekly) == pytest.approx(390)


def test_a_list_is_too_large_above_twice_its_target():
    assert not planning.list_is_too_large(780, 390)
    assert planning.list_is_too_large(781, 390)


@pytest.mark.parametrize(
    ("formula", "arguments"),
    [
        (planning.load, (30, 0)),
        (planning.pressure, (-1, 52)),
        (planning.target_list_size, (math.nan, 52)),
        (planning.target_capacity_per_week, (30, 0)),
        (planning.share_beyond_target, (0,)),
        (planning.relief_capacity_per_week, (30, 1200, 390, 0)),
        (planning.list_is_too_large, (100, 0)),
    ],
)
def test_numbers_that_cannot_be_are_refused_by_name(formula, arguments):
    with pytest.raises(OptionError, match="is a number above 0"):
        formula(*arguments)


@pytest.mark.parametrize("share", [0, 1, 92])
def test_a_share_lies_between_0_and_1(share):
    with pytest.raises(OptionError, match=r"0\.92"):
        planning.mean_wait_weeks_of_share(share)


def test_priorities_have_their_days():
    assert list(planning.PRIORITY_TARGET_DAYS.values()) == [7, 28, 84, 365]
