"""Series of worlds have the package's working days and masks, and the truth they say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import read_series
from equitymodel.estimands.interrupted_series import average_rate_ratio, judged_periods
from equitymodel.estimands.series_gap import gap_change
from equitymodel.simulate.course import Timeline
from equitymodel.simulate.series_world import MonthlyNoise
from equitymodel.simulate.series_worlds import SERIES_WORLDS
from equitymodel.simulate.simulated_world import simulate_world

pytestmark = pytest.mark.unit
QUIET = MonthlyNoise(0.0, autocorrelation=0.0)


def test_working_days_and_masks_are_those_of_reading():
    series = simulate_world(SERIES_WORLDS["recovery_25_10"], seed=1).series
    months = pd.date_range("2018-04", "2025-03", freq="MS").strftime("%Y-%m")
    table = pd.DataFrame({"period": months, "admissions": series["admissions"].values.ravel(),
                          "expected_admissions": 1000.0})  # fmt: skip
    read = read_series(table, exposure="expected_admissions", areas="any", periods=Periods())
    xr.testing.assert_equal(series["working_days"], read["working_days"])
    xr.testing.assert_equal(series["masked"], read["masked"])
    masked = series["period"][series["masked"]]
    assert (str(masked.values[0])[:7], str(masked.values[-1])[:7], masked.size) == ("2020-03", "2021-03", 13)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [(name, "level") for name in SERIES_WORLDS]
    + [(name, "gap") for name in SERIES_WORLDS if "slope" in name or "ramp" in name],
)
def test_truths_are_what_the_world_says(name, outcome):
    world = SERIES_WORLDS[name]
    truth = simulate_world(world, outcome, seed=2).truth
    way = 1 if outcome == "level" else -1
    size = way * np.log1p(world.effect.size)
    if world.effect.form == "step":
        assert (truth.judged, truth.all_months) == pytest.approx((size, size), abs=1e-9)
    elif world.effect.form == "slope":
        assert truth.all_months == pytest.approx(size, abs=0.01)
    else:
        assert 0 < way * truth.judged < way * truth.all_months < np.log1p(world.effect.size)


@pytest.mark.parametrize("name", ["recovery_25_10_ramp_20", "nothing_no_break_slope_15_as_slope", "co_intervention"])
def test_truths_are_those_of_the_estimands(name):
    level, gap = (simulate_world(SERIES_WORLDS[name], outcome, seed=3) for outcome in ("level", "gap"))
    assert level.truth.judged == pytest.approx(
        float(np.log(average_rate_ratio(known(level), judged_periods(level.series, level.plan))).squeeze()), abs=1e-9
    )
    found = gap_change(known(gap), gap.series, gap.plan, judged_periods(gap.series, gap.plan))
    assert gap.truth.judged == pytest.approx(float(found["log_relative_index"].squeeze()), abs=1e-9)


def test_reversed_labels_give_mirrored_truths_and_the_same_people():
    made = simulate_world(SERIES_WORLDS["recovery_25_10_ramp_20"], "gap", seed=4)
    turned = made.mirrored()
    assert turned.truth.judged == pytest.approx(-made.truth.judged, abs=1e-12)
    assert turned.truth.all_months == pytest.approx(-made.truth.all_months, abs=1e-12)
    assert np.all(turned.series["admissions"].values[:, :, ::-1] == made.series["admissions"].values)
    assert np.all(np.diff(turned.series["position"]) > 0)
    assert list(turned.series["deprivation"].values) == [1, 2, 3, 4, 5]
    again = turned.mirrored().series
    np.testing.assert_allclose(again["position"], made.series["position"])


def test_what_happens_is_deeper_for_the_more_deprived():
    world = replace(SERIES_WORLDS["lasting_loss"], noise=QUIET)
    without = replace(world, course=SERIES_WORLDS["nothing"].course)
    pair = [simulate_world(each, "gap", seed=5) for each in (world, without)]
    loss = np.log(pair[0].fitted / pair[1].fitted).isel(period=-1).squeeze()
    np.testing.assert_allclose(loss, np.log(0.9) * (1.5 - pair[0].series["position"]), atol=1e-12)


def test_the_exposed_alone_and_one_control_alone():
    trends = replace(SERIES_WORLDS["unlike_trends"], noise=QUIET)
    rates = simulate_world(trends, seed=6).fitted.squeeze()
    grown = np.log(rates.isel(period=12) / rates.isel(period=0)).values
    assert grown[0] - grown[1:] == pytest.approx(0.067 * np.ones(3))
    gained = replace(SERIES_WORLDS["co_intervention"], noise=QUIET)
    made = simulate_world(gained, seed=6)
    ratio = np.log(made.fitted / made.fitted.isel(ics=0)).squeeze()
    changed = (ratio.isel(period=-1) - ratio.isel(period=0)).values
    assert changed == pytest.approx([0, 0, 0, np.log(1.15)], abs=1e-12)
    assert made.truth.judged == pytest.approx(0)


def test_wrong_days_follow_weekdays_with_bank_holidays_among_them():
    pair = [simulate_world(replace(SERIES_WORLDS[name], noise=QUIET), seed=7) for name in ("wrong_days", "nothing")]
    ratio = (pair[0].fitted / pair[1].fitted).squeeze()
    may, july = (float(ratio.sel(period=month)) for month in ("2019-05-01", "2019-07-01"))
    assert may / july == pytest.approx(23 / 21, abs=1e-9)


@pytest.mark.parametrize(("name", "one_apart", "two_apart"), [("nothing", 0.3, 0.09), ("two_months", 0.5, 0.55)])
def test_noise_has_the_size_and_memory_it_says(name, one_apart, two_apart):
    many = np.array([deviation(SERIES_WORLDS[name], seed=seed) for seed in range(20)])
    assert many.std() == pytest.approx(0.05, rel=0.1)
    assert np.corrcoef(many[:, 1:].ravel(), many[:, :-1].ravel())[0, 1] == pytest.approx(one_apart, abs=0.08)
    assert np.corrcoef(many[:, 2:].ravel(), many[:, :-2].ravel())[0, 1] == pytest.approx(two_apart, abs=0.08)


def test_groups_share_half_of_the_noise_and_a_walk_goes_by_steps_of_two_per_cent():
    many = [deviation(SERIES_WORLDS["nothing"], seed=seed, outcome="gap") for seed in range(12)]
    assert np.corrcoef(np.concatenate(many).T)[0, 1] == pytest.approx(0.5, abs=0.08)
    steps = np.diff(deviation(SERIES_WORLDS["random_walk"], seed=1), axis=0)
    assert steps.std() == pytest.approx(0.02, rel=0.25)


def deviation(world, *, seed, outcome="level"):
    """Give the noise of each month and group: what remains against the same world without noise."""
    quiet = replace(world, noise=QUIET, walks=False, second_correlation=0.0)
    pair = [simulate_world(each, outcome, seed=seed).fitted for each in (world, quiet)]
    return np.log(pair[0] / pair[1]).squeeze().values


def known(made):
    """Lay the truth out as draws."""
    return xr.Dataset({"fitted": made.fitted, "counterfactual": made.counterfactual}).expand_dims(("chain", "draw"))


def test_time_lies_where_the_layout_says():
    layout = SERIES_WORLDS["nothing"].layout
    made = simulate_world(SERIES_WORLDS["nothing"], seed=9)
    time = Timeline(layout.periods, layout.before, layout.reentry)
    start, reentry = (made.series["period"].values[place] for place in (time.start, time.reentry))
    assert (str(start)[:7], str(reentry)[:7]) == ("2023-04", "2021-04")
    assert made.plan.start.isoformat() == "2023-04-01"
