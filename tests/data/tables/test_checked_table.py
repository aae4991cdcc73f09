"""A table on its way to the contract: columns, numbers, copies, and where it came from."""

import pandas as pd
import pytest

from equitymodel.data.tables.checked_table import open_table
from equitymodel.data.tables.groups import Group
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit

NEED = {"ics": ["a", "b"], "deprivation": ["1", "2"], "procedure": "hip", "need_ratio": ["1.1", "0"]}


def test_columns_are_held_against_the_layout_of_the_table():
    table = pd.DataFrame(NEED).rename(columns={"need_ratio": "need_ratios"})
    with pytest.raises(EquityDataError) as error:
        open_table("need", table)
    assert [finding.rule for finding in error.value.findings] == ["K02", "K01"]
    assert "Did you mean 'need_ratio'" in str(error.value)


def test_the_column_of_the_groups_takes_the_place_of_deprivation():
    table = pd.DataFrame(NEED).rename(columns={"deprivation": "ethnicity"})
    assert open_table("need", table, groups=Group("ethnicity")).frame["deprivation"].tolist() == ["1", "2"]
    with pytest.raises(EquityDataError, match="column 'ethnicity'"):
        open_table("need", pd.DataFrame(NEED), groups=Group("ethnicity"))


def test_numbers_that_are_not_valid_are_named_under_their_rule():
    table = open_table("need", pd.DataFrame(NEED))
    table.read_numbers("need_ratio", "N01", lambda ratio: ratio > 0, detail="of hips")
    assert table.frame["need_ratio"].tolist() == [1.1, 0.0]
    (finding,) = table.log.findings
    assert (finding.rule, finding.detail, finding.rows) == ("N01", "of hips", ("index 1: '0'",))


def test_a_finished_table_keeps_its_log_and_a_broken_one_stops():
    table = open_table("need", pd.DataFrame(NEED), ignore_columns=("trust",))
    assert table.finish("need_ratio").source == "DataFrame"
    table.log.add("N01")
    with pytest.raises(EquityDataError, match="N01"):
        table.finish()


def test_copies_are_found_when_a_table_is_finished():
    twice = pd.concat([pd.DataFrame(NEED)] * 2).assign(need_ratio="1.0")
    table = open_table("need", twice)
    table.read_numbers("need_ratio", "N01", lambda ratio: ratio > 0)
    with pytest.raises(EquityDataError, match=r"K03.*\(4 rows\)"):
        table.finish("need_ratio")


def test_a_source_is_named_without_its_folder(tmp_path):
    (tmp_path / "need.csv").write_text(pd.DataFrame(NEED).to_csv(index=False))
    assert open_table("need", tmp_path / "need.csv").source == "need.csv"
