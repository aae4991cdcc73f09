"""Controls and staggered starts: what happens to all is no effect, and effects are counted where they are."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.estimands.before_start import placebo_plans
from equitymodel.estimands.interrupted_series import (
    admissions_added,
    average_rate_ratio,
    counted_periods,
    cumulative_added,
    earlier_periods,
)
from equitymodel.estimands.series_gap import gap_change
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.series_layout import lay_out
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit


def interval(series, plan, model):
    fit = fit_interruption(*add_up_arms(series, plan), model, seed=1, draws=800)
    assert fit.sound
    ratio = np.log(average_rate_ratio(fit.draws, counted_periods(fit.series, fit.plan)))
    return np.quantile(ratio, [0.025, 0.975])


def test_a_shock_to_all_is_an_effect_without_controls_and_none_with_them(plain_controlled):
    world = {"areas": 4, "exposed_areas": 2, "periods": 40, "before": 26, "expected": 1000, "sd": 0.02, "seed": 4}
    series, truth = simulate_series(shock=0.2, seasonality=0.0, **world)
    lower, upper = interval(series, truth.plan, plain_controlled)
    assert lower < 0 < upper
    assert interval(series, replace(truth.plan, exposed=None), plain_controlled)[0] > 0.1
    moved, _ = simulate_series(shock=0.2, effect=-0.2, seasonality=0.0, **world)
    lower, upper = interval(moved, truth.plan, plain_controlled)
    assert lower < -0.2 < upper < 0


@pytest.fixture(scope="module")
def staggered():
    """Four areas by five groups; the first starts in March, the second in May, the others never."""
    series, truth = simulate_series(areas=4, groups=5, periods=36, before=26, exposed_areas=2, seed=3)
    return series, replace(truth.plan, starts={"area 02": "2019-05"})


def test_features_of_the_effect_are_zero_in_controls_and_common_ones_are_not(staggered):
    series, plan = staggered
    layout = lay_out(series, plan, load_series_model("controlled_interruption"))
    names = layout.feature_names
    assert [name for name in names if name.startswith("common")] == [
        "common level 2019-03-01", "common slope 2019-03-01", "common level 2019-05-01", "common slope 2019-05-01",
    ]  # fmt: skip
    assert [names[k] for k in layout.effect] == ["slope", "level"]
    late, control = (np.flatnonzero(layout.cells["ics"] == area) for area in ("area 02", "area 03"))
    level = layout.features[..., names.index("level")]
    assert level[:, late].sum(axis=0).tolist() == [8.0] * 5
    assert not level[:, control].any()
    assert layout.features[:, control, names.index("common level 2019-03-01")].sum() == 5 * 10
    assert "level area 03" not in layout.names
    assert {"level area 01", "kappa", "common kappa 2019-05-01"} <= set(layout.names)
    waves = [name for name in layout.names if name.startswith("sin 1")]
    assert len(waves) == 2  # the exposed and their controls have seasons of their own
    assert layout.hyper[-2:] == ("common sd", "common rho")


def test_a_model_without_controls_has_nothing_that_all_share_at_the_start(staggered):
    series, plan = staggered
    free = lay_out(series, replace(plan, exposed=None, starts=None), load_series_model("controlled_interruption"))
    assert not any(name.startswith("common") for name in free.feature_names)


def test_a_single_series_shares_no_noise_and_groups_do():
    series, truth = simulate_series(groups=2, seed=1)
    model = load_series_model("gap_interruption")
    assert lay_out(series, truth.plan, model).common
    assert not lay_out(*add_up_arms(series, truth.plan), model).common


def test_effects_count_exposed_cells_and_their_own_periods_only(staggered):
    series, plan = staggered
    draws = series[["exposure"]].rename(exposure="counterfactual").expand_dims(("chain", "draw"))
    draws = draws.assign(fitted=draws["counterfactual"] + 1)
    counted = counted_periods(series, plan)
    assert float(admissions_added(draws, counted).squeeze()) == 5 * (10 + 8)
    by = admissions_added(draws, counted, by=("ics",)).squeeze()
    assert by.values.tolist() == [50, 40, 0, 0]
    path = cumulative_added(draws, counted).squeeze()
    assert int(path.isnull().sum()) == 26
    assert float(path[-1]) == 90
    earlier = earlier_periods(series, plan).sum("period")
    assert earlier.values.tolist() == [26, 28, 0, 0]


def test_the_gap_is_that_among_the_exposed():
    series, truth = simulate_series(areas=4, groups=5, exposed_areas=1, gap_effect=-0.2, gap_shock=0.5, seed=1)
    draws = truth.fitted.to_dataset(name="fitted").assign(counterfactual=truth.counterfactual)
    draws = draws.expand_dims(("chain", "draw"))
    change = gap_change(draws, series, truth.plan)
    assert float(change["log_relative_index"].squeeze()) == pytest.approx(-0.2, abs=0.01)
    alone = series.sel(ics=["area 01"])
    expected = gap_change(draws.sel(ics=["area 01"]), alone, replace(truth.plan, exposed=None))
    for name in change:
        assert float(change[name].squeeze()) == pytest.approx(float(expected[name].squeeze())), name


def test_placebo_dates_lie_before_the_first_start_and_keep_who_was_exposed():
    series, truth = simulate_series(areas=3, exposed_areas=2, periods=72, before=50, seed=1)
    plan = replace(truth.plan, starts={"area 02": str(series["period"].values[40])[:10]})
    earlier, plans = placebo_plans(series, plan)
    assert earlier.sizes["period"] == 40
    assert plans
    for placebo in plans:
        assert placebo.exposed == plan.exposed
        assert earlier["period"].values[18] <= np.datetime64(placebo.first_start)
