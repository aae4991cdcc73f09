"""People whose deprivation is not known are left out, and the share that they are is said."""

import pandas as pd
import pytest

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.unknown_deprivation import leave_out_unknown

pytestmark = pytest.mark.unit


def left(labels, counts, table="admissions"):
    log = DataLog(table)
    frame = leave_out_unknown(pd.DataFrame({"deprivation": labels, "admissions": counts}), log)
    return frame["deprivation"].tolist(), log.findings


@pytest.mark.parametrize("label", ["0", "", "Unknown", "not known"])
def test_the_share_is_of_all_that_are_counted(label):
    kept, found = left([label, "1", "2", "3", "4", "5"], ["1,000", "900", "800", "700", "*", "600"])
    assert kept == ["1", "2", "3", "4", "5"]
    assert found[0].rule == "D08"
    assert found[0].detail == f"{label!r}: 25.0 % of admissions (1,000 of 4,000)"


@pytest.mark.parametrize("labels", [["1", "2"], ["0", "1", "2", "3", "4"], ["Unknown", ""]])
def test_groups_and_nothing_but_unknowns_are_left_as_they_are(labels):
    kept, found = left(labels, ["1"] * len(labels))
    assert kept == labels
    assert found == []
