import pandas as pd
import pytest

from equitymodel.data.areas.board_succession import board_succession
from equitymodel.data.areas.carry_table import carry_table
from equitymodel.data.areas.crosswalk import read_crosswalk
from equitymodel.data.series.read_series import read_series
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
