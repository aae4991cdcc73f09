"""Growth-only plans: nobody is cut, growth is all used, and the years come from its own plan."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from equitymodel.decision.growth import growth_plan, raise_the_lowest, years_to_equity
from equitymodel.errors import OptionError
from tests.decision.plans import by_group

pytestmark = pytest.mark.unit
FEW = settings(max_examples=12)
TODAY, NEED = by_group([60.0, 80.0, 100.0]), by_group([100.0, 100.0, 100.0])
SIZES = st.lists(st.tuples(st.floats(1, 500), st.floats(1, 500)), min_size=1, max_size=6)


def test_the_lowest_come_first_by_hand():
    assert raise_the_lowest(TODAY, NEED, 10.0).values.tolist() == [70, 80, 100]
    assert raise_the_lowest(TODAY, NEED, 30.0).values.tolist() == [85, 85, 100]
    assert raise_the_lowest(TODAY, NEED, 90.0).values == pytest.approx(110)


@FEW
@given(SIZES, st.floats(0, 500))
def test_nobody_is_cut_all_growth_is_used_and_those_raised_have_one_rate(groups, extra):
    today, need = (by_group(values) for values in zip(*groups, strict=True))
    plan = raise_the_lowest(today, need, extra)
    assert (plan >= today).all()
    assert plan.sum().item() == pytest.approx(today.sum().item() + extra, rel=1e-9)
    raised = (plan > today * (1 + 1e-9)).values
    assert not raised.any() or np.ptp((plan / need).values[raised]) < 1e-6


def test_years_agree_with_the_plan_year_by_year():
    years = years_to_equity(TODAY, NEED, growth=0.05).item()
    plan = growth_plan(TODAY, NEED, growth=0.05, years=int(np.ceil(years)))
    rate = (plan / NEED).min("deprivation")
    assert rate.isel(year=-1) >= 1 - 1e-9 > rate.isel(year=-2)
    assert plan.sum("deprivation").values == pytest.approx(240 * 1.05 ** plan["year"].values)


def test_each_draw_has_its_years_and_without_growth_there_is_no_end():
    growth = xr.DataArray([[0.0, 0.1]], dims=("chain", "draw"))
    years = years_to_equity(TODAY, NEED, growth=growth)
    assert years.values.ravel().tolist() == pytest.approx([np.inf, np.log(1.25) / np.log(1.1)])
    assert years_to_equity(NEED, NEED, growth=growth).values.tolist() == [[0.0, 0.0]]


def test_where_the_most_deprived_have_more_it_is_their_rate_that_the_others_reach():
    years = years_to_equity(by_group([100.0, 80.0, 60.0]), NEED, growth=0.05)
    assert years.item() == pytest.approx(years_to_equity(TODAY, NEED, growth=0.05).item())
    assert years.item() > 4
    plan = growth_plan(by_group([100.0, 80.0, 60.0]), NEED, growth=0.05, years=int(np.ceil(years.item())))
    assert plan.isel(year=-1).min() >= 100 - 1e-9 > plan.isel(year=-2).min()


def test_a_target_of_policy_replaces_the_least_deprived():
    assert years_to_equity(TODAY, NEED, growth=0.1, target=xr.DataArray(0.6)).item() == 0
    assert years_to_equity(TODAY, NEED, growth=0.1, target=xr.DataArray(0.7)).item() == pytest.approx(
        np.log(1 + 10 / 240) / np.log(1.1)
    )


@pytest.mark.parametrize(("made", "says"), [
    (lambda: raise_the_lowest(TODAY, 0 * NEED, 1.0), "need is above 0"),
    (lambda: raise_the_lowest(TODAY, NEED, -1.0), "growth of 0 or more"),
    (lambda: years_to_equity(TODAY, NEED, growth=-0.1), "0 or more a year"),
    (lambda: growth_plan(TODAY, NEED, growth=0.1, years=0), "one year or more"),
])  # fmt: skip
def test_numbers_without_a_meaning_are_refused(made, says):
    with pytest.raises(OptionError, match=says):
        made()
