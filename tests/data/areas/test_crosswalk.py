import numpy as np
import pandas as pd
import pytest

from equitymodel.data.areas.carry_table import carry_table
from equitymodel.data.areas.crosswalk import crosswalk_of_small_areas, read_crosswalk
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
SPLIT = {"from": "A", "to": ["B", "C"] * 2, "group": ["1", "1", "2", "2"], "weight": [0.25, 0.75, 0.5, 0.5]}


def test_areas_that_go_whole_are_exact_and_those_split_are_flagged():
    walk = read_crosswalk(pd.concat([pd.DataFrame(SPLIT), pd.DataFrame({"from": ["D"], "to": "C", "group": "all",
                                                                        "weight": 1})]))  # fmt: skip
    assert (walk.split, walk.flagged) == (("A",), ("B", "C"))
    assert walk.shares("A", [1, 2])["B"].tolist() == [0.25, 0.5]
    assert walk.shares("D", [1, 2])["C"].tolist() == [1.0, 1.0]
    assert walk.becomes("C") == ("C",)
    assert list(walk.table.columns[:6]) == ["from", "to", "group", "weight", "method", "exact"]


def test_a_part_of_weight_0_is_none_so_that_nothing_is_carried_to_it():
    walk = read_crosswalk(pd.DataFrame({"from": "A", "to": ["B", "C"], "group": "all", "weight": [0, 1]}))
    assert (walk.split, walk.flagged, walk.becomes("A")) == ((), (), ("C",))
    counts = pd.DataFrame({"ics": ["A"], "procedure": "hip", "admissions": ["3"]})
    assert carry_table(counts, walk).values.tolist() == [["C", "hip", "3"]]
    by_group = read_crosswalk(pd.DataFrame({**SPLIT, "weight": [0.0, 1.0, 0.5, 0.5]}))
    assert by_group.shares("A", [1, 2])["B"].tolist() == [0.0, 0.5]


def test_weights_that_were_rounded_add_up_to_the_last_digit():
    walk = read_crosswalk(pd.DataFrame({**SPLIT, "weight": [0.33333, 0.66666, 0.5, 0.5]}))
    assert walk.table.groupby(["from", "group"])["weight"].sum().tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weight": [0.25, 0.70, 0.5, 0.5]}, "group 1: 0.95"),
        ({"weight": [-0.25, 1.25, 0.5, 0.5]}, "0 to 1"),
        ({"weight": ["a quarter", 0.75, 0.5, 0.5]}, "0 to 1"),
        ({"to": ["B", "B", "B", "C"]}, "given twice"),
        ({"group": ["all", "all", "2", "2"]}, "by groups and for all"),
    ],
)
def test_weights_without_meaning_are_refused(change, says):
    with pytest.raises(EquityDataError, match=f"(?s)A01.*{says}"):
        read_crosswalk(pd.DataFrame({**SPLIT, **change}))


def test_cells_that_are_blank_say_that_an_area_goes_whole(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text("from,to,group,weight\nA,B,1,0.25\nA,C,1,0.75\nD,C,,\nE,E, , \n", "utf-8")
    walk = read_crosswalk(file)
    assert (walk.split, walk.becomes("D")) == (("A",), ("C",))
    assert walk.shares("D", [1, 2])["C"].tolist() == [1.0, 1.0]
    assert walk.table.loc[walk.table["from"] == "E", "group"].tolist() == ["all"]
    file.write_text("from,to,group,weight\nA,B,1,\nA,C,1,0.75\n", "utf-8")
    with pytest.raises(EquityDataError, match="A01"):
        read_crosswalk(file)
    file.write_text("from,to,group,weight\nA,B,,\nA,C,,\n", "utf-8")
    with pytest.raises(EquityDataError, match="group all: 2"):
        read_crosswalk(file)


def test_a_column_is_missing():
    with pytest.raises(EquityDataError, match="no column to"):
        read_crosswalk(pd.DataFrame({"from": ["A"]}))


def test_other_groups_than_those_of_the_split_are_refused():
    with pytest.raises(OptionError, match="split by groups 1, 2, and these are 1, 2, 3"):
        read_crosswalk(pd.DataFrame(SPLIT)).shares("A", [1, 2, 3])


def test_small_areas_make_shares_by_group_and_say_how_sure_they_are():
    small = pd.DataFrame({"from": ["A"] * 4 + ["D"], "to": ["B", "C", "C", "C", "D"], "deprivation": [1, 1, 2, 2, 1],
                          "people": [100, 300, 50, 50, 9]})  # fmt: skip
    walk = crosswalk_of_small_areas(small)
    assert walk.split == ("A",)
    assert walk.shares("A", [1, 2])["B"].tolist() == [0.25, 0.0]
    many = 1 / (0.3**2 / np.array([400**2 / (100**2 + 300**2), 2.0]) + 0.1**2 / 2) - 1
    np.testing.assert_allclose(walk.concentration("A", [1, 2]), many)


def test_where_nothing_is_known_of_small_areas_parts_may_still_differ():
    assert read_crosswalk(pd.DataFrame(SPLIT)).concentration("A", [1, 2]) == pytest.approx(199)


@pytest.mark.parametrize("people", [0, -3, 0.5, np.nan, "many", np.inf])
def test_small_areas_where_nobody_lives_are_refused(people):
    small = pd.DataFrame({"from": "A", "to": ["B", "C"], "deprivation": 1, "people": [people, 300]}, index=["x", "y"])
    with pytest.raises(EquityDataError, match=r"(?s)A01 in small areas.*1 or more.*  x") as error:
        crosswalk_of_small_areas(small)
    assert "  y" not in str(error.value)
