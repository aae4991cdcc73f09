"""Rows of a series: what admissions are compared with, which are given twice, and how they are named."""

import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.data.series.series_rows import (
    SeriesRows,
    check_exposure,
    check_rows,
    lay_out_series,
    name_periods,
    read_counts,
)
from equitymodel.data.tables.checked_table import open_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit

STARTS = pd.date_range("2018-01-01", periods=4, freq="MS")


def rows(counts=(5.0, 6, 7, 8), people=100.0):
    cells = {"ics": "All ICSs", "deprivation": "All groups", "procedure": "All procedures"}
    frame = pd.DataFrame({"period": STARTS, "admissions": counts, "population": people, **cells})
    return frame.assign(admissions_low=frame["admissions"], admissions_high=frame["admissions"])


def monthly(frame):
    return SeriesRows(frame, FREQUENCIES["monthly"])


def test_what_admissions_are_compared_with_is_one_of_two():
    check_exposure("expected_admissions")
    with pytest.raises(OptionError, match="Known words: population, expected_admissions"):
        check_exposure("expected")


def opened(**columns):
    table = pd.DataFrame({"period": ["2018-01", "2018-02", "2018-03"], "admissions": ["5", "6", "7"], **columns})
    return open_table("series", table)


def test_without_anything_to_compare_with_the_exposure_is_one_with_a_warning():
    table = opened()
    read_counts(table, "population", "error")
    assert table.frame["population"].tolist() == [1.0] * 3
    assert [found.rule for found in table.log.findings] == ["T19"]
    assert table.frame["ics"].unique().tolist() == ["All ICSs"]


def test_the_other_exposure_is_pointed_to():
    table = opened(expected_admissions=["5", "5", "5"])
    read_counts(table, "population", "error")
    assert "say exposure='expected_admissions'" in table.log.findings[0].rows[0]


def test_rows_given_twice_are_refused_by_the_name_of_their_period():
    twice = pd.concat([rows(), rows().iloc[:1]])
    with pytest.raises(EquityDataError, match=r"T02.*\n.*period 2018-01"):
        check_rows(monthly(twice), 0, DataLog())


def test_the_last_periods_are_left_out_and_three_are_needed():
    log = DataLog()
    kept = check_rows(monthly(rows()), 1, log)
    assert kept.frame["period"].tolist() == STARTS[:3].tolist()
    assert log.findings[0].rows == ("2018-04",)
    with pytest.raises(EquityDataError, match=r"T23.*2 of 4"):
        check_rows(monthly(rows()), 2, DataLog())


def test_where_nobody_lives_there_is_no_cell_and_no_admission():
    log = DataLog()
    empty = rows(counts=(0.0, 6, 7, 8), people=[0.0, 100, 100, 100])
    series = lay_out_series(monthly(empty), "population", log)
    assert series["exposure"].isnull().values.ravel().tolist() == [True, False, False, False]
    assert log.findings == []
    lay_out_series(monthly(rows(people=[0.0, 100, 100, 100])), "population", log)
    assert [(found.rule, found.rows) for found in log.findings] == [("P01", ("period 2018-01",))]


def test_periods_are_named_without_dimensions_that_have_one_label():
    chosen = xr.DataArray([[[[True]], [[False]]]], dims=("period", "ics", "deprivation", "procedure"), coords={
        "period": STARTS[:1], "ics": ["a", "b"], "deprivation": ["All groups"], "procedure": ["All procedures"],
    })  # fmt: skip
    assert name_periods(chosen, FREQUENCIES["quarterly"]) == ["period 2018-Q1, ics a"]
