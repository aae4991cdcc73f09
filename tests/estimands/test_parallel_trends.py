"""Exposed and controls before the start: each relative to its own past, and nothing later."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.timeline import period_days
from equitymodel.errors import SpecError
from equitymodel.estimands.parallel_trends import arms_before, parallel_trends_data
from equitymodel.vocabulary import CELL_DIMS
from tests.evaluated import CONTROLLED, controlled_series

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("days", ["working", "calendar", "equal"])
def test_admissions_are_spread_over_the_days_of_the_series(days):
    series, truth = controlled_series(replace(CONTROLLED, groups=1))
    series = series.assign_attrs(days=days)
    data = parallel_trends_data(series, truth.plan).query("arm == 'controls'")
    length = period_days(series).values[: len(data)]
    exposure = series["exposure"].sel(ics="area 03").squeeze().values[: len(data)]
    rate = data["expected"].to_numpy() / (exposure * length)
    np.testing.assert_allclose(rate, rate[0])


def test_a_period_that_the_start_cuts_in_two_is_not_before_it():
    series, truth = controlled_series(replace(CONTROLLED, groups=1))
    cut = replace(truth.plan, date=f"{truth.plan.start:%Y-%m}-15", washout=1)
    assert parallel_trends_data(series, cut)["period"].max() < pd.Timestamp(truth.plan.start)


def test_each_arm_is_shown_relative_to_its_own_past():
    series, truth = controlled_series()
    data = parallel_trends_data(series, truth.plan)
    assert data["arm"].unique().tolist() == ["exposed", "controls"]
    sums = data.groupby("arm")[["observed", "expected"]].sum()
    np.testing.assert_allclose(sums["observed"], sums["expected"])
    np.testing.assert_allclose(data["ratio"], data["observed"] / data["expected"])
    assert data["period"].max() < np.datetime64(str(truth.plan.start))


def test_arms_are_added_up_without_what_is_masked():
    series, truth = controlled_series()
    masked = series.assign(masked=series["masked"].copy(data=np.arange(38) < 4))
    arms = arms_before(masked, truth.plan, CELL_DIMS)
    assert arms["ics"].values.tolist() == ["exposed", "controls"]
    assert arms.sizes["period"] == 22
    exposed = series["admissions"].sel(ics=["area 01", "area 02"]).isel(period=slice(4, 26))
    np.testing.assert_allclose(
        arms["admissions"].isel(ics=0).squeeze(), exposed.sum(["ics", "deprivation", "procedure"])
    )


def test_trends_that_are_parallel_need_controls():
    series, truth = controlled_series()
    with pytest.raises(SpecError, match="say who was exposed"):
        parallel_trends_data(series, replace(truth.plan, exposed=None))
