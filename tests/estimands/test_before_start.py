"""What is asked of the data before an interruption alone: nothing later is looked at."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import SpecError
from equitymodel.estimands.before_start import known_before, placebo_plans
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from tests.evaluated import CONTROLLED, controlled_series

pytestmark = pytest.mark.unit


def months_before(earlier, plan):
    return int((earlier["period"].values < np.datetime64(str(plan.start))).sum())


def test_placebo_dates_lie_before_with_months_on_both_sides():
    series, truth = simulate_series(Sizes(periods=60, before=40), seed=1)
    earlier, plans = placebo_plans(series, truth.plan)
    assert earlier.sizes["period"] == 40
    assert len(plans) == 8
    at = [months_before(earlier, plan) for plan in plans]
    assert (min(at), max(at)) == (18, 34)


def test_a_lag_and_a_washout_leave_their_months_after_a_placebo_date():
    series, truth = simulate_series(Sizes(periods=60, before=40), seed=1)
    slow = replace(truth.plan, shape="delayed", lag=2, washout=1)
    earlier, plans = placebo_plans(series, slow)
    assert max(months_before(earlier, plan) for plan in plans) == 40 - 6 - 3
    assert {(plan.lag, plan.washout) for plan in plans} == {(2, 1)}


def test_a_period_that_the_start_cuts_in_two_is_not_before_it():
    series, truth = controlled_series(replace(CONTROLLED, groups=1))
    cut = replace(truth.plan, date=f"{truth.plan.start:%Y-%m}-15", washout=1).for_all()
    earlier, _ = placebo_plans(series.isel(ics=[2]), cut)
    assert earlier["period"].values[-1] == pd.Timestamp(truth.plan.start) - pd.DateOffset(months=1)


def test_too_short_a_past_has_no_placebo_and_a_date_outside_is_refused():
    series, truth = simulate_series(Sizes(periods=40, before=20), seed=1)
    assert placebo_plans(series, truth.plan)[1] == []
    with pytest.raises(SpecError, match="outside"):
        placebo_plans(series, Interruption("2030-01"))


def test_counts_from_the_start_on_are_not_known():
    series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    known = known_before(series, truth.plan)
    assert int(known["admissions"].notnull().sum()) == 36
    longer = known_before(series, replace(truth.plan, washout=2.5, lag=1))
    assert longer.sizes["period"] == known.sizes["period"] + 4
    truth.plan.design(known)


def test_placebo_dates_lie_before_the_first_start_and_keep_who_was_exposed():
    series, truth = simulate_series(Sizes(areas=3, exposed_areas=2, periods=72, before=50), seed=1)
    plan = replace(truth.plan, starts={"area 02": str(series["period"].values[40])[:10]})
    earlier, plans = placebo_plans(series, plan)
    assert earlier.sizes["period"] == 40
    assert plans
    for placebo in plans:
        assert placebo.exposed == plan.exposed
        assert earlier["period"].values[18] <= np.datetime64(placebo.first_start)


def test_no_placebo_date_lies_in_a_break_or_at_its_edge_and_each_divides_the_data_otherwise():
    series, truth = simulate_series(Sizes(periods=84, before=60), seed=1)
    masked = np.zeros(84, dtype=bool)
    masked[24:37] = True
    broken = series.assign(masked=("period", masked))
    earlier, plans = placebo_plans(broken, truth.plan)
    at = [months_before(earlier, plan) for plan in plans]
    assert len(at) == 8
    assert not {*range(23, 38)} & set(at), "neither masked, nor the month before or after"
    known = ~earlier["masked"].values
    assert len({int(known[:place].sum()) for place in at}) == len(at)
