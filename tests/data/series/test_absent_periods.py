"""A row that is absent from a period is what was asked, and keeps its exposure."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.absent_periods import fill_absent
from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.data.series.series_rows import SeriesRows, lay_out_series
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.suppression import SmallNumbers
from tests.data.series_changes import AREAS, MONTHS, only, read

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("absent", "value"), [("zero", 0.0), ("missing", np.nan)])
def test_an_absent_row_is_what_was_asked_and_keeps_its_exposure(absent, value, table):
    series = read(only("period != '2016-05' or deprivation != '2'")(table), small_numbers=SmallNumbers(absent=absent))
    cell = series.sel(period="2016-05-01", deprivation=2, ics=AREAS[0]).squeeze()
    np.testing.assert_equal(cell["admissions"].item(), value)
    assert cell["exposure"] == 2000


def test_absent_exposure_lies_on_the_line_between_its_neighbours(table):
    grown = table.assign(population=table["period"].map({month: 100 + 10 * n for n, month in enumerate(MONTHS)}))
    series = read(
        only("period not in ('2016-05', '2017-12') or deprivation != '2'")(grown),
        small_numbers=SmallNumbers(absent="missing"),
    )
    exposure = series["exposure"].sel(deprivation=2, ics=AREAS[0]).squeeze()
    assert exposure.sel(period="2016-05-01") == 140
    assert exposure.sel(period="2017-12-01") == 320


def test_absent_rows_may_be_suppressed_counts(table):
    series = read(only("index != 3")(table), small_numbers=SmallNumbers("lt5", absent="suppressed"))
    cell = series.isel(period=0).sel(deprivation=4, ics=AREAS[0]).squeeze()
    assert (cell["admissions_low"], cell["admissions_high"]) == (0, 4)


def test_a_cell_without_any_rows_is_no_cell(table):
    gone = only("ics == 'E54000055' or deprivation != '2'")(table)
    series = read(gone, small_numbers=SmallNumbers(absent="zero"))
    cell = series.sel(ics="E54000063", deprivation=2)
    assert cell["admissions"].isnull().all()
    assert cell["exposure"].isnull().all()


def laid_out(gone):
    """Three months of two groups, with some rows that are not there."""
    log = DataLog()
    starts = pd.date_range("2018-01-01", periods=3, freq="MS")
    full = pd.DataFrame(
        [(start, "All ICSs", group, "All procedures", 10.0, 10.0, 10.0, 100.0 * (month + 1))
         for month, start in enumerate(starts) for group in (1, 2)],
        columns=["period", "ics", "deprivation", "procedure", "admissions", "admissions_low", "admissions_high",
                 "population"],
    )  # fmt: skip
    return lay_out_series(SeriesRows(full.drop(index=gone), FREQUENCIES["monthly"]), "population", log), log


def test_absent_rows_are_refused_unless_they_mean_something():
    series, log = laid_out([2])
    fill_absent(series, "error", (np.nan, np.nan), FREQUENCIES["monthly"], log)
    assert [(found.rule, found.rows) for found in log.findings] == [("T12", ("period 2018-02, deprivation 1",))]


def test_absent_rows_take_the_bounds_that_are_given_and_their_neighbours_exposure():
    series, log = laid_out([2, 5])
    filled = fill_absent(series, "suppressed", (0, 4), FREQUENCIES["monthly"], log)
    first, last = filled.isel(period=1).sel(deprivation=1), filled.isel(period=2).sel(deprivation=2)
    for cell, people in ((first, 200), (last, 200)):
        assert (cell["admissions_low"], cell["admissions_high"], cell["exposure"]) == (0, 4, people)
    assert [found.rule for found in log.findings] == ["K09", "T20"]


def test_nothing_is_filled_where_every_row_is_there():
    series, log = laid_out([])
    assert fill_absent(series, "zero", (0, 0), FREQUENCIES["monthly"], log) is series
    assert log.findings == []
