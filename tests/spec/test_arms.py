"""The exposed added up beside the controls: nothing is lost, and labels say who is who."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.arms import CONTROLS, EXPOSED, add_up_arms, add_up_exposed, cells_of_arms

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def controlled():
    series, truth = simulate_series(Sizes(areas=4, groups=2, periods=30, before=20, exposed_areas=2), seed=1)
    return series, truth.plan


def test_totals_of_the_arms_are_those_of_their_areas(controlled):
    series, plan = controlled
    arms, own = add_up_arms(series, plan)
    assert arms["ics"].values.tolist() == [EXPOSED, CONTROLS]
    exposed = series.sel(ics=list(plan.exposed["ics"]))
    for name in ("admissions", "exposure"):
        found = arms[name].sel(ics=EXPOSED).squeeze()
        np.testing.assert_allclose(found, exposed[name].sum(["ics", "deprivation", "procedure"]))
        np.testing.assert_allclose(
            arms[name].sum("ics").squeeze(), series[name].sum(["ics", "deprivation", "procedure"])
        )
    assert own.exposed == {"ics": (EXPOSED,)}
    assert own.start == plan.start


def test_groups_stay_apart_where_they_are_not_added_up(controlled):
    arms, _ = add_up_arms(*controlled, over=("ics", "procedure"))
    assert arms["admissions"].sizes["deprivation"] == 2


def test_each_start_has_an_arm_of_its_own(controlled):
    series, plan = controlled
    later = replace(plan, starts={plan.exposed["ics"][1]: "2018-01"})
    arms, own = add_up_arms(series, later)
    assert arms["ics"].values.tolist()[-1] == CONTROLS
    assert len(own.starts) == 2
    assert set(own.starts) == set(arms["ics"].values.tolist()[:2])


def test_the_exposed_alone_have_no_controls(controlled):
    series, plan = controlled
    alone, own = add_up_exposed(series, plan)
    arms, _ = add_up_arms(series, plan)
    assert own.exposed is None
    np.testing.assert_allclose(alone["admissions"].squeeze(), arms["admissions"].sel(ics=EXPOSED).squeeze())


def test_without_controls_everything_is_added_up(controlled):
    series, plan = controlled
    whole, same = add_up_arms(series, plan.for_all())
    assert whole.sizes["ics"] == 1
    assert same == plan.for_all()


def test_each_cell_is_in_one_arm(controlled):
    series, plan = controlled
    for starts in (None, {"area 02": "2016-06"}):
        arms = cells_of_arms(series, replace(plan, starts=starts))
        assert list(arms) == add_up_arms(series, replace(plan, starts=starts))[0]["ics"].values.tolist()
        assert bool((sum(cells.astype(int) for cells in arms.values()) == 1).all())
    (alone,) = cells_of_arms(series, plan.for_all()).values()
    assert bool(alone.all())


def test_a_covariate_that_differs_by_cell_is_averaged_in_each_arm():
    series, truth = simulate_series(Sizes(areas=4, exposed_areas=2), seed=1)
    own = xr.DataArray([0.0, 1.0, 2.0, 3.0], dims="ics") + 0 * series["exposure"]
    known = series.assign(covariates=own.expand_dims(covariate=["beds"]), exposure=series["exposure"] * 0 + 1)
    arms, _ = add_up_arms(known, truth.plan)
    assert arms["covariates"].isel(period=0).values.ravel().tolist() == [0.5, 2.5]
