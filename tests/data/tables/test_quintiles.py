"""Deciles are added up to quintiles: counts, people and bounds, and nothing that is no sum."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.quintiles import add_up_deciles

pytestmark = pytest.mark.unit

DECILES = pd.DataFrame({"ics": "a", "deprivation": range(1, 11), "admissions": [np.nan, *range(2, 11)],
                        "admissions_low": [1, *range(2, 11)], "admissions_high": [7, *range(2, 11)], "ics_name": "A"})  # fmt: skip


def added(frame, keys=("ics", "deprivation")):
    log = DataLog()
    return add_up_deciles(frame, list(keys), log), [finding.rule for finding in log.findings]


def test_counts_and_their_bounds_add_up_and_an_unknown_part_is_unknown():
    frame, rules = added(DECILES)
    assert rules == ["D09"]
    assert frame["deprivation"].tolist() == [1, 2, 3, 4, 5]
    np.testing.assert_array_equal(frame["admissions"], [np.nan, 7, 11, 15, 19])
    assert frame["admissions_low"].tolist() == [3, 7, 11, 15, 19]
    assert frame["admissions_high"].tolist() == [9, 7, 11, 15, 19]
    assert set(frame["ics_name"]) == {"A"}


def test_quintiles_stay_as_they_are():
    frame, rules = added(DECILES.head(5))
    assert rules == []
    assert frame.equals(DECILES.head(5))


@pytest.mark.parametrize("frame", [DECILES.drop(index=4), DECILES.head(8), pd.concat([DECILES, DECILES.head(1)]),
                                   DECILES.assign(need_ratio=np.linspace(1, 2, 10))])  # fmt: skip
def test_what_does_not_add_up_is_refused(frame):
    assert added(frame)[1] == ["D11"]
