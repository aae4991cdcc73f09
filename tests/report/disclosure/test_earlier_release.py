"""What was released comes back as it was, hidden cells hidden."""

import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.earlier_release import RELEASED, read_released, write_released
from equitymodel.report.disclosure.protect import protect

pytestmark = pytest.mark.unit


def test_a_release_comes_back_with_its_totals_and_what_was_hidden(tmp_path):
    frame = pd.DataFrame({"ics": ["A", "B", "C"], "admissions": [12, 22, 6]})
    table = CountTable("by_ics", frame, ("ics",), margins="all")
    released = protect([table]).tables
    write_released(released, {"by_ics": (table.dims, table.count)}, tmp_path / RELEASED)
    again = read_released(tmp_path)["by_ics"]
    assert again["ics"].tolist() == ["A", "B", "C", "All"]
    assert again["admissions"].astype(object).where(again["admissions"].notna(), None).tolist() == [10, 20, None, 40]
    assert protect([table], before=read_released(tmp_path)).tables["by_ics"]["admissions_shown"].tolist() == [
        "10", "20", "*", "40",
    ]  # fmt: skip


def test_another_release_into_the_folder_does_not_make_it_forget_the_first(tmp_path):
    path, cells = tmp_path / RELEASED, {"ics": ["A"], "admissions": pd.array([10], dtype="Int64")}
    for name, count in (("Devon", 10), ("Kent", 30), ("Devon", 20)):
        shown = {name: pd.DataFrame(cells).assign(admissions=pd.array([count], dtype="Int64"))}
        write_released(shown, {name: (["ics"], "admissions")}, path)
    kept = {name: table["admissions"].tolist() for name, table in read_released(tmp_path).items()}
    assert kept == {"Devon": [20], "Kent": [30]}


def test_what_is_not_there_or_something_else_is_refused(tmp_path):
    with pytest.raises(OptionError, match="is not there: reports that hold counts write"):
        read_released(tmp_path)
    (tmp_path / "gaps.csv").write_text("ics,estimate\nA,1\n")
    with pytest.raises(OptionError, match="is not what a report released"):
        read_released(tmp_path / "gaps.csv")
