import numpy as np
import pandas as pd
import pytest

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.waiting.week_bands import WeekBand, read_band, read_bands, spread_over_weeks
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "band"),
    [("7", WeekBand(7, 7)), ("0-17", WeekBand(0, 17)), ("18 to 51 weeks", WeekBand(18, 51)), ("52+", WeekBand(52, None)),
     ("104 +", WeekBand(104, None)), ("17-0", None), ("soon", None), ("<18", None), ("", None)],
)  # fmt: skip
def test_bands_are_read_as_they_are_written(text, band):
    assert read_band(text) == band


@pytest.mark.parametrize("bands", [["0-17", "17-51"], ["0-17", "19+"], ["1-17", "18+"], ["0+", "18"]])
def test_bands_follow_one_another_from_week_0_on(bands):
    with pytest.raises(EquityDataError, match="Q02"):
        read_bands(pd.Series(bands), DataLog("waiting"))


def test_a_band_that_cannot_be_read_is_named_with_its_row():
    with pytest.raises(EquityDataError, match=r"Q01 in waiting(?s:.*)'soon'"):
        read_bands(pd.Series(["0-17", "soon"], index=["row 2", "row 3"]), DataLog("waiting"))


def test_single_weeks_are_not_spread_and_wide_bands_are_said():
    log = DataLog("waiting")
    read_bands(pd.Series(["0", "1", "2"]), log)
    assert log.findings == []
    read_bands(pd.Series(["0-17", "18+"]), log)
    assert [finding.rule for finding in log.findings] == ["Q03"]


def test_people_of_a_band_are_spread_over_its_weeks_and_none_is_lost():
    bands = read_bands(pd.Series(["0-17", "18-51", "52+"]), DataLog("waiting"))
    shares = spread_over_weeks(bands, np.array([900.0, 680.0, 100.0]))
    assert shares.sum(axis=1) == pytest.approx([1, 1, 1])
    assert shares[0, :18].tolist() == [1 / 18] * 18
    weekly = np.array([900.0, 680.0, 100.0]) @ shares
    assert weekly[52] == pytest.approx(weekly[51], rel=0.01)
    assert (np.diff(weekly[52:]) < 0).all()


def test_an_open_band_without_people_falls_fast():
    shares = spread_over_weeks([WeekBand(0, 0), WeekBand(1, None)], np.array([5.0, 0.0]))
    assert shares[1, 1] == pytest.approx(0.5)
