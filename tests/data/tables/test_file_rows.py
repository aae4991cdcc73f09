import numpy as np
import pandas as pd
import pytest

from equitymodel.data.tables.file_rows import hold_anything, keep_filled, name_lines

pytestmark = pytest.mark.unit


def test_rows_are_named_by_their_lines():
    assert name_lines(4, 3).tolist() == ["row 4", "row 5", "row 6"]
    assert name_lines(2, 0).empty


@pytest.mark.parametrize("blank", ["", None, np.nan, pd.NA, pd.NaT])
def test_a_row_of_blanks_holds_nothing_whatever_blanks_are(blank):
    assert hold_anything(pd.DataFrame({"a": ["x", blank], "b": [blank, blank]})).tolist() == [True, False]


def test_numbers_and_categories_hold_something():
    frame = pd.DataFrame({"a": [0.0, np.nan], "b": pd.Categorical(["", ""])})
    assert hold_anything(frame).tolist() == [True, False]


def test_a_table_whose_rows_all_hold_something_is_given_as_it_is():
    frame = pd.DataFrame({"ics": ["QHL", "QOP"], "admissions": ["", "9"]})
    assert keep_filled(frame) is frame
