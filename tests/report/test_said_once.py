import pandas as pd
import pytest

from equitymodel.report.said_once import COLUMNS, notes_of, regions_of, said_once, with_notes

pytestmark = pytest.mark.unit
ROWS = pd.DataFrame({
    "ics": ["A", "B", "A", "B"], "measure": ["ratio", "ratio", "sum", "sum"], "unit": ["ratio", "ratio", "people", "people"],
    "interval_probability": 0.95, "variant": ["x", "x", None, None], "interval_for": ["one", "two", "one", "two"],
})  # fmt: skip


def notes(table):
    return pd.DataFrame(notes_of("t.csv", said_once(table)), columns=COLUMNS)


def test_what_differs_within_a_measure_stays_on_its_rows():
    assert set(said_once(ROWS)) == {"unit", "interval_probability", "variant"}


def test_what_is_said_once_comes_back():
    shorter = ROWS.drop(columns=list(said_once(ROWS)))
    again = with_notes(shorter, notes(ROWS))[ROWS.columns]
    assert again["interval_probability"].tolist() == [0.95] * 4
    assert again.astype(object).where(again.notna(), None).equals(ROWS.astype(object))


def test_where_nothing_is_said_there_is_no_note():
    assert notes(ROWS)["says"].tolist() == [0.95, "x", "ratio", "people"]


def test_a_table_without_measures_says_once_what_all_rows_say():
    table = ROWS.drop(columns="measure")
    assert said_once(table) == {"interval_probability": {"": 0.95}}


def test_notes_of_an_earlier_version_are_read():
    earlier = pd.DataFrame({"table": ["t.csv"], "column": ["unit"], "on_every_row": ["people"]})
    assert with_notes(ROWS[["ics"]], earlier)["unit"].tolist() == ["people"] * 4


def test_regions_are_given_once_an_area_and_not_at_all_where_they_contradict():
    tables = {
        "a": pd.DataFrame({"ics": ["A", "B"], "region": ["x", "y"]}),
        "b": pd.DataFrame({"ics": ["A"], "region": ["x"]}),
    }
    assert regions_of(tables).to_numpy().tolist() == [["A", "x"], ["B", "y"]]
    assert regions_of(tables | {"c": pd.DataFrame({"ics": ["A"], "region": ["z"]})}).empty
    assert regions_of({"d": ROWS}).empty
