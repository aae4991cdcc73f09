"""The columns that name a row are read in one spelling; totals, unknowns and copies are found."""

import pandas as pd
import pytest

from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.keys import check_duplicates, read_keys
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit


def frame(**columns):
    return pd.DataFrame({"ics": ["a", "b"], "deprivation": ["1", "5"], **columns}, index=["row 2", "row 3"])


def test_keys_are_read_in_one_spelling():
    log = DataLog()
    read = read_keys(frame(sex=["Female", "M"], age_band=["0-64", "65 to 74"]), log, groups=Deprivation(), areas="any")
    assert read[["sex", "age_band"]].to_numpy().tolist() == [["F", "00-64"], ["M", "65-74"]]
    assert [finding.rule for finding in log.findings] == ["S06"]


def test_the_most_deprived_end_is_numbered_1():
    read = read_keys(frame(), DataLog(), groups=Deprivation(most_deprived=5), areas="any")
    assert read["deprivation"].tolist() == [5, 1]


@pytest.mark.parametrize("groups", [Deprivation(), Group(), Group("deprivation")])
def test_deprivation_is_numbered_however_it_is_said(groups):
    assert read_keys(frame(), DataLog(), groups=groups, areas="any")["deprivation"].tolist() == [1, 5]


def test_other_groups_keep_their_labels():
    log = DataLog(group="ethnicity")
    assert read_keys(frame(), log, groups=Group("ethnicity"), areas="any")["deprivation"].tolist() == ["1", "5"]


def test_a_table_of_totals_alone_is_not_mixed_with_cells():
    log = DataLog()
    read_keys(frame(procedure=["All", "all"]), log, groups=Deprivation(), areas="any")
    assert log.findings == []
    with pytest.raises(EquityDataError, match=r"K04.*column procedure \(1 row\)|K04.*\(1 row\): column procedure"):
        read_keys(frame(procedure=["All", "hip"]), log, groups=Deprivation(), areas="any")


def test_copies_are_named_with_their_values_and_sums():
    log = DataLog("admissions", group="ethnicity")
    copies = frame(admissions=[3.0, 4.0]).assign(ics="a", deprivation="x")
    check_duplicates(copies, "admissions", log)
    assert log.findings[0].rows == (
        "row 2 (ics a, ethnicity x): 3; its rows sum to 7", "row 3 (ics a, ethnicity x): 4; its rows sum to 7",
    )  # fmt: skip
    assert log.findings[0].rule == "K03"
