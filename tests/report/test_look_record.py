import numpy as np
import pandas as pd
import pytest
from scipy import stats

from equitymodel.monitoring.monthly_look import known_errors, look_draws
from equitymodel.report.look_record import look_record, value_of_waiting

pytestmark = pytest.mark.unit
LODGED = {"lodged_plan": {"looks": {"different": 3, "declared": 4}}}


def test_looks_go_on_from_month_to_month_and_say_what_was_spent(gap_evaluation):
    first = look_record(gap_evaluation, "2026-10-20", verdict=LODGED)
    assert f"look 3 of {gap_evaluation.plan.looks}" in first.lines[0]
    assert ("no signal" in first.lines[0]) == (not first.looks["beyond_threshold"].iloc[0])
    before = first.looks.assign(until="2018-01", estimate=0.5)
    both = look_record(gap_evaluation, "2026-11-20", earlier=before)
    assert both.looks["vintage"].tolist() == ["2026-10-20", "2026-11-20"]


def test_the_same_look_again_is_no_further_look(gap_evaluation):
    first = look_record(gap_evaluation, "2026-10-20")
    again = look_record(gap_evaluation, "2026-11-20", earlier=first.looks)
    assert again.looks["vintage"].tolist() == ["2026-11-20"]


def test_tables_have_what_the_files_are_called(gap_evaluation):
    found = look_record(gap_evaluation, "2026-10-20")
    assert set(found.tables) == {"looks", "waiting", "delay"}
    assert (found.tables["delay"]["change"] == gap_evaluation.plan.smallest_change).all()


def test_waiting_is_worth_what_the_normal_formula_says(gap_evaluation):
    found = value_of_waiting(gap_evaluation).iloc[-1]
    draws = look_draws(gap_evaluation).values.ravel() - np.log1p(gap_evaluation.plan.smallest_change)
    sd, mean = found["expected_sd"], draws.mean()
    loss = sd * stats.norm.pdf(mean / sd) - abs(mean) * stats.norm.cdf(-abs(mean) / sd) if sd > 0 else 0.0
    assert found["value"] == pytest.approx(loss, abs=0.003)


def test_what_is_known_comes_from_before_the_start(gap_evaluation):
    known = known_errors(gap_evaluation)
    later = known["months_after"] > gap_evaluation.months[1]
    assert len(value_of_waiting(gap_evaluation)) == int(later.sum())
    assert isinstance(known, pd.DataFrame)
