"""What happens to admissions over months has the size and the time it is said to have."""

import numpy as np
import pytest

from equitymodel.simulate import course as happens
from equitymodel.simulate.course import Timeline

pytestmark = pytest.mark.unit
TIME = Timeline(84, start=60, reentry=36)


def level_of(course, month):
    """Give the level of a month as a share of what is usual."""
    return float(np.exp(course(TIME)[month]))


@pytest.mark.parametrize("course", [happens.recovery(0.25, 10), happens.straight_recovery(0.25, 30),
                                    happens.stalled_recovery(0.25, 6, 18), happens.overshoot(0.25, 6, 0.05),
                                    happens.lasting_loss(0.25)])  # fmt: skip
def test_what_the_break_leaves_begins_with_the_fall_at_re_entry_and_not_before(course):
    assert np.all(course(TIME)[:36] == 0)
    assert level_of(course, 36) == pytest.approx(0.75)


def test_recoveries_take_the_time_they_are_said_to_take():
    assert happens.recovery(0.25, 10)(TIME)[46] == pytest.approx(np.log(0.75) / np.e)
    assert happens.straight_recovery(0.25, 30)(TIME)[[51, 66]] == pytest.approx([np.log(0.75) / 2, 0])
    assert happens.stalled_recovery(0.25, 6, 18)(TIME)[54] == pytest.approx(np.log(0.75) * (1 + np.exp(-3)) / 2)
    assert level_of(happens.lasting_loss(0.10), 83) == pytest.approx(0.90)
    assert level_of(happens.overshoot(0.25, 6, 0.05), 48) > 1


def test_growth_ends_where_it_is_said_to_end():
    for course, last in ((happens.growth_until(0.06, 12), 48), (happens.growth_until(0.06, 0), 60)):
        yearly = 12 * np.diff(course(TIME))
        assert yearly[:last] == pytest.approx(0.06)
        assert yearly[last:] == pytest.approx(0)
    levelling = 12 * np.diff(happens.levelling_growth(0.08)(TIME))
    assert levelling[0] == pytest.approx(0.08, rel=0.02)
    assert levelling[30] == pytest.approx(0.04, rel=0.05)
    assert levelling[60:] == pytest.approx(0)
    assert happens.trend(0.067)(TIME)[12] == pytest.approx(0.067)


def test_what_lies_beside_the_start_lies_in_its_months():
    assert np.flatnonzero(happens.held_back(0.12, 3)(TIME)).tolist() == [57, 58, 59]
    assert level_of(happens.held_back(0.12, 3), 58) == pytest.approx(0.88)
    assert np.flatnonzero(happens.shift(-0.08, 9)(TIME))[0] == 51
    assert level_of(happens.surge(1.5, 5), 65) == pytest.approx(1.5)
    assert np.count_nonzero(happens.surge(1.5, 5)(TIME)) == 1


def test_months_that_fill_up_are_the_last_and_dips_come_every_year():
    assert np.exp(happens.filling_up(0.05, 0.10, 0.15)(TIME)[-4:]) == pytest.approx([1, 0.95, 0.90, 0.85])
    assert np.flatnonzero(happens.dips((8, 0.12))(TIME)).tolist() == list(range(8, 84, 12))
    assert np.all(happens.nothing(TIME) == 0)
