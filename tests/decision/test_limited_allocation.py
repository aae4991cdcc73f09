"""Plans by linear programming: against the closed form, and with limits that only a programme can keep."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.decision.fair_allocation import alpha_fair
from equitymodel.decision.limited_allocation import SideLimit, most_admissions
from equitymodel.errors import ComputationError, OptionError
from tests.decision.plans import FIVE, TWO, by_group

pytestmark = pytest.mark.unit
FIRST = by_group([1.0, 0.0])


@pytest.mark.parametrize("aversion", [0.0, 0.5, 1.0, 2.0, 10.95, np.inf])
def test_with_two_groups_it_is_the_frontier_of_the_closed_form(aversion):
    closed = alpha_fair(*TWO, aversion=aversion)
    rate = (closed / TWO[0]).values
    plan = most_admissions(*TWO, equality=rate[0] / rate[1])
    assert plan.values == pytest.approx(closed.values, abs=1e-6)


def test_no_plan_of_the_closed_form_has_more_admissions_at_its_equality():
    for aversion in (0.5, 1.0, 10.95):
        rate = alpha_fair(*FIVE, aversion=aversion) / FIVE[0]
        most = most_admissions(*FIVE, equality=float(rate.min() / rate.max())).sum().item()
        assert most >= alpha_fair(*FIVE, aversion=aversion).sum().item() - 1e-6


def test_every_limit_is_kept_in_every_draw_whatever_the_order_of_draws():
    noise = np.exp(np.random.default_rng(1).normal(0, 0.1, (2, 60, 5)))
    need = FIVE[0] * xr.DataArray(noise, {"deprivation": range(1, 6)}, ("chain", "draw", "deprivation"))
    limit = SideLimit("least deprived", by_group([0.0, 0, 0, 0, 1]), at_least=400.0, at_most=450.0)
    plan = most_admissions(need, *FIVE[1:], equality=0.7, limits=[limit])
    rate = plan / need
    assert ((plan * FIVE[1]).sum("deprivation") <= FIVE[2] * (1 + 1e-7)).all()
    assert (rate.min("deprivation") >= 0.7 * rate.max("deprivation") - 1e-7).all()
    assert (abs(plan.sel(deprivation=5) - 425) <= 25 + 1e-6).all()
    alone = most_admissions(need.isel(chain=[1], draw=[7]), *FIVE[1:], equality=0.7, limits=[limit])
    assert alone.sum().item() == pytest.approx(plan.isel(chain=1, draw=7).sum().item(), abs=1e-6)


def test_capacity_may_differ_between_draws():
    capacity = xr.DataArray([[50.0, 100.0]], dims=("chain", "draw"))
    plan = most_admissions(TWO[0], TWO[1], capacity, equality=1.0)
    assert plan.sum("deprivation").values.ravel().tolist() == pytest.approx([44.4444, 88.8889], abs=1e-4)


def test_equality_is_kept_within_each_procedure_and_value_decides_between_them():
    names = {"deprivation": [1, 5], "procedure": ["hip", "eye"]}
    need = xr.DataArray(np.full((2, 2), 100.0), names)
    worth = xr.DataArray([5.0, 1.0], {"procedure": ["hip", "eye"]}, "procedure")
    plan = most_admissions(need, xr.ones_like(need), 150.0, equality=1.0, value=worth)
    assert plan.sel(procedure="hip").values.tolist() == pytest.approx([75, 75])
    assert plan.sel(procedure="eye").values.tolist() == pytest.approx([0, 0])


def test_limits_that_no_plan_can_keep_are_named_with_the_draws():
    limit = SideLimit("most deprived", FIRST, at_least=90.0)
    capacity = xr.DataArray([[100.0, 250.0]], dims=("chain", "draw"))
    with pytest.raises(ComputationError, match=r"most deprived; equality 0\) in 1 of 2 draws; relax a limit"):
        most_admissions(*TWO[:2], capacity, limits=[limit])


@pytest.mark.parametrize(("made", "says"), [
    (lambda: SideLimit("beds", FIRST), "give at_most, at_least or both"),
    (lambda: SideLimit("beds", FIRST, at_most=1.0, at_least=2.0), "at least 2 is more than at most 1"),
    (lambda: most_admissions(*TWO, equality=1.1), "a share between 0 and 1"),
])  # fmt: skip
def test_numbers_without_a_meaning_are_refused(made, says):
    with pytest.raises(OptionError, match=says):
        made()
