import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.errors import OptionError
from equitymodel.monitoring.observed_expected import observed_expected

pytestmark = pytest.mark.unit
MONTHS = ["2024-01", "2024-02", "2024-03"]


def test_groups_are_added_up_and_a_gap_stays_a_gap():
    rows = pd.DataFrame({"period": MONTHS * 2, "deprivation": [1] * 3 + [2] * 3, "numerator": [1, 2, None, 4, 5, 6],
                         "denominator": 4})  # fmt: skip
    found = observed_expected(read_measured(rows))
    assert found["observed"].values[0, :2].tolist() == [5, 7]
    assert found["observed"].isnull().values[0].tolist() == [False, False, True]
    assert found["expected"].values[0].tolist() == [8, 8, 8]


def test_values_alone_are_refused():
    with pytest.raises(OptionError, match="numerator"):
        observed_expected(read_measured(pd.DataFrame({"period": MONTHS, "value": [1.0, 2, 3]})))


@pytest.mark.parametrize(("denominator", "refused"), [(10, False), (19, False), (21, True), (1000, True), (4, True)])
def test_people_in_place_of_what_is_expected_are_refused_with_the_share_that_helps(denominator, refused):
    rows = pd.DataFrame({"period": MONTHS, "numerator": [10, 10, 10], "denominator": denominator})
    if not refused:
        assert observed_expected(read_measured(rows))["expected"].sum() == 3 * denominator
        return
    with pytest.raises(OptionError, match=f"{10 / denominator:.4g}"):
        observed_expected(read_measured(rows))
    better = rows.assign(denominator=rows["denominator"] * 10 / denominator)
    assert float(observed_expected(read_measured(better))["expected"].sum()) == pytest.approx(30)
