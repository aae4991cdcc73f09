import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.errors import OptionError
from equitymodel.monitoring.observed_expected import observed_expected

pytestmark = pytest.mark.unit
MONTHS = ["2024-01", "2024-02", "2024-03"]


def test_groups_are_added_up_and_a_gap_stays_a_gap():
    rows = pd.DataFrame({"period": MONTHS * 2, "deprivation": [1] * 3 + [2] * 3, "numerator": [1, 2, None, 4, 5, 6],
                         "denominator": 10})  # fmt: skip
    found = observed_expected(read_measured(rows))
    assert found["observed"].values[0, :2].tolist() == [5, 7]
    assert found["observed"].isnull().values[0].tolist() == [False, False, True]
    assert found["expected"].values[0].tolist() == [20, 20, 20]


def test_values_alone_are_refused():
    with pytest.raises(OptionError, match="numerator"):
        observed_expected(read_measured(pd.DataFrame({"period": MONTHS, "value": [1.0, 2, 3]})))
