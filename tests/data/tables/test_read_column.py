"""What each row of a column says, before anything is made of it."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.tables.read_column import read_column

pytestmark = pytest.mark.unit


def meanings(*values, **options):
    return read_column(pd.Series(list(values), name="admissions"), {}, **options).meaning.tolist()


def test_each_row_has_one_meaning():
    found = meanings("12", "", "*", "[x]", "[q]", "12c", "5 of 9", "inf", "[note 2]", "p")
    assert found == ["", "empty", "suppressed", "not_available", "unknown", "doubtful", "unreadable", "unreadable",
                     "unknown", "ask"]  # fmt: skip


@pytest.mark.parametrize("values", [[3.0, np.nan], ["3", None], ["3", ""]])
def test_nothing_is_empty_whatever_the_type(values):
    read = read_column(pd.Series(values), {})
    assert read.meaning.tolist() == ["", "empty"]
    assert read.numbers.iloc[0] == 3


def test_infinity_in_numbers_is_no_number():
    assert read_column(pd.Series([1.0, np.inf]), {}).meaning.tolist() == ["", "unreadable"]


def test_stars_beside_a_count_are_notes_unless_stars_hide_counts_in_the_table():
    assert meanings("5*", "12") == ["", ""]
    assert meanings("5*", "*") == ["doubtful", "suppressed"]
    assert meanings("5*", "12", stars_hide=True) == ["doubtful", ""]


def test_what_is_doubtful_gives_no_number():
    assert np.isnan(read_column(pd.Series(["12c"]), {}).numbers.item())


def test_words_for_zero_are_zero():
    assert read_column(pd.Series(["nil"]), {}).numbers.item() == 0


def test_bounds_are_read_from_markers_and_zeros_beside_them():
    read = read_column(pd.Series(["<5", "1-7", "0", "9"]), {})
    assert read.low.tolist()[:2] == [1, 1]
    assert read.high.tolist()[:2] == [4, 7]
    assert read.stated.tolist() == [True, True, False, False]
    assert read_column(pd.Series(["<5", "9"]), {}).low.iloc[0] == 0
    assert read.within_stated(pd.Series([3.0, 8.0, 0.0, 7.0])).tolist() == [True, False, False, True]


def test_a_marker_that_has_no_lower_end_agrees_with_rules_from_zero_or_one():
    read = read_column(pd.Series(["<5", "1-4"]), {})
    assert read.states(1, 4).tolist() == [True, True]
    assert read.states(0, 4).tolist() == [True, False]
    assert read.states(1, 7).tolist() == [False, False]


def test_markers_are_explained_with_who_uses_them_so():
    read = read_column(pd.Series(["[x]", "<5"]), {})
    assert read.explain("not_available") == "'[x]' (Analysis Function: not available)"
    assert read.explain_bounds() == "<5 is 0 to 4"
    assert read.name_rows(read.means("not_available")) == ["0: '[x]'"]
