"""A column of qualifiers: an empty count with c is hidden, and a count with r is that count."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.tables.qualifiers import join_qualifiers
from equitymodel.data.tables.read_tables import read_admissions
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit

ROWS = pd.DataFrame({"ics": "S37000001", "deprivation": [1, 2, 3], "procedure": "all planned",
                     "admissions": ["7", "", "12"], "admissions_qf": ["", "c", "r"]})  # fmt: skip


def test_an_empty_count_with_a_qualifier_is_what_the_qualifier_says():
    table = read_admissions(ROWS, areas="any", small_numbers="lt5")
    assert table.frame["admissions_high"].tolist() == [7, 4, 12]
    assert {"C12", "C23"} <= set(table.log["rule"])


def test_nobody_is_told_to_write_zero_for_a_hidden_count():
    with pytest.raises(EquityDataError, match="C05") as error:
        read_admissions(ROWS, areas="any")
    assert "write 0" not in str(error.value)


def test_an_empty_count_without_a_qualifier_is_asked_about_and_the_way_out_works():
    rows = ROWS.assign(admissions_qf="")
    with pytest.raises(EquityDataError, match="C03"):
        read_admissions(rows, areas="any", small_numbers="lt5")
    table = read_admissions(rows, areas="any", small_numbers=SmallNumbers("lt5", markers={"": "suppressed"}))
    assert table.frame["admissions_high"].tolist() == [7, 4, 12]


def test_numbers_keep_their_digits_beside_qualifiers():
    rows = pd.DataFrame({"admissions": [7.0, np.nan, 1204.0], "admissions_qf": ["", "c", None]})
    assert join_qualifiers(rows)["admissions"].tolist() == ["7", "c", "1204"]


def test_tables_without_qualifiers_are_left_as_they_are():
    plain = ROWS.drop(columns="admissions_qf")
    assert join_qualifiers(plain) is plain
    numbers = pd.DataFrame({"admissions": [7.0, np.nan], "admissions_qf": ["", ""]})
    assert join_qualifiers(numbers)["admissions"].dtype == float
