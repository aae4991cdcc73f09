"""What one label leaves open is decided by the column, or asked about."""

import pandas as pd
import pytest

from equitymodel.data.series.period_column import read_period_column

pytestmark = pytest.mark.unit


def dates(form, first, periods, freq="MS"):
    return pd.date_range(first, periods=periods, freq=freq).strftime(form).tolist()


@pytest.mark.parametrize(("labels", "order"), [
    (dates("%d/%m/%Y", "2018-01-01", 12), "day"),
    (dates("%d/%m/%y", "2018-01-01", 24), "day"),
    (dates("%d/%m/%Y", "2018-01-01", 4, "QS"), "day"),
    (dates("%d/%m/%Y", "2018-01-31", 12, "ME"), "day"),
    (dates("%m/%d/%Y", "2018-01-01", 24), "month"),
    (dates("%m/%d/%Y", "2018-01-05", 20, "7D"), "month"),
    (dates("%y/%m/%d", "2022-04-01", 9), "year"),
    (["30/04/22", "07/05/22"], "day"),
    (["01/04/2021", "01/04/2022"], "day"),
])  # fmt: skip
def test_dates_are_read_as_the_column_has_them(labels, order):
    assert read_period_column(labels).order == order


@pytest.mark.parametrize("labels", [
    ["01/02/2018"],
    ["01/02/2018", "03/05/2018", "07/11/2018"],
    dates("%m/%d/%Y", "2018-01-01", 12),
    ["13/01/2020", "01/13/2020"],
])  # fmt: skip
def test_dates_that_nothing_decides_are_asked_about_and_read_as_said(labels):
    assert read_period_column(labels).open_order
    said = read_period_column(labels, day_first=True)
    assert not said.open_order
    assert said.order == "day"


@pytest.mark.parametrize(("labels", "kinds"), [
    (["2003-04", "2004-05"], {"year"}),
    (["2010-11", "2022-23"], {"year"}),
    (["2004-05", "2004-06"], {"month"}),
    (["2004-05", "Apr-04"], {"month"}),
    ([f"{year}-04" for year in range(2000, 2018)], {"month"}),
])  # fmt: skip
def test_months_and_years_are_told_apart_by_the_others(labels, kinds):
    column = read_period_column(labels)
    assert {reading.kind for reading in column.readings.values()} == kinds
    assert not column.unread


def test_one_that_may_be_either_is_asked_about():
    assert read_period_column(["2004-05"]).unread["2004-05"][0] == "T24"
    assert read_period_column(["2004-05"], years=True).readings["2004-05"].kind == "year"
    assert read_period_column(["2004-05"], years=False).readings["2004-05"].kind == "month"
