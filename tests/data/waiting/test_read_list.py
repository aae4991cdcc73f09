import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.rules import contract
from equitymodel.data.waiting.read_list import read_list
from equitymodel.errors import EquityDataError, OptionError
from tests.waiting_lists import list_rows

pytestmark = pytest.mark.unit
IMD = Deprivation("IMD 2019")


def read(rows, **options):
    return read_list(rows, **{"groups": IMD, "small_numbers": "exact"} | options)


def changed(column, value, at=1, **columns):
    rows = list_rows(removed=0.1, **columns).astype(object)
    rows.loc[at, column] = value
    return rows


def test_people_lie_by_list_group_priority_and_band():
    table = read(list_rows(removed=0.1))
    assert table["waiting_low"].dims == ("ics", "deprivation", "procedure", "priority", "band")
    assert table["waiting_low"].sel(procedure="hip", deprivation=1).values.ravel().tolist() == [558, 270, 72]
    assert table["added"].sel(procedure="hip").values.ravel().tolist() == [40, 36, 32, 28, 24]
    assert table["band_share"].dims == ("band", "weeks_waited")
    assert set(data_log(table)["rule"]) == {"Q03"}


def test_rows_may_come_in_any_order_and_a_band_without_a_row_holds_nobody():
    rows = list_rows(removed=0.1)
    pd.testing.assert_frame_equal(
        read(rows.sample(frac=1.0, random_state=1))["treated"].to_dataframe(), read(rows)["treated"].to_dataframe()
    )
    fewer = read(rows.drop(index=2))
    assert float(fewer["waiting_high"].sel(procedure="hip", deprivation=1, band="52+").squeeze()) == 0


def test_hidden_counts_are_intervals():
    table = read(changed("waiting", "*"), small_numbers="lt6")
    low, high = (
        table[f"waiting_{end}"].sel(procedure="hip", deprivation=1, band="18-51").squeeze() for end in ("low", "high")
    )
    assert (float(low), float(high)) == (1, 5)


def test_what_is_known_of_the_list_goes_with_it():
    facts = CellFacts.of(read(list_rows()))
    assert facts.deprivation_index == "IMD 2019"
    assert [source.table for source in facts.sources] == ["waiting"]


def test_groups_may_be_others_than_deprivation():
    rows = list_rows(groups=("A", "B")).rename(columns={"deprivation": "ethnicity"})
    table = read(rows, groups=Group("ethnicity", "B"))
    assert table["group"].values.tolist() == ["A", "B"]


ERRORS = [
    ("Q01", changed("weeks_waited", "long")),
    ("Q02", changed("weeks_waited", "20-51")),
    ("Q04", changed("treated", -1)),
    ("Q05", changed("added", 3)),
    ("Q06", changed("priority", "urgent", priority="1")),
    ("Q08", list_rows().drop(columns="treated")),
    ("K01", list_rows().drop(columns="waiting")),
    ("K02", list_rows(trust="RRK")),
    ("K03", pd.concat([list_rows(), list_rows().tail(1)])),
    ("K04", changed("procedure", "total")),
    ("C02", changed("waiting", 10.5)),
]


@pytest.mark.parametrize(("rule", "rows"), ERRORS, ids=[f"{rule}-{at}" for at, (rule, _) in enumerate(ERRORS)])
def test_an_error_names_the_rule_and_the_way_out_and_its_good_twin_is_read(rule, rows):
    with pytest.raises(EquityDataError, match=rule) as error:
        read(rows)
    assert rule in {finding.rule for finding in error.value.findings}
    assert contract()[rule].way_out in str(error.value)
    assert rule not in set(data_log(read(list_rows(removed=0.1)))["rule"])


def test_removals_that_nobody_counted_are_said():
    assert "Q07" in set(data_log(read(list_rows()))["rule"])


def test_a_count_that_is_not_known_at_all_stops():
    with pytest.raises(OptionError, match="are not known"):
        read(changed("waiting", "[x]"), small_numbers="exclude")


def test_a_priority_is_a_dimension():
    rows = pd.concat([list_rows(priority=level, removed=0.1) for level in (1, 2)])
    assert read(rows)["priority"].values.tolist() == [1, 2]
    assert np.isclose(read(rows)["treated"].sum(), 2 * read(list_rows(removed=0.1))["treated"].sum())
