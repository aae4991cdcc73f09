"""Calendars with the same periods and mask are one; ends are those of the frequency."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.calendar import Calendar
from equitymodel.data.series.frequency import FREQUENCIES

pytestmark = pytest.mark.unit

MONTHS = pd.date_range("2023-01-01", periods=4, freq="MS")


def calendar(starts=MONTHS, masked=(False,) * 4, frequency="monthly"):
    return Calendar(FREQUENCIES[frequency], starts, np.array(masked))


def test_the_same_periods_are_the_same_key():
    assert calendar() == calendar(MONTHS.copy())
    assert len({calendar(), calendar(pd.DatetimeIndex(list(MONTHS)))}) == 1


@pytest.mark.parametrize(
    "other",
    [
        calendar(MONTHS + pd.Timedelta(days=1)),
        calendar(masked=(True, False, False, False)),
        calendar(frequency="quarterly"),
        calendar(MONTHS[:3], (False,) * 3),
    ],
)
def test_other_periods_mask_or_frequency_are_another(other):
    assert calendar() != other


def test_ends_are_the_day_after_the_last():
    assert calendar().ends.tolist() == [*MONTHS[1:], pd.Timestamp("2023-05-01")]


@pytest.mark.parametrize(("day", "ended"), [("2023-01-31", 0), ("2023-02-01", 1), ("2024-01-01", 4)])
def test_a_period_has_ended_on_the_day_after_its_last(day, ended):
    assert calendar().ended_by(day).sum() == ended
