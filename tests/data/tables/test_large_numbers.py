import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.large_numbers import LARGEST, LARGEST_COUNT, check_too_large
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("value", "refused"), [(LARGEST, False), (LARGEST * 1.001, True), (-1e308, True), (0, False)])
def test_what_is_beyond_the_limit_is_refused_by_row(value, refused):
    log = DataLog("population")
    check_too_large(pd.Series([5.0, value, np.nan], index=["row 2", "row 3", "row 4"], name="population"), log)
    assert [item.rule for item in log.findings] == ["C40"] * refused
    assert [row[:6] for item in log.findings for row in item.rows] == ["row 3:"] * refused


def test_an_infinite_number_is_no_number_and_recorded_before():
    log = DataLog("population")
    check_too_large(pd.Series([np.inf]), log)
    assert not log.findings


@pytest.mark.parametrize(("admissions", "population"), [(LARGEST_COUNT * 10, 1e5), (100, 1e308)])
def test_series_are_held_against_it_too(admissions, population):
    months = pd.date_range("2020-01-01", periods=30, freq="MS").strftime("%Y-%m")
    rows = pd.DataFrame({"period": months, "admissions": 100, "population": 1e5})
    rows = rows.astype({"admissions": float})
    rows.loc[3, ["admissions", "population"]] = [admissions, population]
    with pytest.raises(EquityDataError, match="C40"):
        read_series(rows)
