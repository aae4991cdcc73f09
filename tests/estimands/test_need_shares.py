import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.need_shares import cost_of_procedures, group_shares, share_change, share_less_need
from equitymodel.estimands.reading import reading_of

pytestmark = pytest.mark.unit


def by_group(values, dim="deprivation"):
    return xr.DataArray(values, dims=(dim, "period"), coords={"period": ["2019", "2020"]})


ADMISSIONS = by_group([[10.0, 30.0], [20.0, 30.0], [70.0, 40.0]])
NEED = by_group([[20.0, 30.0], [30.0, 30.0], [50.0, 40.0]])


def test_shares_sum_to_one_and_differences_to_nothing():
    assert group_shares(ADMISSIONS).sel(period="2019").values.tolist() == pytest.approx([0.1, 0.2, 0.7])
    away = share_less_need(ADMISSIONS, NEED)
    assert away.sel(period="2019").values.tolist() == pytest.approx([-0.1, -0.1, 0.2])
    np.testing.assert_allclose(away.sum("deprivation"), 0.0, atol=1e-12)
    assert reading_of(away).words == "above 0: a larger share than of need"


def test_reversed_groups_have_reversed_differences():
    turned = share_less_need(ADMISSIONS.isel(deprivation=slice(None, None, -1)), NEED)
    assert turned.sel(period="2020").values.tolist() == pytest.approx([0.1, 0.0, -0.1])


def test_groups_without_order_have_shares_too():
    assert group_shares(by_group([[1.0, 1.0], [3.0, 1.0]], "group")).isel(period=0).values.tolist() == [0.25, 0.75]


def test_a_missing_group_leaves_the_others_their_shares():
    some = by_group([[np.nan, 30.0], [25.0, 30.0], [75.0, 40.0]])
    assert group_shares(some).isel(period=0).values[1:].tolist() == [0.25, 0.75]
    assert np.isnan(group_shares(by_group([[0.0, 1.0], [0.0, 1.0]])).isel(period=0)).all()


def test_the_change_of_a_difference_is_that_of_the_share_less_that_of_need():
    pair = ("2019", "2020")
    whole = share_change(share_less_need(ADMISSIONS, NEED), pair).squeeze()
    assert whole.values.tolist() == pytest.approx([0.1, 0.1, -0.2])
    own, need = (share_change(group_shares(values), pair).squeeze() for values in (ADMISSIONS, NEED))
    np.testing.assert_allclose(whole, own - need, atol=1e-12)
    assert reading_of(share_change(group_shares(NEED), pair, "share of need")).above == "its share of need rose"


def test_costs_come_in_the_order_of_the_procedures_from_any_mapping():
    costs = pd.Series({"knee": 2.0, "hip": 3.0, "not asked": -1.0})
    assert cost_of_procedures(costs, ["hip", "knee"]).values.tolist() == [3.0, 2.0]


def test_a_cost_that_lacks_or_is_not_above_nothing_is_refused():
    with pytest.raises(OptionError, match=r"no unit cost for procedure 'hip'. Did you mean 'hips'"):
        cost_of_procedures({"hips": 1.0}, ["hip"])
    with pytest.raises(OptionError, match="the unit cost of 'hip' is 0; unit costs must all be above 0"):
        cost_of_procedures({"hip": 0.0}, ["hip"])
