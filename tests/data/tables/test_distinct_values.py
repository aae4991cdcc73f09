import pandas as pd
import pytest

from equitymodel.data.tables.distinct_values import DistinctColumn, as_text, by_distinct, in_text, read_by_distinct
from equitymodel.data.tables.findings import DataLog

pytestmark = pytest.mark.unit


def test_each_distinct_value_is_read_once_and_rows_keep_their_names():
    seen = []

    def read(labels):
        seen.extend(labels)
        return labels.str.upper()

    column = pd.Series(["f", "m", "f", "f"], index=["row 2", "row 3", "row 5", "row 6"], name="sex")
    answer = by_distinct(column, read)
    pd.testing.assert_series_equal(answer, column.str.upper())
    assert seen == ["f", "m"]


def test_missing_values_are_values_too():
    assert by_distinct(pd.Series([1.0, None, 1.0]), lambda numbers: numbers.fillna(9.0)).tolist() == [1.0, 9.0, 1.0]


def test_where_anything_is_found_every_row_of_it_is_named():
    def read(labels, log):
        bad = labels.index[labels == "?"]
        if len(bad):
            log.add("S05", rows=list(bad))
        return labels

    log = DataLog("admissions")
    read_by_distinct(pd.Series(["F", "?", "?"], index=["row 2", "row 3", "row 4"]), read, log)
    assert [(found.rule, found.rows, found.count) for found in log.findings] == [("S05", ("row 3", "row 4"), 2)]


def test_categories_are_read_by_those_that_are_left_and_missing_stays_missing():
    column = pd.Series(pd.Categorical(["m", "f", None, "m", "x"])).iloc[:4]
    seen = []

    def read(labels):
        seen.extend(labels)
        return labels.str.upper()

    answer = by_distinct(column, read)
    assert [label for label in seen if isinstance(label, str)] == ["m", "f"]
    assert in_text(answer).fillna("?").tolist() == ["M", "F", "?", "M"]


def test_as_many_categories_as_a_small_number_holds_and_missing_ones_are_read():
    labels = [f"label {number}" for number in range(128)]
    column = pd.Series(pd.Categorical([None, *reversed(labels)], categories=labels))
    assert in_text(by_distinct(column, lambda values: values)).tolist()[1:] == labels[::-1]
    assert by_distinct(column, lambda values: values).isna().tolist() == [True] + [False] * 128


def test_labels_that_become_one_are_one_category():
    column = pd.Series(pd.Categorical(["f", "F", "m"]))
    answer = by_distinct(column, lambda labels: labels.str.upper())
    assert answer.cat.categories.tolist() == ["F", "M"]
    assert answer.tolist() == ["F", "F", "M"]


def test_what_is_found_of_categories_is_named_by_row():
    def read(labels, log):
        for row in labels.index[labels == "?"]:
            log.add("S05", rows=[row])
        return labels

    log = DataLog()
    column = pd.Series(pd.Categorical(["?", "F"]), index=["row 2", "row 3"])
    assert read_by_distinct(column, read, log).tolist() == ["?", "F"]
    assert [found.rows for found in log.findings] == [("row 2",)]


def test_a_column_says_how_often_and_where_each_value_is_met():
    whole = DistinctColumn.of(pd.Series(["9", "*", "9"], index=["row 2", "row 3", "row 4"]))
    assert whole.times.tolist() == [2, 1]
    assert whole.rows_of(whole.values == "*").to_dict() == {"row 3": "*"}
    assert whole.in_rows(pd.Series([9.0, 1.0])).tolist() == [9.0, 1.0, 9.0]


def test_frames_of_categories_are_written_as_text():
    frame = pd.DataFrame({"sex": pd.Categorical(["F", None, "M"]), "admissions": [1, 2, 3]})
    expected = pd.DataFrame({"sex": pd.Series(["F", None, "M"], dtype="str"), "admissions": [1, 2, 3]})
    pd.testing.assert_frame_equal(as_text(frame), expected)
