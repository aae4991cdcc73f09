"""What a series could find, before any result: from the data before the start alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.as_of import hide_counts_from, truncate_at
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import read_series
from equitymodel.errors import OptionError, SpecError
from equitymodel.estimands.power import UNPLANNED, AutocorrelatedNoise, StudyDesign, minimum_detectable_effect
from equitymodel.simulate.series_world import MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.studies.planning import GAP, time_to_know

pytestmark = pytest.mark.unit


def rows_of(found, **wanted):
    table = found.table
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table.set_index("months_after")


def test_nothing_from_the_start_on_is_looked_at():
    series, truth = simulate_series(Sizes(groups=2, periods=42, before=30), seed=1)
    after = series["period"] >= np.datetime64(str(truth.plan.start))
    other = series.assign(
        admissions=series["admissions"].where(~after, 7 * series["admissions"]),
        exposure=series["exposure"].where(~after, 3 * series["exposure"]),
    )
    found = [str(time_to_know(part, truth.plan, within=12)) for part in (series, other)]
    shorter = time_to_know(series.isel(period=slice(0, 30)), truth.plan, within=12)
    assert found[0] == found[1] == str(shorter)


def test_it_is_the_formula_at_the_noise_that_was_learned():
    series, truth = simulate_series(Sizes(periods=60, before=36), usual=Usual(400), seed=1)
    found = time_to_know(series, truth.plan, model=load_series_model().leaving_out(*UNPLANNED), within=24)
    noise = found.noise.iloc[0]
    for slope, model in ((True, "level and slope"), (False, "level only")):
        lasting = AutocorrelatedNoise(rho=noise["rho"], sd=noise["sd"])
        formula = minimum_detectable_effect(
            StudyDesign(36, 12, slope=slope), admissions=noise["admissions"], noise=lasting
        )
        row = rows_of(found, model=model).loc[12]
        assert row["minimum_detectable_effect"] == pytest.approx(formula, rel=1e-3)
    bending = time_to_know(series, truth.plan, within=24)
    larger = rows_of(bending, model="level and slope").loc[12, "minimum_detectable_effect"]
    assert larger > rows_of(found, model="level and slope").loc[12, "minimum_detectable_effect"], "it allows for bends"


def test_the_gap_of_two_groups_is_that_of_two_series():
    series, truth = simulate_series(Sizes(groups=2, periods=60, before=36), usual=Usual(400), seed=2)
    found = time_to_know(series, truth.plan, model=load_series_model().leaving_out(*UNPLANNED), within=12)
    noise = found.noise.set_index("measure").loc[GAP]
    each = [float(size) for size in series["admissions"].isel(period=slice(0, 36)).mean("period").values.ravel()]
    lasting = AutocorrelatedNoise(rho=noise["rho"], sd=noise["sd"])
    logs = [np.log1p(minimum_detectable_effect(StudyDesign(36, 12), admissions=size, noise=lasting)) for size in each]
    row = rows_of(found, measure=GAP, declared=True).loc[12]
    assert np.log1p(row["minimum_detectable_effect"]) == pytest.approx(np.hypot(*logs), rel=1e-3)


def test_how_long_to_wait_and_that_it_may_be_never():
    large, truth = simulate_series(Sizes(periods=60, before=48), noise=MonthlyNoise(0.01), usual=Usual(20_000), seed=1)
    found = time_to_know(large, truth.plan, model=load_series_model().leaving_out("slope"), within=36)
    needed = found.needed.set_index("model").loc["level only"]
    powers = rows_of(found, model="level only")["power"]
    assert powers.loc[needed["months_needed"] :].min() >= 0.8
    assert needed["declared"]
    small, truth = simulate_series(usual=Usual(10), seed=1)
    asked = time_to_know(small, truth.plan, within=24)
    assert asked.needed["months_needed"].isna().all()
    assert "never within 24 months" in str(asked)


def test_it_can_be_asked_before_the_start_has_come_and_not_without_a_past():
    series, truth = simulate_series(Sizes(periods=40, before=36), seed=1)
    later = replace(truth.plan, date="2021-06")
    assert "40 months before 2021-06-01" in str(time_to_know(series, later, within=12))
    with pytest.raises(SpecError, match="before the start"):
        time_to_know(series, replace(truth.plan, date="2010-01"))


@pytest.mark.parametrize("frequency", ["quarterly", "weekly"])
def test_other_frequencies_and_a_lag_inside_a_period(frequency):
    step = {"quarterly": "QS", "weekly": "W-MON"}[frequency]
    days = pd.date_range("2012-01-02" if frequency == "weekly" else "2012-01-01", "2017-12-31", freq=step)
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(
        {"period": days.strftime("%Y-%m-%d"), "admissions": rng.poisson(200, len(days)), "population": 1000}
    )
    series = read_series(rows, periods=Periods(frequency))
    plan = Interruption("2018-01-01", lag=3.5)
    found = time_to_know(series, plan, model=load_series_model().leaving_out("slope").with_harmonics(1), within=14)
    assert 71 < found.noise["months_before"].iloc[0] < 73
    per_month = {"quarterly": 200 / 3, "weekly": 200 * 365.2425 / 84}[frequency]
    assert found.noise["admissions"].iloc[0] == pytest.approx(per_month, rel=0.05)
    assert rows_of(found, declared=True)["power"].between(0.01, 0.99).all()


def test_fewer_months_than_a_verdict_needs_are_refused():
    series, truth = simulate_series(seed=1)
    with pytest.raises(OptionError, match="within is 6 months"):
        time_to_know(series, truth.plan, within=6)


def test_a_longer_calendar_keeps_what_is_known_and_masks_declared_breaks():
    months = pd.period_range("2018-01", "2021-12", freq="M").astype(str)
    series = read_series(pd.DataFrame({"period": months, "admissions": 100, "population": 1000}))
    longer = truncate_at(series, pd.Timestamp("2019-07-01"), months=36)
    assert longer["admissions"].notnull().sum() == 18
    assert longer["masked"].values[: series.sizes["period"]].tolist() == series["masked"].values.tolist()
    assert longer["working_days"].values[:48].tolist() == series["working_days"].values.tolist()
    assert longer["elapsed"].values.tolist() == list(range(54))
    assert float(longer["exposure"].min()) == 1000


def test_counts_and_bounds_are_hidden_and_nothing_else():
    rows = pd.DataFrame({"period": [f"2018-0{m}" for m in range(1, 7)], "admissions": ["5", "*", "7", "8", "*", "6"],
                         "population": 100})  # fmt: skip
    series = read_series(rows, small_numbers="lt5")
    hidden = hide_counts_from(series, pd.Timestamp("2018-04-01"))
    for name in ("admissions_low", "admissions_high"):
        assert hidden[name].isnull().values.ravel().tolist() == [False] * 3 + [True] * 3
    assert hidden["exposure"].equals(series["exposure"])
