import pandas as pd
import pytest

from equitymodel.report.tables.carried_table import HOLDS_PART, carried_table, name_parts
from tests.carried import carried

pytestmark = pytest.mark.unit


def test_each_area_says_what_it_was_and_in_what_shares(quick_fit):
    made = carried(quick_fit)
    third = str(quick_fit.cells["ics_name"].values[2])
    rows = carried_table(made)
    assert rows["goes"].value_counts().to_dict() == {
        "unchanged": quick_fit.cells.sizes["ics"] - 3,
        "whole": 2,
        "part": 2,
    }
    parts = rows[rows["goes"] == "part"].set_index("ics")
    highest = 0.2 + 0.1 * (quick_fit.cells.sizes["deprivation"] - 1)
    assert parts.loc["north", ["lowest_share", "highest_share"]].tolist() == pytest.approx([0.2, highest])
    assert parts.loc["south", ["lowest_share", "highest_share"]].tolist() == pytest.approx([1 - highest, 0.8])
    assert parts["from_name"].tolist() == [third] * 2


def test_rows_of_areas_that_hold_a_part_name_it_and_no_others_do(quick_fit):
    made = carried(quick_fit)
    named = name_parts(made, pd.DataFrame({"ics": ["north", "All ICSs", str(quick_fit.cells["ics"].values[3])]}))
    assert named[HOLDS_PART].tolist() == [str(quick_fit.cells["ics_name"].values[2]), "", ""]
    assert list(name_parts(made, pd.DataFrame({"prior": [1]}))) == ["prior"]
