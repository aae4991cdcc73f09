"""The gap with an interruption and without it: known truths come back, and a change for all leaves ratios alone."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.estimands.interrupted_series import counted_periods, earlier_periods
from equitymodel.estimands.series_gap import (
    gap_change,
    gap_measures_of,
    group_rates,
    log_gap,
    log_gap_change,
    narrowing,
    way_round,
)
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from tests.evaluated import known_effect

pytestmark = pytest.mark.unit


def test_a_change_alike_for_all_leaves_relative_gaps_alone():
    series, plan, draws, _ = known_effect(Change(0.1, gap=0.0))
    change = gap_change(draws, series, plan)
    assert float(change["log_relative_index"].squeeze()) == pytest.approx(0, abs=1e-12)
    assert float(change["slope_index"].squeeze()) > 0
    assert float(narrowing(change).squeeze()) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("gradient", [0.3, -0.3])
def test_narrowing_has_the_direction_of_the_gap_before(gradient):
    series, plan, draws, _ = known_effect(Change(0.1, gap=-0.1 * np.sign(gradient)), Usual(gradient=gradient))
    change = gap_change(draws, series, plan)
    assert float(change["log_relative_index"].squeeze()) == pytest.approx(-0.1 * np.sign(gradient), abs=0.005)
    assert float(narrowing(change).squeeze()) == pytest.approx(0.1, abs=0.005)


def test_reversed_labels_give_mirrored_gaps():
    series, plan, draws, _ = known_effect(Change(0.1, gap=-0.1), Usual(gradient=0.3))
    swapped = {"deprivation": series["deprivation"].values[::-1]}
    series_back, draws_back = (
        part.isel(deprivation=slice(None, None, -1)).assign_coords(
            swapped | {"deprivation": series["deprivation"].values}
        )
        for part in (series, draws)
    )
    series_back = series_back.assign_coords(position=("deprivation", 1 - series["position"].values[::-1]))
    found, mirrored = gap_change(draws, series, plan), gap_change(draws_back, series_back, plan)
    for name in ("log_relative_index", "log_rate_ratio", "slope_index", "before"):
        np.testing.assert_allclose(mirrored[name], -found[name], atol=1e-6)
    np.testing.assert_allclose(narrowing(mirrored), narrowing(found), atol=1e-6)
    assert (way_round(found).words, way_round(mirrored).words) == (
        "the gap (least over most deprived)",
        "the gap (most over least deprived)",
    )


def test_a_change_is_nearer_by_the_gap_that_there_would_have_been():
    values = {"log_relative_index_with": -0.05, "log_relative_index_without": -0.1, "before": 0.05}
    change = xr.Dataset({key: (("chain", "draw"), [[value]]) for key, value in values.items()})
    assert float(narrowing(change).squeeze()) == pytest.approx(0.05)


def test_gaps_of_three_groups_are_those_of_a_hand_calculation():
    groups = {"deprivation": [1, 2, 3]}
    rate = xr.DataArray([0.08, 0.10, 0.12], groups)
    series = xr.Dataset(
        coords=groups | {"position": ("deprivation", [1 / 6, 3 / 6, 5 / 6])},
        attrs={"frequency": "monthly", "exposure": "population"},
    )
    found = gap_measures_of(rate, xr.full_like(rate, 100.0), series)
    assert float(found["log_rate_ratio"]) == pytest.approx(np.log(1.5))
    assert float(found["log_relative_index"]) == pytest.approx(1.5 * np.log(1.5))
    assert float(found["slope_index"]) == pytest.approx(0.06 * 100_000 * 12)
    assert float(found["shortfall_most"]) == pytest.approx(0.04 * 100 * 12)
    assert float(found["shortfall"]) == pytest.approx((0.04 + 0.02) * 100 * 12)
    expected = gap_measures_of(rate * 10, xr.full_like(rate, 10.0), series.assign_attrs(exposure="expected_admissions"))
    assert float(expected["slope_index"]) == pytest.approx(0.6 * 100)
    assert float(expected["shortfall"]) == pytest.approx(72.0)


def test_effects_of_single_groups_change_the_gap_as_they_do():
    series, truth = simulate_series(
        Sizes(groups=5),
        usual=Usual(gradient=0.2),
        change=Change(by_group=(0.2, 0.2, 0, 0, 0)),
        noise=MonthlyNoise(sd=0),
        seed=1,
    )
    pair = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual}).expand_dims(("chain", "draw"))
    assert float(gap_change(pair, series, truth.plan)["log_rate_ratio"].squeeze()) == pytest.approx(-0.2)
    np.testing.assert_allclose(np.log(truth.rate_ratio).squeeze(), [0.2, 0.2, 0, 0, 0], atol=1e-12)


def test_two_groups_have_a_ratio_and_a_difference():
    series, truth = simulate_series(Sizes(groups=2), change=Change(gap=-0.2), seed=1)
    pair = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual}).expand_dims(("chain", "draw"))
    change = gap_change(pair, series, truth.plan)
    np.testing.assert_allclose(change["log_relative_index"], change["log_rate_ratio"])
    assert change["slope_index"].notnull().all()


def test_rates_of_groups_are_admissions_over_exposure_in_the_chosen_periods():
    series, plan, draws, _ = known_effect()
    for chosen in (counted_periods(series, plan), earlier_periods(series, plan)):
        rate, exposure = group_rates(draws["fitted"], series["exposure"], chosen)
        cells = series["exposure"].where(chosen)
        expected = draws["fitted"].where(chosen).sum(["period", "ics", "procedure"]) / cells.sum(
            ["period", "ics", "procedure"]
        )
        np.testing.assert_allclose(rate, expected)
        np.testing.assert_allclose(exposure, cells.sum(["ics", "procedure"]).where(chosen, drop=True).mean("period"))


def test_a_log_gap_weighs_groups_by_their_exposure_and_is_turned_by_turning_rates():
    rate = xr.DataArray([1.0, 1.3, 1.1, 1.5], dims="deprivation")
    place = xr.DataArray([0.1, 0.3, 0.6, 0.9], dims="deprivation")
    weight = xr.DataArray([4.0, 1.0, 2.0, 3.0], dims="deprivation")
    slope = np.polyfit(place.values, np.log(rate.values), 1, w=np.sqrt(weight.values))[0]
    assert float(log_gap(rate, weight, place)) == pytest.approx(slope)
    assert float(log_gap(1 / rate, weight, place)) == pytest.approx(-slope)


def test_a_gap_that_opens_wider_the_other_way_did_not_narrow():
    """1.10 times at the least deprived end without it, and 1.50 times at the other with it."""
    rng = np.random.default_rng(1)
    draws = {"log_relative_index_without": np.log(1.1), "log_relative_index_with": -np.log(1.5)}
    noisy = {name: (("chain", "draw"), middle + rng.normal(0, 0.02, (1, 1000))) for name, middle in draws.items()}
    crossed = narrowing(xr.Dataset(noisy))
    assert float((crossed > 0).mean()) < 0.01
    assert float(crossed.median()) == pytest.approx(np.log(1.1) - np.log(1.5), abs=0.005)


def test_uncertainty_about_a_gap_near_none_is_not_taken_for_narrowing():
    rng = np.random.default_rng(1)
    spread = {"log_relative_index_without": (0.01, 0.05), "log_relative_index_with": (-0.001, 0.01)}
    draws = {name: (("chain", "draw"), rng.normal(*pair, (1, 4000))) for name, pair in spread.items()}
    assert 0.4 < float((narrowing(xr.Dataset(draws)) > 0).mean()) < 0.65


def test_the_change_of_the_log_gap_alone_is_that_among_the_measures():
    series, plan, draws, _ = known_effect(Change(0.1, gap=-0.1))
    counted = counted_periods(series, plan)
    np.testing.assert_array_equal(
        log_gap_change(draws, series, counted).values, gap_change(draws, series, plan)["log_relative_index"].values
    )
