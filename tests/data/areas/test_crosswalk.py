import numpy as np
import pandas as pd
import pytest

from equitymodel.data.areas.carry_table import carry_table
from equitymodel.data.areas.crosswalk import read_crosswalk
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
    walk = read_crosswalk(pd.DataFrame(SPLIT))
    with pytest.raises(OptionError, match="no weight of A for group 3; add its rows"):
        walk.shares("A", [1, 2, 3])
    with pytest.raises(OptionError, match="split by groups 1, 2, and these are 1; give counts by the groups"):
        walk.shares("A", [1])


def test_where_nothing_is_known_of_small_areas_parts_may_still_differ():
    assert read_crosswalk(pd.DataFrame(SPLIT)).concentration("A", [1, 2]) == pytest.approx(199)


def by_age(**change):
    rows = {"from": "A", "to": ["B", "C"] * 2, "group": "1", "age": ["0-64", "0-64", "65+", "65+"],
            "weight": [0.5, 0.5, 0.2, 0.8]}  # fmt: skip
    return pd.DataFrame({**rows, **change})


def test_weights_by_age_are_those_of_the_band_that_holds_an_age():
    walk = read_crosswalk(by_age())
    assert walk.strata_of("A") == ("age_band",)
    assert walk.shares("A", [1], age_band="70-74")["B"].tolist() == [0.2]
    assert walk.shares("A", [1], age_band="00-04", sex="M")["B"].tolist() == [0.5]
    with pytest.raises(OptionError, match="column people"):
        walk.shares("A", [1])


def test_people_by_age_give_weights_and_those_of_all_ages_are_their_mean():
    walk = read_crosswalk(by_age(people=[300, 100, 20, 80]).drop(columns="weight"))
    assert walk.shares("A", [1], age_band="0-64")["B"].tolist() == [0.75]
    assert walk.shares("A", [1])["B"].tolist() == [320 / 500]
    younger, older = 20 / 65 * np.array([300, 100]), np.array([20, 80])
    held = walk.shares("A", [1], age_band="45+").loc[1].to_numpy()
    np.testing.assert_allclose(held, (younger + older) / (younger + older).sum())


def test_weights_may_be_by_sex_too():
    both = [
        by_age(sex=sex, weight=weight) for sex, weight in (("F", [0.5, 0.5, 0.2, 0.8]), ("M", [0.1, 0.9, 0.3, 0.7]))
    ]
    walk = read_crosswalk(pd.concat(both))
    assert walk.strata_of("A") == ("age_band", "sex")
    assert walk.shares("A", [1], age_band="65+", sex="M")["B"].tolist() == [0.3]
    assert walk.shares("A", [1], age_band="65+", sex="F")["B"].tolist() == [0.2]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (by_age(weight=[0.5, 0.5, 0.2, 0.7]), r"A, group 1, 65\+: 0.9"),
        (by_age(age=["0-64", "0-64", "60+", "60+"]), "S03"),
        (by_age(age=["0-64", "0-64", "old", "old"]), "S02"),
        (by_age(sex=["F", "F", "", ""]), "by age or sex in some rows"),
        (by_age(people=[3, 1, -2, 8]), "people 0 or more"),
    ],
)
def test_weights_by_age_without_meaning_are_refused(rows, says):
    with pytest.raises(EquityDataError, match=f"(?s){says}"):
        read_crosswalk(rows)
