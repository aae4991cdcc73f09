"""What the count of an absent row may be hangs on what it means, and on whether zeros are shown."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.tables.absent_rows import RULE_OF_ABSENT, absent_row
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import contract
from equitymodel.data.tables.suppression import SmallNumberRule
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit

LT5 = SmallNumberRule(1, 4)
SHOWN, NO_ZEROS = pd.Series([0.0, 9.0]), pd.Series([5.0, 9.0])


@pytest.mark.parametrize(
    ("counts", "absent", "between"),
    [(NO_ZEROS, "zero", (0, 0)), (NO_ZEROS, "missing", (np.nan, np.nan)), (NO_ZEROS, "error", (np.nan, np.nan)),
     (NO_ZEROS, "suppressed", (0, 4)), (SHOWN, "suppressed", (1, 4))],
)  # fmt: skip
def test_an_absent_row_is_what_it_means(counts, absent, between):
    np.testing.assert_equal(absent_row(counts, LT5, absent, DataLog()), between)


def test_a_suppressed_count_needs_a_rule():
    with pytest.raises(EquityDataError, match="K10"):
        absent_row(SHOWN, None, "suppressed", DataLog())


def test_each_meaning_has_a_rule_and_only_an_error_stops():
    assert {absent: contract()[rule].severity for absent, rule in RULE_OF_ABSENT.items()} == {
        "error": "error", "zero": "repair", "missing": "warning", "suppressed": "repair",
    }  # fmt: skip
