"""What is said of a chart, and never said."""

import numpy as np
import pytest

from equitymodel.data.series.periods import Periods
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.control_chart import control_chart
from equitymodel.monitoring.metric_set import PLAIN, metric_named
from equitymodel.report.wording.monitor_words import (
    CHOSEN,
    NO_EVIDENCE,
    chart_alt_text,
    last_words,
    number_words,
    rests_on,
    signals_words,
    target_words,
)
from tests.monitoring.series import monthly

pytestmark = pytest.mark.unit
CALM = np.tile([50.0, 52.0], 12)
STEPPED = np.r_[CALM, CALM[:20] + 8]
PLANS = [
    ChartPlan(),
    ChartPlan(rules="sustained", better="higher", target=40.0),
    ChartPlan(better="lower", target=54.0),
]


def test_the_last_point_and_its_limits_are_said():
    said = last_words(control_chart(monthly(CALM)), PLAIN)
    assert said.startswith("All ICSs, 2023-03: measured series 52.0, within the limits of usual variation")
    assert said.endswith("No signal.")


def test_a_signal_names_its_rule_and_what_it_means():
    said = last_words(control_chart(monthly(STEPPED), ChartPlan(better="lower")), PLAIN)
    assert said.endswith("It signals: two of three near a limit, of concern.")


def test_a_gap_the_other_way_round_is_said_to_go_towards_no_gap_or_away_from_it():
    metric = metric_named("rate_ratio")
    plan = ChartPlan(better="higher", no_gap=metric.no_gap)
    towards = control_chart(monthly(1.1 + STEPPED[::-1] / 100), plan)
    away = control_chart(monthly(1.1 + STEPPED / 100), plan)
    assert last_words(towards, metric).endswith("downwards, towards no gap.")
    assert last_words(away, metric).endswith("upwards, away from no gap.")
    assert "At 1.00 there is no gap. Signals above it" in " ".join(rests_on(away, metric))
    below = control_chart(monthly(STEPPED / 100), plan)
    assert last_words(below, metric).endswith("an improvement.")
    assert not any("there is no gap" in said for said in rests_on(below, metric))


def test_signals_are_counted_by_rule():
    chart = control_chart(monthly(STEPPED))
    assert signals_words(chart).startswith(f"{len(chart.signals)} of 44 charted points signal, the last in ")
    assert signals_words(control_chart(monthly(CALM))) == "No point of the 24 that are charted signals."


def test_what_the_target_comes_to_is_a_sentence_or_nothing():
    assert target_words(control_chart(monthly(CALM)), PLAIN) == ""
    said = target_words(control_chart(monthly(CALM), ChartPlan(better="higher", target=40.0)), PLAIN)
    assert said == "The target 40.00 is met whatever usual variation does."


def test_what_is_not_charted_is_said():
    series = monthly(np.arange(30.0), "2019-10-01", periods=Periods(days="equal"), quality=["doubtful", *["good"] * 29])
    chart = control_chart(series, ChartPlan(rules="sustained", rebase={"2021-08": "boards merged"}))
    said = " ".join(rests_on(chart, PLAIN))
    for part in ("In a declared break, shown apart: 13 points", "Held back", "Doubtful data", "boards merged"):
        assert part in said
    assert "further points are shown and not charted" in chart_alt_text(chart, PLAIN)


def test_a_date_that_the_chart_chose_is_called_so():
    chart = control_chart(monthly(STEPPED), ChartPlan(rules="sustained"))
    assert CHOSEN in rests_on(chart, PLAIN)
    assert CHOSEN not in rests_on(control_chart(monthly(CALM), ChartPlan(rules="sustained")), PLAIN)


def test_a_series_that_is_too_short_is_shown_and_not_charted():
    assert "shown and not charted" in last_words(control_chart(monthly([1.0, 2.0, 3.0])), PLAIN)


def test_what_has_no_limits_is_not_said_to_rest_on_any():
    said = rests_on(control_chart(monthly([1.0, 2.0, 3.0])), PLAIN)
    assert said[1:] == ["No limits: they take 7 points in one stretch of time."]
    assert signals_words(control_chart(monthly([1.0, 2.0, 3.0]))) == ""


def test_units_stand_behind_numbers():
    assert number_words(0.1234, metric_named("over_52_weeks")) == "0.12 percentage points"


@pytest.mark.parametrize("plan", PLANS)
def test_nothing_is_called_significant(plan):
    chart = control_chart(monthly(STEPPED), plan)
    said = [
        last_words(chart, PLAIN),
        signals_words(chart),
        target_words(chart, PLAIN),
        *rests_on(chart, PLAIN),
        NO_EVIDENCE,
    ]
    assert "significant" not in " ".join(said).lower()
