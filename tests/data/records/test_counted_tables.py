import numpy as np
import pandas as pd
import pytest

from equitymodel.data.records.counted_tables import CellLayout, whole_years
from equitymodel.data.records.record_selection import RecordSelection

pytestmark = pytest.mark.unit
PLACES = pd.DataFrame({"ics": ["A", "A", "B"], "deprivation": [1, 2, 1]})
LAYOUT = CellLayout(PLACES, ("hernia", "hip"), RecordSelection(age_bands=("0-64", "65+")), "IMD 2025")


def cell(month, place, procedure, band, sex):
    return (((month * 3 + place) * 2 + procedure) * 2 + band) * 2 + sex


def test_numbers_of_cells_are_laid_out_and_written_where_they_belong():
    first = 24267
    cells = np.array([cell(first, 2, 1, 1, 0), cell(first + 11, 0, 1, 0, 1)])
    counts, start = LAYOUT.counts(cells, np.array([5, 7]))
    assert start == first
    rows = LAYOUT.admissions(counts, start).query("admissions > 0").drop(columns="deprivation_index")
    assert rows.values.tolist() == [
        ["2022/23", "A", 1, "hip", "00-64", "M", 7],
        ["2022/23", "B", 1, "hip", "65+", "F", 5],
    ]
    months = LAYOUT.series(counts, start).query("admissions > 0")
    assert months[["period", "ics", "admissions"]].values.tolist() == [["2022-04", "B", 5], ["2023-03", "A", 7]]


def test_no_whole_year_makes_a_table_without_rows():
    counts, start = LAYOUT.counts(np.array([cell(24267, 0, 0, 0, 0)]), np.array([1]))
    assert LAYOUT.admissions(counts, start).empty
    assert len(LAYOUT.series(counts, start)) == 3


@pytest.mark.parametrize(
    ("first", "months", "starts", "expected"),
    [(24267, 12, 4, [24267]), (24267, 11, 4, []), (24264, 24, 1, [24264, 24276]), (24268, 36, 4, [24279, 24291])],
)
def test_whole_years_are_those_with_all_their_months(first, months, starts, expected):
    assert whole_years(first, months, starts) == expected
