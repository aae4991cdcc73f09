import pandas as pd
import pytest

from equitymodel.data.tables.distinct_values import by_distinct, read_by_distinct
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
