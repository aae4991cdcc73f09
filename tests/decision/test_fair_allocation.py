"""Alpha-fair plans: against worked numbers, and what every plan keeps."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from equitymodel.decision.fair_allocation import alpha_fair, rates_within
from equitymodel.errors import OptionError
from tests.decision.plans import FIVE, TWO, by_group

pytestmark = pytest.mark.unit
FEW = settings(max_examples=12)
SIZES = st.lists(st.tuples(st.floats(1, 1000), st.floats(0.2, 5)), min_size=2, max_size=6)


@pytest.mark.parametrize(("aversion", "total", "ratio"), [
    (0, 100, 0), (0.5, 91.1111, 0.64), (1, 90, 0.8), (2, 89.4427, 0.8944), (np.inf, 88.8889, 1),
])  # fmt: skip
def test_two_groups_by_hand(aversion, total, ratio):
    plan = alpha_fair(*TWO, aversion=aversion)
    assert plan.sum().item() == pytest.approx(total, abs=1e-4)
    assert (plan / TWO[0])[0].item() == pytest.approx(ratio * (plan / TWO[0])[1].item(), abs=1e-4)


@pytest.mark.parametrize(("aversion", "total"), [
    (0, 3090), (0.5, 3047.74), (1, 3045.85), (2, 3044.88), (10.95, 3044.08), (np.inf, 3043.90),
])  # fmt: skip
def test_hip_replacement_where_the_most_deprived_stay_six_per_cent_longer(aversion, total):
    assert alpha_fair(*FIVE, aversion=aversion).sum().item() == pytest.approx(total, abs=0.005)


@FEW
@given(SIZES, st.floats(0.05, 1.2), st.sampled_from([0.0, 0.05, 0.5, 1.0, 3.5, 50.0, np.inf]))
def test_every_plan_uses_the_capacity_and_nobody_has_more_than_need(groups, share, aversion):
    need, per_admission = (by_group(values) for values in zip(*groups, strict=True))
    capacity = share * (need * per_admission).sum().item()
    plan = alpha_fair(need, per_admission, capacity, aversion=aversion)
    used, most = (plan * per_admission).sum().item(), (need * per_admission).sum().item()
    assert used == pytest.approx(min(capacity, most), rel=1e-9)
    assert ((plan >= 0) & (plan <= need * (1 + 1e-12))).all()


@FEW
@given(SIZES, st.floats(0.05, 0.95), st.floats(0.3, 5))
def test_no_transfer_of_capacity_between_two_groups_is_better(groups, share, aversion):
    """The optimum by its own conditions: what the last unit of capacity adds is the same wherever need is left."""
    need, per_admission = (by_group(values) for values in zip(*groups, strict=True))
    rate = alpha_fair(need, per_admission, share * (need * per_admission).sum().item(), aversion=aversion) / need
    gain = rate**-aversion / per_admission
    left = (rate < 1 - 1e-9).values
    assert np.ptp(np.log(gain.values[left])) < 1e-6
    if left.any() and not left.all():
        assert np.log(gain.values[~left]).min() >= np.log(gain.values[left]).max() - 1e-6


def test_each_draw_has_its_own_plan_and_dims_of_draws_stay():
    need, per_admission, capacity = TWO
    draws = need * xr.DataArray([[1.0, 2.0]], dims=("chain", "draw"))
    capacity = xr.DataArray([[100.0, 200.0]], dims=("chain", "draw"))
    plan = alpha_fair(draws, per_admission, capacity, aversion=1.0)
    assert plan.sum("deprivation").values.ravel().tolist() == pytest.approx([90.0, 180.0])


def test_procedures_share_one_capacity_with_groups():
    need = xr.DataArray([[10.0, 10], [10, 10]], {"deprivation": [1, 5], "procedure": ["hip", "eye"]})
    per_admission = xr.DataArray([2.0, 1.0], {"procedure": ["hip", "eye"]}, "procedure")
    plan = alpha_fair(need, per_admission, 30.0, aversion=0.0, over=["deprivation", "procedure"])
    assert plan.sel(procedure="eye").values.tolist() == [10, 10]
    assert plan.sel(procedure="hip").values.tolist() == [2.5, 2.5]


def test_labels_in_another_order_change_nothing():
    need, per_admission, capacity = FIVE
    assert alpha_fair(need, per_admission[::-1], capacity, aversion=1.0).equals(alpha_fair(*FIVE, aversion=1.0))


def test_aversion_may_differ_from_draw_to_draw():
    need, per_admission, capacity = TWO
    aversion = xr.DataArray([[0.0, 1.0, np.inf]], dims=("chain", "draw"))
    rate = rates_within(-np.log(per_admission), need * per_admission, capacity, aversion=aversion, over=["deprivation"])
    assert (rate * need).sum("deprivation").values.ravel().tolist() == pytest.approx([100, 90, 88.8889], abs=1e-4)


@pytest.mark.parametrize(("change", "says"), [
    ({"aversion": -1.0}, "0 or more, up to inf"),
    ({"aversion": float("nan")}, "aversion is a number"),
    ({"capacity": -1.0}, "capacity is 0 or more"),
    ({"need": by_group([1.0, float("nan")])}, "leave out groups whose need is not known"),
    ({"per_admission": by_group([0.0, 1.0])}, "above 0 in every group"),
    ({"capacity": by_group([1.0, 1.0])}, "one number for all of deprivation"),
    ({"over": ["procedure"]}, "need has no procedure"),
    ({"per_admission": by_group([1.0, 1.0, 1.0])}, "which need has|no deprivation"),
])  # fmt: skip
def test_numbers_without_a_meaning_are_refused(change, says):
    usual = {"need": by_group([1.0, 1.0]), "per_admission": by_group([1.0, 1.0]), "capacity": 1.0, "aversion": 1.0}
    with pytest.raises(OptionError, match=says):
        alpha_fair(**{**usual, **change})


def test_where_all_need_can_be_met_it_is():
    assert alpha_fair(*TWO[:2], 1000.0, aversion=1.0).equals(TWO[0])
