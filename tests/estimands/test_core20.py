import numpy as np
import pytest
import xarray as xr
from hypothesis import given

from equitymodel.errors import OptionError
from equitymodel.estimands.core20 import (
    core20_admissions,
    core20_change,
    core20_difference,
    core20_ratio,
    core20_shortfall,
    fifth_and_others,
    why_no_core20,
)
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.estimands.reading import reading_of
from tests.estimands.strategies import assert_same, groups, made_fit, worlds

pytestmark = pytest.mark.unit
FITTED = groups([60.0, 90, 120, 100, 150]).expand_dims(ics=["Avon"])
EXPECTED = groups([100.0, 100, 150, 100, 110]).expand_dims(ics=["Avon"])
"""Others: 460 for 460 expected, a ratio of 1; the fifth has 0.6; all together 520 for 560."""


def test_one_ics_by_hand():
    assert core20_ratio(FITTED, EXPECTED).item() == pytest.approx(0.6)
    assert core20_shortfall(FITTED, EXPECTED).item() == pytest.approx(40.0)
    people = xr.full_like(EXPECTED, 10_000.0)
    assert core20_difference(FITTED, EXPECTED, people).item() == pytest.approx(0.4 * 560 / 50_000 * 100_000)
    changes = {route: core20_change(FITTED, EXPECTED, route=route).item()
               for route in ("no_change", "level_up", "level_down", "zero_sum")}  # fmt: skip
    assert changes == pytest.approx({"no_change": 0, "level_up": 40, "level_down": 0, "zero_sum": 520 / 560 * 100 - 60})


def test_the_others_are_weighted_by_need_and_not_each_alike():
    others = (90 + 120 + 100 + 150) / (100 + 150 + 100 + 110)
    assert core20_ratio(FITTED, EXPECTED).item() == pytest.approx(0.6 / others)
    assert np.mean([90 / 100, 120 / 150, 100 / 100, 150 / 110]) != pytest.approx(others)
    assert core20_ratio(FITTED, EXPECTED).item() != pytest.approx(rate_ratio(FITTED / EXPECTED).item())


def test_the_fifth_of_deciles_is_the_first_two():
    ten = xr.DataArray(np.repeat(FITTED.values[0], 2), coords={"deprivation": np.arange(1, 11)}) / 2
    needed = xr.DataArray(np.repeat(EXPECTED.values[0], 2), coords={"deprivation": np.arange(1, 11)}) / 2
    assert fifth_and_others(ten).values.tolist() == [60.0, 460.0]
    uneven = ten + xr.DataArray([5.0, -5.0] * 5, dims="deprivation")
    assert core20_ratio(uneven, needed).item() == pytest.approx(0.6)


def test_labels_say_who_is_most_deprived_whatever_the_order():
    back = {"deprivation": slice(None, None, -1)}
    assert_same(core20_ratio(FITTED.isel(back), EXPECTED.isel(back)), core20_ratio(FITTED, EXPECTED))
    turned = FITTED.isel(back).assign_coords(deprivation=[1, 2, 3, 4, 5])
    needed = EXPECTED.isel(back).assign_coords(deprivation=[1, 2, 3, 4, 5])
    assert core20_ratio(turned, needed).item() == pytest.approx((150 / 110) / (370 / 450))
    assert core20_shortfall(turned, needed).item() < 0
    assert core20_change(turned, needed, route="level_down").item() < 0


def test_a_ratio_below_one_is_read_as_fewer_and_a_positive_difference_too():
    assert reading_of(core20_ratio(FITTED, EXPECTED)).words == "ratio below 1: the most deprived fifth have fewer"
    difference = core20_difference(FITTED, EXPECTED, xr.full_like(EXPECTED, 1.0))
    assert reading_of(difference).words == "above 0: the most deprived fifth have fewer"
    assert core20_ratio(FITTED, EXPECTED).name == "core20_ratio"


def test_a_cell_that_is_not_known_counts_for_nobody():
    gone, none = (values.where(values["deprivation"] != 3) for values in (FITTED, EXPECTED))
    assert core20_ratio(gone, EXPECTED).item() == pytest.approx(0.6 / (340 / 310))
    assert core20_ratio(gone, none).item() == pytest.approx(0.6 / (340 / 310))
    with pytest.raises(OptionError, match="missing where there are admissions: ics Avon, deprivation 3"):
        core20_ratio(FITTED, none)


@pytest.mark.parametrize("there", [[1], [2, 3, 4, 5], []])
def test_nothing_is_said_where_one_side_has_nobody(there):
    fitted = FITTED.where(FITTED["deprivation"].isin(there))
    for value in (core20_ratio(fitted, EXPECTED), core20_shortfall(fitted, EXPECTED)):
        assert bool(value.isnull().all())


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ([1, 2, 3, 4], "the number of deprivation groups is 4, and no whole number"),
        (range(1, 8), "the number of deprivation groups is 7"),
        ([6, 7, 8, 9, 10], "their labels are not 1 to 5"),
    ],
)
def test_groups_without_an_exact_fifth_are_refused_with_the_reason(labels, why):
    values = xr.DataArray(np.ones(len(labels)), coords={"deprivation": list(labels)})
    assert why in why_no_core20(values)
    with pytest.raises(OptionError, match=why):
        core20_ratio(values, values)


def test_groups_that_are_not_of_deprivation_are_refused():
    with pytest.raises(OptionError, match="the groups are not of deprivation; use rate_ratio_to_reference"):
        core20_ratio(made_fit(group="ethnicity"))


def test_a_fit_is_enough():
    fit = made_fit()
    assert_same(core20_ratio(fit), core20_ratio(fit.fitted, fit.expected).drop_vars("region"))
    people = fit.cells["population"].where(fit.cells["offered"])
    assert_same(core20_difference(fit), core20_difference(fit.fitted, fit.expected, people))


@given(world=worlds())
def test_what_the_fifth_gains_at_an_unchanged_total_the_others_lose(world):
    fitted, expected = core20_admissions(*world)
    ratio = fitted.sum("deprivation") / expected.sum("deprivation")
    gains = core20_change(*world, route="zero_sum")
    own = ratio * expected.sel(deprivation=1, drop=True) - fitted.sel(deprivation=1, drop=True)
    assert_same(gains, own, atol=1e-7)


@given(world=worlds())
def test_across_all_ics_the_fifth_aims_at_the_others_of_all(world):
    fitted, expected = core20_admissions(*world)
    others = fitted.sel(deprivation=2).sum("ics") / expected.sel(deprivation=2).sum("ics")
    wanted = others * expected.sel(deprivation=1) - fitted.sel(deprivation=1)
    assert_same(core20_shortfall(*world, scope="england"), wanted, atol=1e-7)
