from pathlib import Path

import pandas as pd
import pytest

from equitymodel.data.series.read_series import read_series
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.read_tables import read_admissions
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
CASES = Path(__file__).parents[5] / "shared" / "cases"
have_cases = pytest.mark.skipif(not CASES.exists(), reason="the cases are not there")
ROWS = pd.DataFrame({
    "WeekEnding": ["20220102", "20220102", "20220109", "20220109"], "HSCP": "S37000001", "HSCPQF": "",
    "SIMDQuintile": ["1", "2"] * 2, "AdmissionType": "Planned", "AdmissionTypeQF": "",
    "NumberAdmissions": ["7", "", "9", "5"], "NumberAdmissionsQF": ["", "c", "", ""],
})  # fmt: skip


def test_an_empty_count_with_a_qualifier_is_what_the_qualifier_says():
    with pytest.raises(EquityDataError, match=r"C05[\s\S]*index 1: '\[c\]'"):
        read_admissions(ROWS)
    frame = read_admissions(ROWS, small_numbers="lt5").frame
    assert frame[["admissions_low", "admissions_high"]].iloc[1].tolist() == [1, 4]
    assert frame["admissions"].tolist()[2:] == [9, 5]


def test_an_empty_count_without_a_qualifier_is_empty():
    with pytest.raises(EquityDataError, match="C03"):
        read_admissions(ROWS.assign(NumberAdmissionsQF=""))


def test_totals_that_are_marked_as_derived_are_left_out_and_said():
    every = ROWS.assign(AdmissionType="All", AdmissionTypeQF="d", NumberAdmissions="99")
    table = read_admissions(pd.concat([ROWS, every], ignore_index=True), small_numbers="lt5")
    assert len(table.frame) == 4
    assert "4 rows of totals" in next(item for item in table.findings if item.rule == "F19").rows[0]


def test_a_count_that_is_marked_is_still_a_count():
    table = read_admissions(ROWS.assign(NumberAdmissions="8", NumberAdmissionsQF="d"))
    assert table.frame["admissions"].tolist() == [8] * 4


def test_two_columns_of_areas_are_asked_about_and_one_may_be_left_out():
    both = ROWS.assign(HB="S08000015", HBQF="")
    with pytest.raises(EquityDataError, match=r"columns hscp and hb may both be 'ics'"):
        read_admissions(both, small_numbers="lt5")
    assert set(read_admissions(both, small_numbers="lt5", ignore_columns=("hb",)).frame["ics"]) == {"S37000001"}


def test_the_index_is_that_of_scotland():
    later = ROWS.assign(WeekEnding=["20220116", "20220116", "20220123", "20220123"])
    with pytest.raises(EquityDataError, match="D10"):
        read_series(pd.concat([ROWS, later], ignore_index=True), small_numbers="lt5", groups=Deprivation("IMD 2019"))


@have_cases
def test_the_case_is_a_series_with_suppressed_counts_and_no_zeros():
    series = read_series(CASES / "phs_layout.csv", small_numbers="lt5", groups=Deprivation("SIMD 2020"))
    hidden = series["admissions_low"] < series["admissions_high"]
    assert int(hidden.sum()) == 40
    assert series["admissions_low"].where(hidden).max() == 1
    assert not (series["admissions"] == 0).any()
    assert SeriesFacts.of(series).deprivation_index == "SIMD 2020"
    with pytest.raises(EquityDataError, match="C05"):
        read_series(CASES / "phs_layout.csv")
