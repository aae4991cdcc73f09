"""Placebo dates of a controlled interruption."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.studies.other_models import placebo_plans

pytestmark = pytest.mark.unit


def test_placebo_dates_lie_before_the_first_start_and_keep_who_was_exposed():
    series, truth = simulate_series(Sizes(areas=3, exposed_areas=2, periods=72, before=50), seed=1)
    plan = replace(truth.plan, starts={"area 02": str(series["period"].values[40])[:10]})
    earlier, plans = placebo_plans(series, plan)
    assert earlier.sizes["period"] == 40
    assert plans
    for placebo in plans:
        assert placebo.exposed == plan.exposed
        assert earlier["period"].values[18] <= np.datetime64(placebo.first_start)
