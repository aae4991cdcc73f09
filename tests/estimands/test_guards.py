"""Each part of the rule: a case that stops and one that passes, on either side of its number."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.estimands.guards import (
    MonthOutOfLine,
    Recovery,
    drift_guard,
    forecast_guard,
    interval_guard,
    one_month_guard,
    placebo_guard,
    placebo_outcome_guard,
    probability_of_direction,
    recovery_guard,
    relevance_guard,
    rule_settings,
    trends_guard,
)

pytestmark = pytest.mark.unit


def split(share, *, there=0.2, elsewhere=-0.2, draws=1000):
    """Draws of which exactly a share lies at one value, and the rest at another."""
    at = round(share * draws)
    assert at == pytest.approx(share * draws)
    return np.r_[np.full(at, there), np.full(draws - at, elsewhere)]


def forecast(*, held, departure=1.0, error=0.9, months=200):
    held = np.arange(months) < held * months
    return pd.DataFrame({"origin": "2016-01-01", "held": held, "departure": departure, "scaled_error": error})


@pytest.mark.parametrize("direction", [1, -1])
def test_the_interval_asks_for_more_than_the_threshold(direction):
    assert not interval_guard(direction * split(0.975), 0.975).holds
    assert interval_guard(direction * split(0.976), 0.975).holds
    assert not interval_guard(direction * split(0.986), 0.986).holds


@pytest.mark.parametrize("direction", [1, -1])
def test_a_relevant_change_has_a_probability_of_four_in_five_or_more(direction):
    assert relevance_guard(direction * split(0.800, elsewhere=0.01), 0.05).holds
    assert not relevance_guard(direction * split(0.799, elsewhere=0.01), 0.05).holds


def test_a_relevant_change_is_larger_than_the_smallest_that_was_declared():
    for change in (0.05, 0.1):
        assert relevance_guard(np.full(100, np.log1p(change + 1e-6)), change).holds
        assert not relevance_guard(np.full(100, np.log1p(change - 1e-6)), change).holds


def test_one_size_whichever_end_of_a_gap_is_called_the_first():
    draws = np.random.default_rng(1).normal(0.09, 0.05, 4000)
    assert relevance_guard(draws, 0.05).sentence == relevance_guard(-draws, 0.05).sentence
    assert relevance_guard(np.full(10, -np.log1p(0.05) - 1e-6), 0.05).holds
    assert not relevance_guard(np.full(10, np.log(0.9524)), 0.05).holds, "one over 1.05, and not 5 % less"


def test_having_no_information_is_no_change_that_matters():
    nothing_known = np.random.default_rng(1).normal(0, 0.2, 4000)
    found = relevance_guard(nothing_known, 0.05)
    assert not found.holds
    assert "probability 0.4" in found.sentence


@pytest.mark.parametrize("direction", [1, -1])
def test_a_placebo_date_may_lie_3_2_standard_deviations_from_none(direction):
    assert placebo_guard((0.1, direction * 3.2)).holds
    failed = placebo_guard((0.1, direction * 3.21, np.nan))
    assert not failed.holds
    assert "At 2 dates" in failed.sentence
    assert "At one date before the start" in placebo_guard((0.1,)).sentence
    assert "the rule allows 3.2" in failed.sentence


@pytest.mark.parametrize(("tried", "said"), [((), "leaves enough months"), ((np.nan,), "passed its diagnosis")])
def test_without_a_placebo_date_nothing_is_called_real(tried, said):
    found = placebo_guard(tried)
    assert not found.holds
    assert said in found.sentence


@pytest.mark.parametrize("direction", [1, -1])
def test_a_placebo_outcome_changed_where_its_direction_is_more_probable_than_99_per_cent(direction):
    assert placebo_outcome_guard(direction * split(0.990), "+3 %").holds
    assert not placebo_outcome_guard(direction * split(0.991), "+3 %").holds


@pytest.mark.parametrize(
    ("table", "held"),
    [
        (forecast(held=0.65), True),
        (forecast(held=0.645), False),
        (forecast(held=1, departure=-2.8), True),
        (forecast(held=1, departure=-2.81), False),
        (forecast(held=1, departure=2.81), False),
        (forecast(held=1, error=1.5), True),
    ],
    ids=["65 % held", "fewer held", "2.8 off", "further below", "further above", "worse than the year before"],
)
def test_forecasts_are_held_against_their_own_predictive_distribution(table, held):
    assert forecast_guard(table).holds == held


def test_each_day_to_forecast_from_counts_once():
    table = pd.concat([forecast(held=1), forecast(held=1, departure=3.0).iloc[:1].assign(origin="2016-06-01")])
    found = forecast_guard(table)
    assert not found.holds
    assert "Forecast from 2 earlier dates, the mean" in found.sentence
    assert "from one earlier date" in forecast_guard(forecast(held=1)).sentence
    assert "3.0 of its predictive" in found.sentence


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (None, "too few months"),
        (forecast(held=1).iloc[:0], "too few months"),
        (forecast(held=1).assign(held=np.nan), "passed its diagnosis"),
    ],
)
def test_forecasts_that_cannot_be_tried_stop_nothing(table, said):
    found = forecast_guard(table)
    assert found.holds
    assert said in found.sentence


def test_the_year_before_is_printed_only_where_there_is_one():
    assert "0.90 of those of taking the year before (no vote)" in forecast_guard(forecast(held=1)).sentence
    assert "year before" not in forecast_guard(forecast(held=1, error=np.nan)).sentence


def test_noise_is_a_drift_when_a_correlation_above_0_9_has_a_probability_of_half():
    assert drift_guard(np.full(100, 0.9)).holds
    assert drift_guard(split(0.499, there=0.95, elsewhere=0.1)).holds
    assert not drift_guard(split(0.500, there=0.95, elsewhere=0.1)).holds


@pytest.mark.parametrize(
    ("residual", "probability", "held"), [(7.0, 0.95, False), (-7.0, 0.95, False), (7.0, 0.951, True), (4.0, 0.5, True)]
)
def test_one_month_beyond_4_must_not_carry_the_change(residual, probability, held):
    found = one_month_guard(MonthOutOfLine("2016-05", residual, probability))
    assert found.holds == held
    assert ("one month carries the change" in found.sentence) == (not held)


def test_trends_are_parallel_where_their_interval_holds_1():
    assert trends_guard(1.02, 1.0, 1.04).holds
    assert not trends_guard(1.067, 1.013, 1.123).holds
    below = trends_guard(0.94, 0.9, 0.99)
    assert not below.holds
    assert "0.940 times that among the controls a year (98% interval 0.900 to 0.990), which excludes" in below.sentence
    assert "the trend of the gap among the exposed" in trends_guard(1, 0.9, 1.1, what="the gap").sentence


def test_a_rise_must_go_beyond_the_line_from_before_the_break():
    rise = np.full(100, 0.2)
    assert recovery_guard(rise, Recovery(split(0.651))).holds
    stopped = recovery_guard(rise, Recovery(split(0.650), more_months=7))
    assert not stopped.holds
    assert "Activity is not shown to be above the line from before the break" in stopped.sentence
    assert "0.65; the rule asks for more than 0.65" in stopped.sentence
    assert "a control series, or 7 more months before the start, could tell" in stopped.sentence
    assert "1 more month before" in recovery_guard(rise, Recovery(-rise, more_months=1)).sentence
    assert "or more months before" in recovery_guard(rise, Recovery(-rise)).sentence


def test_a_fall_of_admissions_is_no_recovery():
    assert recovery_guard(np.full(100, -0.2), Recovery(np.full(100, -0.4))).holds


@pytest.mark.parametrize("direction", [1, -1])
def test_a_gap_may_recover_either_way(direction):
    change = direction * np.full(100, 0.2)
    assert not recovery_guard(change, Recovery(-direction * np.full(100, 0.1), upward_only=False)).holds
    assert recovery_guard(change, Recovery(direction * np.full(100, 0.1), upward_only=False)).holds


def test_every_number_of_the_rule_is_for_the_record():
    assert rule_settings() == {
        "relevant_probability": 0.8, "placebo_z": 3.2, "placebo_outcome_probability": 0.99, "forecast_z": 2.8,
        "forecasts_held": 0.65, "drift_correlation": 0.9, "drift_share": 0.5, "month_z": 4.0, "without_month": 0.95,
        "trends_probability": 0.98, "recovered": 0.65, "bump_z": 1.6,
    }  # fmt: skip


def test_the_likelier_direction_counts():
    assert probability_of_direction(split(0.7)) == probability_of_direction(-split(0.7)) == 0.7


def test_beside_controls_no_control_is_asked_for():
    rise = np.full(100, 0.2)
    stopped = recovery_guard(rise, Recovery(-rise, upward_only=False, more_months=7, beside_controls=True))
    assert not stopped.holds
    assert "The difference from controls is not shown to be beyond the line from before the break" in stopped.sentence
    assert stopped.sentence.endswith("would give; 7 more months before the start could tell.")


def test_a_month_that_could_not_be_left_out_is_said_and_not_counted():
    found = one_month_guard(MonthOutOfLine("2023-05", np.nan, np.nan))
    assert found.holds
    assert "The fit without 2023-05" in found.sentence
