"""One answer a unit: parts add up to the total draw by draw, and no gap between groups is moved."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.estimands.series_gap import gap_change, log_gap
from equitymodel.spec.arms import cells_of_arms
from equitymodel.studies.one_answer import rake_to_total, with_one_answer
from tests.evaluated import known_effect, unsound

pytestmark = pytest.mark.unit
MEANS = ("fitted", "counterfactual")
CELLS = ["ics", "deprivation", "procedure"]


@pytest.mark.parametrize("which", ["controlled_evaluation", "units_evaluation"])
@pytest.mark.parametrize("part", ["groups", "parts"])
def test_parts_add_up_in_each_draw_period_and_arm(which, part, request):
    result = request.getfixturevalue(which)
    fit, total = result.fits.all().get(part), result.total
    if fit is None:
        pytest.skip("no groups")
    for name in MEANS:
        for place, cells in enumerate(cells_of_arms(fit.series, fit.plan).values()):
            added_up = fit.posterior[name].where(cells, 0.0).sum(CELLS)
            whole = total.posterior[name].isel(ics=place, drop=True).sum(["deprivation", "procedure"])
            np.testing.assert_allclose(added_up, whole.transpose(*added_up.dims), rtol=1e-9)


def test_parts_with_fewer_draws_than_the_total_add_up_to_as_many_of_it(units_evaluation):
    fits = units_evaluation.fits
    few = fits.parts.draws.copy()
    few["posterior"] = xr.DataTree(fits.parts.posterior.isel(draw=slice(150)))
    parts = with_one_answer(replace(fits, parts=replace(fits.parts, draws=few))).parts.posterior
    assert parts.sizes["draw"] == 150 < units_evaluation.total.posterior.sizes["draw"]
    added_up = parts["fitted"].where(cells_of_arms(fits.parts.series, fits.parts.plan)["exposed"], 0.0).sum(CELLS)
    whole = units_evaluation.total.posterior["fitted"].isel(ics=0, drop=True).sum(["deprivation", "procedure"])
    np.testing.assert_allclose(added_up, whole.isel(draw=slice(150)).transpose(*added_up.dims), rtol=1e-9)


def test_controls_have_no_effect_and_nothing_changed_before_the_start(controlled_evaluation):
    draws, plan = controlled_evaluation.parts.posterior, controlled_evaluation.plan
    same = draws["fitted"] == draws["counterfactual"]
    assert bool(same.sel(ics="area 03").all())
    assert bool(same.where(draws["period"] < np.datetime64(str(plan.first_start)), other=True).all())


def test_no_gap_of_a_period_is_moved_and_the_average_hardly():
    series, plan, groups, _ = known_effect()
    groups = groups.sum("ics").expand_dims(ics=["All ICSs"])
    series = series.sum("ics").expand_dims(ics=["All ICSs"]).assign(position=series["position"])
    season = xr.DataArray(1 + 0.1 * np.sin(np.arange(series.sizes["period"])), dims="period")
    total = (groups.sum("deprivation") * season).expand_dims(deprivation=["All groups"])
    raked = rake_to_total(groups, total, {"All ICSs": xr.DataArray([True], {"ics": ["All ICSs"]}, dims="ics")})
    weight = series["exposure"].sum(["ics", "procedure"])
    for name in MEANS:
        before, after = (
            log_gap(draws[name].sum(["ics", "procedure"]) / weight, weight, series["position"])
            for draws in (groups, raked)
        )
        np.testing.assert_allclose(before, after, atol=1e-9)
        assert float(abs(raked[name] / groups[name] - 1).max()) > 0.05
    averages = [gap_change(draws, known_effect()[0].sum("ics").expand_dims(ics=["All ICSs"]).assign(
        position=series["position"]).assign_attrs(known_effect()[0].attrs), plan)["log_relative_index"]
        for draws in (groups, raked)]  # fmt: skip
    assert float(abs(averages[0] - averages[1]).max()) < 0.001


def test_a_unit_that_is_a_whole_arm_is_the_total():
    pair = xr.DataArray([[30.0, 7.0]], {"ics": ["a", "b"]}, dims=("draw", "ics"))
    whole = xr.DataArray([[33.0, 5.0]], {"ics": ["exposed", "controls"]}, dims=("draw", "ics"))
    arms = {name: xr.DataArray(mine, {"ics": ["a", "b"]}, dims="ics")
            for name, mine in (("exposed", [True, False]), ("controls", [False, True]))}  # fmt: skip
    names = ("fitted", "counterfactual", "without_break")
    raked = rake_to_total(*(xr.Dataset(dict.fromkeys(names, part)) for part in (pair, whole)), arms)
    for name in names:
        np.testing.assert_allclose(raked[name], [[33.0, 5.0]])


def test_an_arm_in_which_nothing_is_expected_stays_as_it_is():
    none = xr.Dataset({"fitted": xr.DataArray([[0.0]], {"ics": ["a"]}, dims=("draw", "ics"))})
    arms = {"exposed": xr.DataArray([True], {"ics": ["a"]}, dims="ics")}
    whole = none.assign_coords(ics=["exposed"]) + 3.0
    assert float(rake_to_total(none, whole, arms)["fitted"].squeeze()) == 0.0


def test_without_a_total_that_may_be_published_parts_stay_as_they_are(controlled_evaluation):
    fits = replace(controlled_evaluation.fits, total=unsound(controlled_evaluation.fits.total))
    assert with_one_answer(fits) is fits


def test_raking_again_changes_nothing_but_the_order_of_draws(controlled_evaluation):
    fits = controlled_evaluation.fits
    again = with_one_answer(fits)
    assert again.total is fits.total
    a, b = (fit.posterior["rho"].values.ravel() for fit in (fits.groups, again.groups))
    np.testing.assert_array_equal(np.sort(a), np.sort(b))
