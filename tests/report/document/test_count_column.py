import pandas as pd

from equitymodel.report.disclosure.in_disguise import InDisguise
from equitymodel.report.document.count_column import CountColumn


def test_rows_of_totals_become_margins():
    rows = pd.DataFrame({"ics": ["A"] * 3, "group": [1, 2, "All"], "n": [3, 20, 23], "people": [100, 200, 300]})
    table = CountColumn("n", ("ics", "group"), population="people").table("t", rows)
    assert table.margins == (("ics",),)
    assert table.frame["n"].tolist() == [3, 20]


def test_a_column_in_disguise_is_hidden_with_its_count():
    column = CountColumn("n", ("g",), in_disguise=(InDisguise("rate", per="people"),), beside=("crude",))
    assert column.hidden_fields == ("n", "rate", "crude")
    assert set(column.fields) == {"g", "n", "rate", "people", "crude"}
