"""Years need more of them than months do."""

import pytest
import xarray as xr

from equitymodel.estimands.least_months import ONE_A_YEAR, SEVERAL_A_YEAR, least_months

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("frequency", ["weekly", "four_weekly", "monthly", "quarterly"])
def test_two_years_and_one_do_where_there_are_several_periods_a_year(frequency):
    least = least_months(xr.Dataset(attrs={"frequency": frequency}))
    assert least is SEVERAL_A_YEAR
    assert (least.before, least.after) == (24, 12)


def test_years_need_eight_before_and_three_after():
    least = least_months(xr.Dataset(attrs={"frequency": "annual"}))
    assert least is ONE_A_YEAR
    assert (least.before / 12, least.after / 12) == (8, 3)
    assert least.placebo_before + least.placebo_after <= least.before
