"""Tables that disagree are found out, and those that only look different are read."""

import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.cross_checks import (
    check_counts,
    check_keys,
    name_cells,
    name_few,
    over_cells,
    over_periods,
)
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError
from tests.data.changes import ENDS, IMD, REVERSED, put, read, recode_both, rules_of

pytestmark = pytest.mark.unit


def test_reversed_groups_are_renumbered_when_asked(clean, tables, save):
    cells = read(save(**recode_both("deprivation", REVERSED)(tables)), groups=Deprivation(IMD, 5))
    assert cells.drop_attrs().identical(clean.drop_attrs())
    assert data_log(cells)["detail"].tolist() == ["5 became 1", "5 became 1"]


def test_labels_that_say_their_end_are_read(clean, tables, save):
    cells = read(save(**recode_both("deprivation", ENDS)(tables)))
    assert cells.drop_attrs().identical(clean.drop_attrs())


def published_deciles(reverse):
    """Give the residents of every board by decile, each quintile split in two."""
    people = icb_residents().filter(like="quintile_")
    groups = [(ics, 2 * q + half, row.iloc[q] / 2) for ics, row in people.iterrows() for q in range(5)
              for half in (1, 2)]  # fmt: skip
    frame = pd.DataFrame(groups, columns=["ics", "deprivation", "population"])
    return frame.assign(deprivation=11 - frame["deprivation"]) if reverse else frame


def test_reversed_deciles_are_found_out_by_where_people_live(save):
    people = published_deciles(reverse=True)
    counts = people.assign(procedure="hip", admissions=30).drop(columns="population")
    with pytest.raises(EquityDataError, match=r"D01 in cells: .*fit the published ones when .* reversed"):
        read(save(admissions=counts, population=people))


def test_deciles_the_right_way_round_are_accepted(save):
    people = published_deciles(reverse=False)
    counts = people.assign(procedure="hip", admissions=30).drop(columns="population")
    assert rules_of(read(save(admissions=counts, population=people))) == {"S07"}


def test_areas_any_accepts_other_areas(tables, save):
    scots = recode_both("ics", {"E54000063": "S37000001"})(tables)
    with pytest.raises(EquityDataError, match="not one of the 42 ICBs"):
        read(save(**recode_both("ics", {"E54000063": "E54000052"})(tables)))
    cells = read(save(**scots), areas="any")
    assert cells["region"].sel(ics="S37000001") == "not known"


# Direct


def keyed(table, column, ics="ab", groups=(1, 2)):
    return pd.DataFrame([(place, group, 5.0) for place in ics for group in groups],
                        columns=["ics", "deprivation", column])  # fmt: skip


def key_rules(counts, people, absent="error", group="deprivation"):
    log = DataLog(group=group)
    check_keys(counts, people, absent, log)
    return [found.rule for found in log.findings]


def test_areas_and_groups_of_both_tables_are_the_same():
    counts, people = keyed("admissions", "admissions"), keyed("population", "population")
    assert key_rules(counts, people) == []
    assert key_rules(counts.query("ics == 'a'"), people) == ["G03"]
    assert key_rules(counts.query("ics == 'a'"), people, absent="zero") == []
    assert key_rules(counts, people.query("ics == 'a'"), absent="zero") == ["G03"]
    assert key_rules(counts.query("deprivation == 1"), people) == ["D03"]


def test_groups_without_an_order_are_the_same_two_or_more_in_both_tables():
    counts, people = (keyed(table, table, groups="FM") for table in ("admissions", "population"))
    women = [frame.query("deprivation == 'F'") for frame in (counts, people)]
    assert key_rules(counts, people, group="sex") == []
    assert key_rules(women[0], people, group="sex") == ["U02"]
    assert key_rules(*women, group="sex") == ["U02"]


@pytest.mark.parametrize(("due", "rule"), [(20.0, "C08"), (19.0, "C09")])
def test_an_ics_without_admissions_is_an_error_only_where_many_were_expected(due, rule):
    coords = {"ics": ["a", "b"], "deprivation": [1, 2], "procedure": ["hip"]}
    counts = xr.DataArray([[[0.0], [0.0]], [[90.0], [90.0]]], coords=coords)
    expected = xr.full_like(counts, due / 2).expand_dims(adjustment=["population"])
    log = DataLog()
    totals = xr.Dataset({"admissions_low": counts, "admissions_high": counts})
    check_counts(totals, xr.full_like(counts, 1e5).isel(procedure=0), expected, counts >= 0, log)
    assert [(found.rule, found.rows) for found in log.findings] == [(rule, (f"a, hip: {due:.1f} expected",))]


def test_cells_are_named_as_the_reader_knows_them():
    chosen = xr.DataArray([[True, False]], coords={"ics": ["a"], "deprivation": ["F", "M"]})
    assert name_cells(chosen, chosen * 3.0, group="sex") == ["ics a, sex F: 3"]


@pytest.mark.parametrize(("least", "named"), [(1, ["b: 49"]), (0, ["a: 0", "b: 49"])])
def test_few_are_fewer_than_fifty(least, named):
    assert name_few(xr.DataArray([0.0, 49, 50], {"procedure": ["a", "b", "c"]}, "procedure"), least=least) == named


def test_strata_are_added_up_within_periods_and_periods_by_themselves():
    values = xr.DataArray([[1.0, 2.0], [3.0, 4.0]], dims=("age_band", "period"))
    assert over_cells(values).values.tolist() == [4.0, 6.0]
    assert over_periods(over_cells(values)).item() == 10.0


def test_more_admissions_in_a_stratum_than_its_people_can_have_are_named(tables, save):
    log = data_log(read(save(**put("population", "population", "3", row=6)(tables))))
    assert log["rule"].tolist() == ["P02"]
    assert "age_band 00-64, sex F" in log["rows"].item()
