import pandas as pd
import pytest

from equitymodel.data.areas.board_succession import board_succession
from equitymodel.data.areas.carry_table import carry_table
from equitymodel.data.areas.crosswalk import read_crosswalk
from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.files import load_text_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
WALK = read_crosswalk(pd.DataFrame({
    "from": ["A", "B", "E", "S", "S", "S", "S"], "to": ["C", "C", "E", "F", "G", "F", "G"],
    "group": ["all"] * 3 + ["1", "1", "2", "2"], "weight": [1, 1, 1, 0.25, 0.75, 0.5, 0.5]}))  # fmt: skip
NORTH_LONDON, WEST_LONDON, NEW_LONDON = "E54000028", "E54000027", "E54000071"


def test_people_of_an_area_that_was_split_are_shared_out_by_group():
    table = pd.DataFrame({"ics": ["S", "S", "A"], "deprivation": [1, 2, 1], "population": [1000, 500, 3]})
    carried = carry_table(table, WALK)
    assert carried.astype({"population": float}).sort_values(["ics", "deprivation"]).values.tolist() == [
        ["C", "1", 3.0], ["F", "1", 250.0], ["F", "2", 250.0], ["G", "1", 750.0], ["G", "2", 250.0]]  # fmt: skip


def test_parts_of_one_area_in_two_that_others_went_to_as_well_keep_the_number_of_people():
    walk = read_crosswalk(pd.DataFrame({"from": ["S", "S", "A", "B"], "to": ["F", "G", "F", "G"], "group": "all",
                                        "weight": [0.25, 0.75, 1, 1]}))  # fmt: skip
    table = pd.DataFrame({"ics": ["S", "A", "B"], "deprivation": 1, "population": [1000, 10, 20]})
    assert carry_table(table, walk)[["ics", "population"]].values.tolist() == [["F", "260"], ["G", "770"]]


def test_residents_of_england_are_as_many_on_the_new_boards():
    residents = icb_residents().filter(like="quintile_").set_axis([1, 2, 3, 4, 5], axis=1)
    table = residents.rename_axis("deprivation", axis=1).stack().rename("population").reset_index()
    carried = carry_table(table, board_succession("IMD 2019")).astype({"population": float})
    assert len(carried) == 36 * 5
    assert carried["population"].sum() == pytest.approx(table["population"].sum(), rel=1e-12)


def test_a_row_is_named_by_those_of_the_file_that_it_is_made_of(tmp_path):
    file = tmp_path / "admissions.csv"
    rows = [("A", 1, 60), ("B", 1, 42), ("E", 1, 102)]
    pd.DataFrame(rows, columns=["ics", "deprivation", "admissions"]).to_csv(file, index=False)
    carried = carry_table(file, WALK)
    assert list(carried.index) == ["row 2 and row 3", "row 4"]
    frame, _ = load_text_table(carried, DataLog())
    assert list(frame.index) == ["row 2 and row 3", "row 4"]


def test_counts_of_an_area_that_was_split_are_refused():
    with pytest.raises(EquityDataError, match="A03") as error:
        carry_table(pd.DataFrame({"ics": ["S"], "deprivation": [1], "admissions": [3]}), WALK)
    assert "S became F and G" in str(error.value)


@pytest.mark.parametrize("column", ["admissions", "need_ratio"])
def test_what_cannot_be_added_up_is_refused(column):
    values = ["*", "3"] if column == "admissions" else ["1.2", "0.9"]
    with pytest.raises(EquityDataError, match="A04"):
        carry_table(pd.DataFrame({"ics": ["A", "B"], column: values}), WALK)


def test_hidden_counts_of_areas_that_stay_are_kept_as_they_were_written():
    carried = carry_table(pd.DataFrame({"ics": ["E"], "ics_name": "East", "admissions": ["1-7"]}), WALK)
    assert carried.values.tolist() == [["E", "1-7"]]


def test_a_table_without_areas_is_refused():
    with pytest.raises(OptionError, match="no column ics"):
        carry_table(pd.DataFrame({"period": ["2024-01"], "admissions": [3]}), WALK)


def crossing():
    before = [(f"2026-0{month}", board, group, 40) for month in (1, 2, 3) for board in (NORTH_LONDON, WEST_LONDON)
              for group in (1, 2)]  # fmt: skip
    after = [(f"2026-0{month}", NEW_LONDON, group, 80) for month in (4, 5, 6) for group in (1, 2)]
    return pd.DataFrame([*before, *after], columns=["period", "ics", "deprivation", "admissions"])


def test_a_series_that_crosses_a_change_is_refused_and_read_once_it_is_on_one_footprint():
    with pytest.raises(EquityDataError, match="G02"):
        read_series(crossing())
    series = read_series(carry_table(crossing(), board_succession("IMD 2019")))
    assert series.sizes["ics"] == 1
    assert series["admissions"].values.ravel().tolist() == [80.0] * 12


def test_numerators_and_denominators_of_a_measured_series_are_added_up_each_by_itself():
    table = pd.DataFrame({"period": "2023-01", "ics": ["A", "B", "E"], "numerator": [3, 5, 7],
                          "denominator": [100, 40, 60]})  # fmt: skip
    carried = carry_table(table, WALK)
    assert list(carried) == ["period", "ics", "numerator", "denominator"]
    assert carried.values.tolist() == [["2023-01", "C", "8", "140"], ["2023-01", "E", "7", "60"]]


def test_values_of_a_measured_series_are_not_added_up_and_counts_not_shared_out():
    with pytest.raises(EquityDataError, match=r"(?s)A04.*index 0: 2023-01, C, 3"):
        carry_table(pd.DataFrame({"period": "2023-01", "ics": ["A", "B"], "value": [3, 5]}), WALK)
    with pytest.raises(EquityDataError, match=r"(?s)A03.*column numerator.*S became F and G"):
        carry_table(pd.DataFrame({"ics": ["S"], "numerator": [3], "denominator": [9]}), WALK)


BY_AGE = read_crosswalk(pd.DataFrame({
    "from": ["A", *["S"] * 4], "to": ["C", *["F", "G"] * 2], "group": ["all", *["1"] * 4],
    "age": ["", "0-64", "0-64", "65+", "65+"], "weight": [1, 0.5, 0.5, 0.2, 0.8]}))  # fmt: skip


def people_by_age(**columns):
    return pd.DataFrame({"ics": ["S", "S", "A"], "deprivation": 1, "Age group": ["0 to 64", "65 to 74", "65 to 74"],
                         "population": [1000, 10, 7], **columns})  # fmt: skip


def test_people_by_age_are_shared_out_band_by_band_and_each_band_keeps_its_total():
    carried = carry_table(people_by_age(), BY_AGE).astype({"population": float})
    assert carried.set_index(["ics", "age_band"])["population"].to_dict() == {
        ("C", "65 to 74"): 7, ("F", "0 to 64"): 500, ("G", "0 to 64"): 500, ("F", "65 to 74"): 2, ("G", "65 to 74"): 8}  # fmt: skip


def test_what_weights_lack_is_said_where_the_table_is_read():
    log = DataLog("population")
    load_text_table(carry_table(people_by_age(sex="F"), BY_AGE), log)
    assert [(item.rule, item.rows, item.table) for item in log.findings] == [
        ("A05", ("S: weights have no sex",), "population")]  # fmt: skip
    log = DataLog("population")
    load_text_table(carry_table(people_by_age(sex="F"), WALK_BY_GROUP), log)
    assert log.findings[0].rows == ("S: weights have no age and no sex",)
    assert not carry_table(people_by_age(), BY_AGE).attrs["found"]


WALK_BY_GROUP = read_crosswalk(pd.DataFrame({"from": ["A", "S", "S"], "to": ["C", "F", "G"], "group": "all",
                                             "weight": [1, 0.5, 0.5]}))  # fmt: skip


def test_a_table_of_all_ages_goes_by_the_shares_of_all_ages():
    walk = board_succession("IMD 2025")
    table = pd.DataFrame({"ics": "E54000023", "deprivation": [1, 2, 3, 4, 5], "population": 1e6})
    carried = carry_table(table, walk).astype({"population": float}).set_index(["ics", "deprivation"])["population"]
    assert carried["E54000066", "1"] == pytest.approx(
        1e6 * walk.shares("E54000023", [1, 2, 3, 4, 5]).loc[1, "E54000066"]
    )
