"""Age bands and sex are read in many spellings, and refused when they are not plain."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.strata import OLDEST, band_edges, band_label, parse_age_bands, parse_sex

pytestmark = pytest.mark.unit


def read_bands(*labels):
    log = DataLog()
    column = pd.Series(labels, index=[f"row {n}" for n in range(2, len(labels) + 2)])
    return parse_age_bands(column, log).tolist(), [(finding.rule, finding.detail) for finding in log.findings]


@pytest.mark.parametrize(
    ("label", "edges"),
    [("65-74", (65, 75)), ("65 to 74", (65, 75)), ("65\u201374", (65, 75)), ("65_74", (65, 75)),
     ("Age 65-74 years", (65, 75)), ("0-4", (0, 5)), ("85+", (85, OLDEST)), ("85 and over", (85, OLDEST)),
     ("90 plus", (90, OLDEST)), ("<18", (0, 18)), ("under 18", (0, 18)), ("7", (7, 8)),
     ("elderly", None), ("", None), ("04-May", None), ("65-", None), ("1000-2000", None)],
)  # fmt: skip
def test_band_edges_of_one_label(label, edges):
    assert band_edges(label) == edges


@given(st.integers(0, 120), st.integers(1, 60))
def test_a_label_says_its_edges(lower, width):
    assert band_edges(band_label(lower, lower + width)) == (lower, lower + width)
    assert band_edges(band_label(lower, OLDEST)) == (lower, OLDEST)


@given(st.lists(st.integers(1, 99), min_size=1, max_size=12, unique=True))
def test_bands_that_follow_one_another_are_accepted_and_sort_by_age(cuts):
    edges = [0, *sorted(cuts), OLDEST]
    labels = [band_label(*pair) for pair in pairwise(edges)]
    read, logged = read_bands(*reversed(labels))
    assert logged == []
    assert sorted(read) == labels


@pytest.mark.parametrize(
    ("labels", "rule", "said"),
    [(("0-64", "60-74", "75+"), "S03", "00-64 and 60-74"), (("0-64", "0-17", "65+"), "S03", "00-17 and 00-64"),
     (("0-64", "66+"), "S04", "between 00-64 and 66+"), (("0-64", "elderly"), "S02", "'elderly'"),
     (("0-64", "04-May"), "S01", "probably '4-5'"), (("0-64", "May-09"), "S01", "probably '5-9'"),
     (("0-64", "Dec-15"), "S01", "probably '12-15'")],
)  # fmt: skip
def test_bands_that_are_not_plain_are_told_apart(labels, rule, said):
    _, logged = read_bands(*labels)
    assert logged[0][0] == rule
    assert said in logged[0][1]


def test_a_label_that_cannot_be_read_is_not_also_called_a_gap():
    _, logged = read_bands("0-64", "Oct-14", "75+")
    assert [rule for rule, _ in logged] == ["S01"]


def test_bands_need_not_begin_at_birth():
    assert read_bands("18-64", "65+") == (["18-64", "65+"], [])


def test_single_years_of_age_are_bands():
    assert read_bands("9", "10", "11+") == (["09-09", "10-10", "11+"], [])


@pytest.mark.parametrize("codes", [("1", "2"), ("M", "F"), ("male", "Female"), ("MEN", "women"), ("Males", "Females")])
def test_sex_in_many_codes(codes):
    log = DataLog()
    assert parse_sex(pd.Series(codes), log).tolist() == ["M", "F"]
    assert [finding.rule for finding in log.findings] == ([] if codes == ("M", "F") else ["S06"])


def test_numeric_sex_codes_are_read_as_the_data_dictionary_has_them():
    assert parse_sex(pd.Series([1, 2]), DataLog()).tolist() == ["M", "F"]


def test_a_sex_code_that_cannot_be_read_names_its_row():
    log = DataLog()
    parse_sex(pd.Series(["F", "ff"], index=["row 2", "row 3"]), log)
    assert [finding.rows for finding in log.findings if finding.rule == "S05"] == [("row 3: 'ff'",)]
