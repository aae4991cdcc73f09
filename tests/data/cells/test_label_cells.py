"""What the groups are is found out and put in order; areas keep the names that tables give them."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.label_cells import CellTables, area_coords, find_group, label_cells
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.groups import Group
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit


def tables(group="deprivation", other=None, labels=("1", "2")):
    frame = pd.DataFrame({"ics": "E54000055", "deprivation": list(labels)})
    both = [CheckedTable(name, frame, (), "", "a.csv", group=own)
            for name, own in (("admissions", group), ("population", other or group))]  # fmt: skip
    return CellTables(*both)


def found(groups, **options):
    log = DataLog()
    return find_group(tables(**options), groups, log), [finding.rule for finding in log.findings]


def test_deprivation_is_noted_where_its_index_is_not_named():
    assert found(Deprivation("IMD 2019")) == (Group(), [])
    assert found(Deprivation()) == found(Group()) == (Group(), ["D04"])


@pytest.mark.parametrize(
    ("groups", "reference", "rules"),
    [(Group("sex", "Female"), "F", []), (Group("sex"), "", ["U01"]), (Deprivation(), "", ["U01"]),
     (Group("sex", "X"), "X", ["U01"])],
)  # fmt: skip
def test_other_groups_need_a_reference_among_their_labels(groups, reference, rules):
    assert found(groups, group="sex", labels=("F", "M")) == (Group("sex", reference), rules)


def test_tables_by_different_groups_are_noted():
    assert found(Group("sex", "F"), group="sex", other="ethnicity", labels=("F", "M"))[1] == ["U02"]


@pytest.mark.parametrize(
    ("groups", "options"),
    [(Group("sex", "F"), {}), (Deprivation("IMD 2019"), {"group": "sex"}), (Group("age"), {"group": "sex"})],
)
def test_groups_that_the_tables_do_not_have_are_refused(groups, options):
    with pytest.raises(OptionError, match="describe the groups they have"):
        found(groups, **options)


def test_deprivation_has_no_reference_group():
    with pytest.raises(OptionError, match="goes with groups other than deprivation"):
        found(Group(reference="5"))


def cells(labels):
    return xr.Dataset(
        {"population": (("ics", "deprivation"), np.ones((1, len(labels)))), "adjustment_used": 0.0},
        {"ics": ["E54000055"], "deprivation": list(labels), "adjustment": ["population", "age_sex"]},
    )


def test_the_reference_group_comes_last_and_what_it_is_of_is_not_adjusted_for():
    labelled = label_cells(cells("FM"), tables("sex"), CellFacts(Group("sex", "F")), DataLog())
    assert labelled["group"].values.tolist() == ["M", "F"]
    assert labelled.attrs["adjustment"] == "age"
    assert "position" not in labelled.coords


def test_deprivation_gets_its_national_positions():
    labelled = label_cells(cells([1, 2]), tables(), CellFacts(deprivation_index="IMD 2019"), DataLog())
    assert labelled["position"].values.tolist() == [0.25, 0.75]
    assert (labelled.attrs["adjustment"], labelled.attrs["deprivation_index"]) == ("age and sex", "IMD 2019")


def test_errors_of_any_table_stop_the_work():
    log = DataLog()
    log.add("C01")
    with pytest.raises(EquityDataError, match="C01"):
        label_cells(cells([1, 2]), tables(), CellFacts(), log)


def test_names_in_the_tables_go_before_those_that_are_known():
    named = [pd.DataFrame({"ics": ["E54000055"], "ics_name": ["Brum"]})]
    assert area_coords(cells([1, 2]), [])["ics_name"] == ("ics", ["Birmingham and Solihull"])
    assert area_coords(cells([1, 2]), named)["ics_name"] == ("ics", ["Brum"])
    assert area_coords(cells([1, 2]), named)["region"] == ("ics", ["Midlands"])
