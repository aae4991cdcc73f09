import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.document.blocks import DataTable
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.explorer.cube import BETWEEN, cube_of

ROWS = pd.DataFrame({
    "ics": ["b", "a", "b"], "year": ["2020", "2021", "2021"],
    "estimate": [0.5, 0.6, 0.7], "lower": [0.4, 0.5, 0.6], "upper": [0.6, 0.7, 0.8],
})  # fmt: skip
COLUMNS = (Column("ics", ("ics",)), Column("year", ("year",)), estimate("interval", decimals=1))


def cube(rows=ROWS):
    return cube_of(DataTable("gaps", "Gaps", COLUMNS, rows), ["ics", "of", "year"])


def test_every_text_stands_where_its_labels_say():
    made = cube()
    texts, years = made.values["interval"].split(BETWEEN), made.dims["year"]
    for row, printed in zip(ROWS.to_dict("records"), COLUMNS[2].texts(ROWS), strict=True):
        place = made.dims["ics"].index(row["ics"]) * len(years) + years.index(row["year"])
        assert texts[place] == printed


def test_what_has_no_row_is_empty_and_labels_keep_their_order():
    assert cube().dims == {"ics": ["b", "a"], "year": ["2020", "2021"]}
    assert cube().values["interval"].split(BETWEEN)[2] == ""


def test_a_table_of_one_label_is_a_list():
    table = DataTable("areas", "Areas", COLUMNS[:2], ROWS.iloc[:2])
    assert cube_of(table, ["ics"]).written == {
        "dims": {"ics": ["b", "a"]},
        "values": {"year": "2020\n2021"},
        "often": (),
    }


def test_two_rows_of_one_label_are_refused():
    with pytest.raises(OptionError, match="two rows of one ics, year"):
        cube(pd.concat([ROWS, ROWS.iloc[:1]]))


def test_a_line_end_in_a_text_does_not_move_those_after_it():
    rows = ROWS.iloc[:2].assign(year=["first\nyear", "2021"])
    table = DataTable("areas", "Areas", COLUMNS[:2], rows)
    assert cube_of(table, ["ics"]).values["year"].split(BETWEEN) == ["first year", "2021"]


def test_what_stands_in_many_cells_is_written_once():
    rows = pd.DataFrame({"ics": list("abcd"), "said": ["could be chance", "could be chance", "9", "could be chance"]})
    table = DataTable("routes", "Routes", (Column("ics", ("ics",)), Column("said", ("said",))), rows)
    made = cube_of(table, ["ics"])
    assert made.often == ("could be chance",)
    assert made.values["said"].split(BETWEEN) == ["\t0", "\t0", "9", "\t0"]
