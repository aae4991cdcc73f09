"""What was masked and repaired is said, with its reason and its rows."""

import pandas as pd
import pytest

from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import read_series
from equitymodel.data.series.reading_sentences import reading_sentences

pytestmark = pytest.mark.unit


def series(labels, **asked):
    rows = pd.DataFrame({"period": labels, "admissions": 100, "population": 1000})
    return read_series(rows, periods=Periods(**asked))


def test_masked_periods_are_named_with_the_break_that_masks_them():
    months = pd.date_range("2019-10-01", periods=24, freq="MS").strftime("%Y-%m")
    said = reading_sentences(series(months))
    assert said[0].startswith("Left out of every fit: 2020-03 to 2021-")
    assert "'england_pandemic'" in said[0]
    assert said[-1] == "Nothing was repaired when the table was read."


def test_a_break_of_one_s_own_and_no_break():
    months = pd.date_range("2016-01-01", periods=24, freq="MS").strftime("%Y-%m")
    own = pd.DataFrame({"start": ["2016-05-10"], "end": ["2016-05-20"]})
    assert reading_sentences(series(months, breaks=own))[0].startswith("Left out of every fit: 2016-05, one period")
    assert reading_sentences(series(months, breaks=None))[0] == "No period is masked."


def test_repairs_are_said_with_their_rule_and_rows():
    ends = pd.date_range("2016-01-31", periods=24, freq="ME").strftime("%d/%m/%Y")
    said = " ".join(reading_sentences(series(ends)))
    assert "Repaired when read (T11, 24 rows)" in said
    assert "dates have the day first" in said
