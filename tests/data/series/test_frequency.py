"""Frequencies are found whatever the first date, through gaps, and time is counted in whole periods."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.series.frequency import FREQUENCIES, find_frequency, frequency_named
from equitymodel.data.series.periods import read_periods
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit

STEPS = {"monthly": "MS", "quarterly": "QS", "weekly": "7D"}
frequencies = st.sampled_from(list(STEPS))
days = st.dates(pd.Timestamp("1980-01-01").date(), pd.Timestamp("2060-01-01").date())


def dates(first, frequency, number=30):
    return pd.date_range(first, periods=number, freq=STEPS[frequency])


@given(days, frequencies)
def test_the_frequency_is_found_whatever_the_first_date(first, frequency):
    assert find_frequency(dates(first, frequency)) == frequency


@given(days, frequencies, st.sets(st.integers(1, 28), max_size=6))
def test_a_few_gaps_do_not_change_it(first, frequency, gone):
    kept = dates(first, frequency).delete(sorted(gone))
    assert find_frequency(kept) == frequency


@given(days, frequencies)
def test_time_is_counted_in_whole_periods_that_lie_end_to_end(first, frequency):
    each, starts = FREQUENCIES[frequency], dates(first, frequency)
    np.testing.assert_allclose(each.elapsed(starts), np.arange(30), atol=1e-9)
    assert each.ends(starts)[:-1].equals(starts[1:])
    assert each.between(starts[0], starts[-1]).equals(starts)


@given(days, st.sampled_from(["monthly", "quarterly"]))
def test_labels_are_read_back_as_the_periods_they_name(first, frequency):
    starts = dates(first, frequency)
    labels = pd.Series([FREQUENCIES[frequency].label(start) for start in starts])
    log = DataLog()
    read, found = read_periods(labels, log)
    assert read.tolist() == starts.tolist()
    assert found.name == frequency
    assert not log.findings


@given(days)
def test_a_mondays_week_is_read_as_it_is_and_a_sundays_as_the_week_it_ends(first):
    mondays = pd.date_range(first, periods=5, freq="W-MON")
    for shift in (0, 6):
        labels = pd.Series((mondays + pd.Timedelta(days=shift)).strftime("%Y-%m-%d"))
        assert read_periods(labels, DataLog())[0].tolist() == mondays.tolist()


@pytest.mark.parametrize(("step", "found"), [("D", "other"), ("YS", "other"), ("2D", "other"), ("10D", "other"),
                                             ("14D", "weekly"), ("6MS", "quarterly")])  # fmt: skip
def test_other_lengths_of_period(step, found):
    assert find_frequency(pd.date_range("2020-01-02", periods=12, freq=step)) == found


def test_an_unknown_frequency_suggests_a_known_one():
    with pytest.raises(OptionError, match="Did you mean 'weekly'"):
        frequency_named("weakly")


@pytest.mark.parametrize(("name", "months"), [("monthly", 1.0), ("quarterly", 3.0), ("weekly", 84 / 365.2425)])
def test_periods_last_so_many_months_on_average(name, months):
    assert FREQUENCIES[name].in_months == pytest.approx(months)


def test_four_weeks_are_laid_end_to_end_and_have_a_season():
    starts = pd.date_range("2016-01-04", periods=27, freq="28D")
    assert find_frequency(starts) == "four_weekly"
    frequency = FREQUENCIES["four_weekly"]
    assert frequency.ends(starts)[0] == starts[1]
    assert frequency.elapsed(starts).tolist() == list(range(27))
    assert frequency.between(starts[0], starts[-1]).equals(starts)
    assert frequency.per_year == pytest.approx(13.044, abs=1e-3)
    assert frequency.has_season
    assert frequency.label(starts[1]) == "4 weeks from 2016-02-01"


def test_years_have_no_season_and_are_never_found():
    assert not FREQUENCIES["annual"].has_season
    assert find_frequency(pd.date_range("2000-04-01", periods=9, freq="12MS")) == "other"
