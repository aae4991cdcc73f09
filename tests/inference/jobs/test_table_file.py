import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.inference.jobs.table_file import read_table, write_table

pytestmark = pytest.mark.unit
TABLE = pd.DataFrame({
    "number": [0.1 + 0.2, np.nan, np.inf, -1e-300],
    "count": [1, 2, 3, 2**60],
    "known": [True, False, True, True],
    "word": ["a", None, "ç\n", ""],
    "day": pd.to_datetime(["2020-01-01", None, "2020-03-01 12:30:00.000001", "1999-12-31"], format="ISO8601"),
    "mixed": pd.Series([1, "b", None, 2.5], dtype=object),
    "short": np.array([1, 2, 3, 4], dtype="float32"),
})  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [TABLE, TABLE.set_axis([3, 1, 4, 1]), TABLE.set_index("word"), TABLE.iloc[:0], TABLE[[]], TABLE.set_index("day")],
)
def test_a_table_comes_back_as_it_was(tmp_path, table):
    path = tmp_path / "a"
    write_table(table, path)
    pd.testing.assert_frame_equal(read_table(path), table, check_exact=True)


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for name in "ab":
        write_table(TABLE.copy(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_would_not_come_back_is_refused(tmp_path):
    refused = {
        "one level": TABLE.set_index(["word", "count"]),
        "named by text": TABLE.rename(columns={"word": 1}),
        "kind category": TABLE.astype({"word": "category"}),
        "holds a list": TABLE.assign(mixed=[[1], [2], [3], [4]]),
    }
    for words, table in refused.items():
        with pytest.raises(OptionError, match=words):
            write_table(table, tmp_path / "a")
