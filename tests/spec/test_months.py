"""A length of time is counted in months, and said as it was given."""

import copy

import pandas as pd
import pytest
import xarray as xr

from equitymodel.errors import SpecError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.months import Months, months_in_words, read_months

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("written", ["6w", "6 weeks", " 6 Weeks ", "6week"])
def test_weeks_are_counted_in_months_and_said_as_weeks(written):
    found = read_months(written)
    assert found == pytest.approx(6 * 7 / (365.2425 / 12))
    assert months_in_words(found) == "6 weeks"
    assert months_in_words(copy.deepcopy(found)) == "6 weeks"


@pytest.mark.parametrize(("value", "words"), [(1, "1 month"), ("2m", "2 months"), (0.5, "0.5 months"),
                                              (Months.of_weeks(1), "1 week")])  # fmt: skip
def test_months_are_said_as_months(value, words):
    assert months_in_words(read_months(value)) == words


@pytest.mark.parametrize("value", [-1, "-1w", "soon", None, True, [2], float("nan"), pd.Timestamp("2020-01-01")])
def test_what_is_no_length_of_time_is_refused_with_its_name(value):
    with pytest.raises(SpecError, match="washout is a number of months"):
        Interruption("2023-04", washout=value)


def test_six_weeks_of_a_weekly_series_are_left_out_to_the_week():
    weeks = pd.date_range("2023-01-02", periods=40, freq="7D")
    series = xr.Dataset(coords={"period": weeks}, attrs={"frequency": "weekly"})
    plan = Interruption("2023-04-03", washout="6w", lag="8 weeks")
    design = plan.design(series)
    assert int(design["washout"].sum()) == 6
    assert int((design["level"] > 0).values.argmax()) == 13 + 8
    assert "from 8 weeks on" in str(plan)
    assert "The first 6 weeks are left out" in str(plan)


def test_a_start_inside_a_week_names_a_wash_out_in_weeks_that_helps():
    weeks = pd.date_range("2023-01-02", periods=40, freq="7D")
    series = xr.Dataset(coords={"period": weeks}, attrs={"frequency": "weekly"})
    with pytest.raises(SpecError, match="washout='1w'"):
        Interruption("2023-04-05").design(series)
    assert int(Interruption("2023-04-05", washout="1w").design(series)["washout"].sum()) == 1
