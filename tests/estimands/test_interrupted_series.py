"""Effects of an interruption: known truths come back, and swapping or scaling does what it must."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.series.read_series import add_up_series
from equitymodel.estimands.interrupted_series import (
    admissions_added,
    average_rate_ratio,
    counted_periods,
    cumulative_added,
    earlier_periods,
    predicted_added,
)
from equitymodel.estimands.series_gap import gap_change, gap_measures_of, narrowing
from equitymodel.simulate.simulated_series import simulate_series

pytestmark = pytest.mark.unit


def known(**options):
    series, truth = simulate_series(areas=2, groups=5, seed=2, **{"effect": 0.1, **options})
    pair = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual})
    return series, truth.plan, pair.expand_dims(("chain", "draw")), truth


def test_a_known_change_comes_back():
    series, plan, draws, truth = known()
    counted = counted_periods(series, plan)
    assert float(average_rate_ratio(draws, counted).squeeze()) == pytest.approx(np.exp(0.1))
    by_cell = average_rate_ratio(draws, counted, by=("ics", "deprivation")).squeeze()
    np.testing.assert_allclose(by_cell, truth.rate_ratio.squeeze().transpose(*by_cell.dims))
    assert not (counted & earlier_periods(series, plan)).any()


def test_cumulative_admissions_end_at_the_total_and_begin_at_the_start():
    series, plan, draws, _ = known()
    counted = counted_periods(series, plan)
    path = cumulative_added(draws, counted).squeeze()
    assert float(path[-1]) == pytest.approx(float(admissions_added(draws, counted).squeeze()))
    assert int(path.isnull().sum()) == 36


def test_the_predicted_effect_is_the_effect_and_the_noise_of_counts():
    series, plan, draws, _ = known()
    counted = counted_periods(series, plan)
    many = draws.isel(draw=np.zeros(500, dtype=int))
    found = predicted_added(many, series["admissions"], counted, seed=1)
    expected = series["admissions"].where(counted).sum() - draws["counterfactual"].where(counted).sum()
    assert float(found.mean()) == pytest.approx(float(expected), abs=30)
    assert float(found.std()) == pytest.approx(float(np.sqrt(draws["counterfactual"].where(counted).sum())), rel=0.15)


def test_a_change_alike_for_all_leaves_relative_gaps_alone():
    series, plan, draws, _ = known(gap_effect=0.0)
    change = gap_change(draws, series, plan)
    assert float(change["log_relative_index"].squeeze()) == pytest.approx(0, abs=1e-12)
    assert float(change["slope_index"].squeeze()) > 0
    assert float(narrowing(change).squeeze()) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("gradient", [0.3, -0.3])
def test_narrowing_has_the_direction_of_the_gap_before(gradient):
    series, plan, draws, _ = known(gap_effect=-0.1 * np.sign(gradient), gradient=gradient)
    change = gap_change(draws, series, plan)
    assert float(change["log_relative_index"].squeeze()) == pytest.approx(-0.1 * np.sign(gradient), abs=0.005)
    assert float(narrowing(change).squeeze()) == pytest.approx(0.1, abs=0.005)


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
    series, truth = simulate_series(groups=5, gradient=0.2, group_effects=(0.2, 0.2, 0, 0, 0), sd=0, seed=1)
    pair = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual}).expand_dims(("chain", "draw"))
    assert float(gap_change(pair, series, truth.plan)["log_rate_ratio"].squeeze()) == pytest.approx(-0.2)
    np.testing.assert_allclose(np.log(truth.rate_ratio).squeeze(), [0.2, 0.2, 0, 0, 0], atol=1e-12)


def test_two_groups_have_a_ratio_and_a_difference():
    series, truth = simulate_series(groups=2, gap_effect=-0.2, seed=1)
    pair = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual}).expand_dims(("chain", "draw"))
    change = gap_change(pair, series, truth.plan)
    np.testing.assert_allclose(change["log_relative_index"], change["log_rate_ratio"])
    assert change["slope_index"].notnull().all()


def test_a_series_added_up_keeps_its_totals():
    series, _, _, _ = known()
    total = add_up_series(series)
    assert total["admissions"].shape == (60, 1, 1, 1)
    np.testing.assert_allclose(
        total["admissions"].squeeze(), series["admissions"].sum(["ics", "deprivation", "procedure"])
    )
    by_group = add_up_series(series, ("ics", "procedure"))
    np.testing.assert_allclose(by_group["exposure"].squeeze(), series["exposure"].sum(["ics", "procedure"]))
    np.testing.assert_allclose(by_group["position"], series["position"])
    unknown = series.assign(admissions=series["admissions"].where(series["period"] != series["period"][3]))
    assert int(add_up_series(unknown)["admissions"].isnull().sum()) == 1
