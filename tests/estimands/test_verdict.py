"""The rule of the verdict, part by part, with constructed evidence; and what is tried against a change."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import SpecError
from equitymodel.estimands.before_start import placebo_plans
from equitymodel.estimands.defensible_models import (
    CALLED_FOR,
    other_models,
    share_nearer_than_zero,
    why_not_defensible,
)
from equitymodel.estimands.verdict import Evidence, assess
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.studies.other_models import terms_called_for

pytestmark = pytest.mark.unit
MODEL = load_series_model()
RNG = np.random.default_rng(1)


def forecast(*, held, error, months=24):
    starts = pd.date_range("2016-01", periods=months, freq="MS").strftime("%Y-%m-%d")
    return pd.DataFrame({"period": starts, "held": np.arange(months) < held * months, "scaled_error": error})


AGREED = pd.DataFrame({"estimate": [0.2] * 6, "probability": [0.99] * 6})
REAL = Evidence(
    log_ratio=RNG.normal(0.2, 0.03, 4000), what="admissions", before=36, after=24, threshold=0.975, smallest_change=0.05,
    placebos=(0.6, 0.7, 0.9, 0.98, 0.5, 0.8, 0.6, 0.7), specifications=AGREED, rho=RNG.uniform(-0.2, 0.6, 4000),
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"placebo_outcome": RNG.normal(0.0, 0.03, 4000)}, "did not show a change"),
        ({"forecasts": forecast(held=0.8, error=0.9)}, "0.90 of those"),
        ({"forecasts": forecast(held=0.9, error=1.1, months=12)}, "Only 12 different months were forecast"),
        ({"forecasts": forecast(held=0.9, error=np.nan)}, "no year before to hold their errors against"),
        ({"forecasts": forecast(held=0.9, error=1.1).iloc[:0]}, "too few months before the start to try forecasts"),
        ({"specifications": AGREED.assign(estimate=[0.2] * 5 + [-0.1], counted=[True] * 5 + [False])}, "not counted"),
    ],
)
def test_what_holds_or_cannot_be_tried_does_not_stand_in_the_way(change, said):
    found = assess(replace(REAL, **change))
    assert found.verdict == "real change"
    assert said in str(found)


def test_a_change_is_real_when_every_part_holds():
    found = assess(REAL)
    assert found.verdict == "real change"
    assert all(found.checks.values())
    assert "+22" in found.reasons[0]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("placebo", {"placebos": (0.99,) * 8}),
        ("placebo", {"placebos": ()}),
        ("models", {"specifications": AGREED.assign(estimate=[0.2] * 5 + [-0.1])}),
        ("models", {"specifications": AGREED.assign(probability=[0.99] * 3 + [0.9] * 3)}),
        ("drift", {"rho": np.full(4000, 0.95)}),
        ("placebo_outcome", {"placebo_outcome": RNG.normal(0.1, 0.03, 4000)}),
        ("forecasts", {"forecasts": forecast(held=0.7, error=0.8)}),
        ("forecasts", {"forecasts": forecast(held=0.9, error=1.1)}),
    ],
)
def test_one_part_that_fails_is_enough(part, change):
    found = assess(replace(REAL, **change))
    assert found.verdict == "change not established"
    assert [name for name, held in found.checks.items() if not held] == [part]


def test_a_wide_interval_is_not_enough_information():
    found = assess(replace(REAL, log_ratio=RNG.normal(0.05, 0.1, 4000)))
    assert found.verdict == "not enough information"
    assert found.smallest_detectable == pytest.approx(0.32, abs=0.02)


def test_a_narrow_interval_around_nothing_is_a_change_not_established_and_says_how_small():
    found = assess(replace(REAL, log_ratio=RNG.normal(0.0, 0.01, 4000)))
    assert found.verdict == "change not established"
    assert "probably smaller than 5 %" in found.reasons[-1]


def test_a_sure_change_that_is_too_small_to_matter_is_not_called_real():
    found = assess(replace(REAL, log_ratio=RNG.normal(0.04, 0.01, 4000)))
    assert found.verdict == "change not established"
    assert found.checks["interval"]
    assert not found.checks["matters"]


@pytest.mark.parametrize("change", [{"before": 23.0}, {"after": 11.0}, {"sound": False}])
def test_too_little_or_unsound_is_not_assessable(change):
    found = assess(replace(REAL, **change))
    assert found.verdict == "not assessable"
    assert found.checks == {}


def test_more_looks_ask_for_more():
    borderline = replace(REAL, log_ratio=RNG.normal(0.2, 0.2 / 2.1, 40_000), smallest_change=0.01)
    assert assess(borderline).checks["interval"]
    assert not assess(replace(borderline, threshold=0.9925)).checks["interval"]


@pytest.mark.parametrize("mean", [-0.3, 0.0, 0.02, 0.3])
@pytest.mark.parametrize("sd", [0.005, 0.05, 0.5])
def test_no_evidence_is_never_no_change(mean, sd):
    text = str(assess(replace(REAL, log_ratio=RNG.normal(mean, sd, 2000)))).lower()
    assert text.splitlines()[0] in ("real change", "change not established", "not enough information")
    for phrase in ("did not change", "no effect", "nothing changed."):
        assert phrase not in text.replace("this is not evidence that nothing changed.", "")


def test_placebo_dates_lie_before_with_months_on_both_sides():
    series, truth = simulate_series(periods=60, before=40, seed=1)
    earlier, plans = placebo_plans(series, truth.plan)
    assert earlier.sizes["period"] == 40
    assert len(plans) == 8
    at = [int((earlier["period"].values < np.datetime64(str(plan.start))).sum()) for plan in plans]
    assert min(at) == 18
    assert max(at) == 34


def test_too_short_a_past_has_no_placebo_and_a_date_outside_is_refused():
    series, truth = simulate_series(periods=40, before=20, seed=1)
    assert placebo_plans(series, truth.plan)[1] == []
    with pytest.raises(SpecError, match="outside"):
        placebo_plans(series, Interruption("2030-01"))


def test_a_model_without_a_trend_counts_only_where_the_data_before_show_none():
    for trend, defensible in ((0.0, True), (0.15, False)):
        series, truth = simulate_series(trend=trend, effect=0.3, expected=1000, sd=0.03, seed=1)
        called_for = terms_called_for(series, truth.plan, MODEL, seed=1)
        assert (why_not_defensible(MODEL, MODEL.leaving_out("trend"), called_for) == "") == defensible
        assert why_not_defensible(MODEL, MODEL.leaving_out("slope"), called_for) == "", "no data before can judge it"
        assert why_not_defensible(MODEL.leaving_out("trend"), MODEL, called_for) == "", "it leaves nothing out"


def test_what_counts_is_decided_before_the_start():
    series, truth = simulate_series(trend=0.05, periods=48, before=36, seed=2)
    after = series["period"] >= np.datetime64(str(truth.plan.start))
    other = series.assign(admissions=series["admissions"].where(~after, 1.0))
    found = [terms_called_for(part, truth.plan, MODEL, seed=1) for part in (series, other)]
    assert found[0] == found[1]


def test_a_second_wave_that_the_data_show_cannot_be_left_out():
    series, truth = simulate_series(expected=2000, sd=0.02, seed=3)
    days = 2 * np.pi * series["elapsed"] / 6
    wavy = series.assign(admissions=(series["admissions"] * np.exp(0.1 * np.sin(days))).round())
    for part, called in ((series, False), (wavy, True)):
        assert (terms_called_for(part, truth.plan, MODEL, seed=1)["wave 2"] > CALLED_FOR) == called
    why = why_not_defensible(MODEL, MODEL.with_harmonics(1), {"wave 2": 0.97})
    assert "wave 2" in why


def test_a_region_of_one_term_is_its_interval():
    draws = np.random.default_rng(1).normal(1.0, 0.5, size=(100_000, 1))
    assert share_nearer_than_zero(draws) == pytest.approx(0.9545, abs=0.003)  # two standard deviations
    assert share_nearer_than_zero(np.hstack([draws, draws])) == pytest.approx(share_nearer_than_zero(draws)), (
        "the same term twice"
    )


def test_other_models_are_the_default_and_five_that_differ():
    for model in (
        MODEL,
        MODEL.leaving_out("slope", "trend").including("variation").with_harmonics(1),
    ):
        tried = other_models(model)
        assert len(set(tried.values())) == 6
        assert tried["default"] == model
