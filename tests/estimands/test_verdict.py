"""The rule of the verdict, part by part, with constructed evidence on either side of each of its numbers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from equitymodel.estimands.verdict import Evidence, assess, probability_of_direction, summarise_log_ratio
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit
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
        ({"placebos": (*REAL.placebos, np.nan)}, "At 8 dates before the start"),
        ({"forecasts": forecast(held=0.8, error=0.9).assign(held=np.nan)}, "No fit from which to forecast passed"),
        ({"left_out": "Left out: the groups."}, "- Left out: the groups."),
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
        ("placebo", {"placebos": (np.nan, np.nan)}),
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


# Each number of the rule: just on one side of it, and just on the other


def checks(**change):
    return assess(replace(REAL, **change)).checks


def split(share, *, there=0.2, elsewhere=-0.2, draws=1000):
    """Draws of which exactly a share lies at one value, and the rest at another."""
    at = round(share * draws)
    assert at == pytest.approx(share * draws)
    return np.r_[np.full(at, there), np.full(draws - at, elsewhere)]


def models(*, agree, sure, of, probability=0.951):
    """Models of which some agree on the direction, and some of those are sure of it."""
    estimate = np.where(np.arange(of) < agree, 0.2, -0.2)
    return pd.DataFrame({"estimate": estimate, "probability": np.where(np.arange(of) < sure, probability, 0.5)})


@pytest.mark.parametrize("direction", [1, -1])
def test_the_interval_asks_for_more_than_the_threshold_of_the_plan(direction):
    assert Interruption("2020-01").threshold == 0.975
    once = {"threshold": Interruption("2020-01").threshold}
    assert not checks(log_ratio=direction * split(0.975), **once)["interval"]
    assert checks(log_ratio=direction * split(0.976), **once)["interval"]
    four = {"threshold": Interruption("2020-01", looks=4).threshold}
    assert not checks(log_ratio=direction * split(0.986), **four)["interval"]
    assert checks(log_ratio=direction * split(0.987), **four)["interval"]


def test_the_interval_that_is_printed_is_that_of_the_threshold():
    assert "95 % credible interval" in assess(REAL).reasons[0]
    assert "97.2 % credible interval" in assess(replace(REAL, threshold=0.986)).reasons[0]
    even = replace(REAL, log_ratio=np.log1p(np.linspace(-1, 1, 2001)[1:-1] / 10 + 0.2))
    assert "(95 % credible interval +10.5 to +29.5)" in assess(even).reasons[0]


@pytest.mark.parametrize("direction", [1, -1])
def test_a_relevant_change_has_a_probability_of_four_in_five_or_more(direction):
    assert checks(log_ratio=direction * split(0.800, elsewhere=0.01))["matters"]
    assert not checks(log_ratio=direction * split(0.799, elsewhere=0.01))["matters"]


def test_a_relevant_change_is_larger_than_the_smallest_that_was_declared():
    for change in (0.05, 0.1):
        assert checks(log_ratio=np.full(100, np.log1p(change + 1e-6)), smallest_change=change)["matters"]
        assert not checks(log_ratio=np.full(100, np.log1p(change - 1e-6)), smallest_change=change)["matters"]


@pytest.mark.parametrize(
    ("tried", "allowed"),
    [(1, 1), (4, 1), (5, 2), (12, 2), (13, 3), (21, 3), (22, 4), (31, 4), (32, 5)],
)
def test_placebo_dates_may_show_as_many_changes_as_chance_alone(tried, allowed):
    """The 98 % bound of a binomial at 5 %, worked out beforehand."""
    for found, held in ((allowed, True), (allowed + 1, False)):
        if found <= tried:
            assert checks(placebos=(0.99,) * found + (0.5,) * (tried - found))["placebo"] == held


def test_a_placebo_date_shows_a_change_above_the_threshold_only():
    assert checks(placebos=(0.975,) * 8)["placebo"]
    assert not checks(placebos=(0.9751,) * 8)["placebo"]


@pytest.mark.parametrize("direction", [1, -1])
def test_a_placebo_outcome_changed_above_the_threshold_only(direction):
    assert checks(placebo_outcome=direction * split(0.975))["placebo_outcome"]
    assert not checks(placebo_outcome=direction * split(0.976))["placebo_outcome"]


def test_forecasts_hold_three_in_four_counts_or_more():
    assert checks(forecasts=forecast(held=0.75, error=0.8, months=200))["forecasts"]
    assert not checks(forecasts=forecast(held=0.745, error=0.8, months=200))["forecasts"]


def test_forecasts_err_less_than_the_year_before_where_24_months_or_more_were_forecast():
    assert checks(forecasts=forecast(held=1, error=0.999))["forecasts"]
    assert not checks(forecasts=forecast(held=1, error=1.0))["forecasts"]
    assert checks(forecasts=forecast(held=1, error=1.5, months=23))["forecasts"]
    assert not checks(forecasts=forecast(held=1, error=1.5, months=24))["forecasts"]


@pytest.mark.parametrize(
    ("table", "held"),
    [
        (models(agree=9, sure=9, of=10), True),
        (models(agree=17, sure=17, of=19), False),
        (models(agree=10, sure=7, of=10), True),
        (models(agree=13, sure=9, of=13), False),
        (models(agree=10, sure=10, of=10, probability=0.95), False),
    ],
    ids=["nine in ten agree", "fewer agree", "seven in ten are sure", "fewer are sure", "95 % is not sure"],
)
def test_nine_in_ten_models_agree_and_seven_in_ten_are_sure(table, held):
    assert checks(specifications=table)["models"] == held


def test_models_agree_with_the_direction_that_was_found():
    falls = AGREED.assign(estimate=-0.2)
    assert checks(log_ratio=-REAL.log_ratio, specifications=falls)["models"]
    assert not checks(log_ratio=REAL.log_ratio, specifications=falls)["models"]


def test_noise_is_a_drift_when_a_correlation_above_0_9_has_a_probability_of_half():
    assert checks(rho=np.full(100, 0.9))["drift"]
    assert not checks(rho=np.full(100, 0.9 + 1e-9))["drift"]
    assert checks(rho=split(0.499, there=0.95, elsewhere=0.1))["drift"]
    assert not checks(rho=split(0.500, there=0.95, elsewhere=0.1))["drift"]


@pytest.mark.parametrize(("before", "after", "assessed"), [(24, 12, True), (23.9, 12, False), (24, 11.9, False)])
def test_a_verdict_needs_24_months_before_and_12_after(before, after, assessed):
    found = assess(replace(REAL, before=before, after=after))
    assert (found.verdict != "not assessable") == assessed


@pytest.mark.parametrize(("share", "said"), [(0.900, "Any change is probably smaller"), (0.899, "not evidence that")])
def test_a_change_is_called_small_when_nine_in_ten_draws_are(share, said):
    found = assess(replace(REAL, log_ratio=split(share, there=0.01, elsewhere=0.2)))
    assert said in found.reasons[-1]


@pytest.mark.parametrize("threshold", [0.975, 0.986])
def test_information_is_enough_where_the_smallest_relevant_change_is_found_in_80_per_cent_of_cases(threshold):
    error = np.log1p(0.05) / (norm.ppf(threshold) + norm.ppf(0.8))
    draws = np.r_[np.full(500, -1.0), np.full(500, 1.0)]
    for size, verdict in ((1.001, "not enough information"), (0.999, "change not established")):
        found = assess(replace(REAL, log_ratio=size * error * draws, threshold=threshold))
        assert found.verdict == verdict
        assert found.smallest_detectable == pytest.approx(0.05, rel=0.002)


def test_a_log_ratio_is_summarised_by_its_median_its_interval_and_its_likelier_direction():
    found = summarise_log_ratio(np.linspace(-0.2, 0.8, 1001))
    assert found == pytest.approx({"estimate": 0.3, "lower": -0.175, "upper": 0.775, "probability": 0.8}, abs=1e-3)
    assert probability_of_direction(-np.linspace(-0.2, 0.8, 1001)) == found["probability"]


def test_a_verdict_is_plain_types_for_json():
    found = assess(REAL)
    assert found.to_dict() == {
        "verdict": "real change",
        "reasons": list(found.reasons),
        "checks": found.checks,
        "smallest_detectable_change": found.smallest_detectable,
    }
    assert list(found.checks) == ["interval", "matters", "placebo", "forecasts", "models", "drift"]
