"""An evaluation as a value: which fit answers, how many months there are, and how it prints."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.errors import DiagnosisError
from equitymodel.simulate.series_world import Change, Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from equitymodel.studies.evaluation import months_with_data, outcome_draws
from equitymodel.studies.impact import without_all_months
from tests.evaluated import known_series_fit, unsound, with_fits

pytestmark = pytest.mark.unit


def known_fit(sizes, change=Change()):
    """A fit whose draws are the truth."""
    series, truth = simulate_series(sizes, change=change, seed=1)
    draws = truth_draws(truth)
    return known_series_fit(series, truth.plan, load_series_model(), draws)


def truth_draws(truth):
    pair = truth.fitted.to_dataset(name="fitted").assign(counterfactual=truth.counterfactual)
    return pair.expand_dims(("chain", "draw"))


def test_who_moved_is_in_the_table(gap_evaluation):
    moved = without_all_months(gap_evaluation.table).query("quantity == 'average_rate_ratio' and group != 'All groups'")
    assert moved["group"].tolist() == [1, 2, 3]
    assert moved["estimate"].is_monotonic_decreasing
    assert len(without_all_months(gap_evaluation.table)) == 8 + len(gap_evaluation.judged_gap)


def test_what_could_be_found_is_printed_before_the_verdict(gap_evaluation):
    printed = str(gap_evaluation).splitlines()
    assert printed.index("real change") > printed.index(gap_evaluation.known_before.heading)


def test_a_question_about_the_gap_is_answered_by_the_groups(gap_evaluation):
    level = replace(gap_evaluation, plan=replace(gap_evaluation.plan, outcome="level"))
    assert gap_evaluation.main is gap_evaluation.groups
    assert level.main is level.total


def test_average_changes_have_a_row_a_model(gap_evaluation):
    rows = gap_evaluation.average_changes
    assert not rows["model"].duplicated().any()
    assert len(rows) == 12


def test_months_without_a_known_count_are_not_counted():
    fit = known_fit(Sizes(periods=40, before=25))
    assert (months_with_data(fit, before=True), months_with_data(fit, before=False)) == (25, 15)
    gone = fit.series.assign(admissions=fit.series["admissions"].where(np.arange(40)[:, None, None, None] % 10 > 0))
    fewer = replace(fit, series=gone)
    assert (months_with_data(fewer, before=True), months_with_data(fewer, before=False)) == (22, 14)


def test_the_answer_is_the_log_ratio_of_admissions_or_of_the_gap():
    fit = known_fit(Sizes(groups=5), Change(0.1, gap=-0.2))
    judged = {"period": slice(36, 48)}
    ratio = fit.posterior["fitted"].isel(judged).sum() / fit.posterior["counterfactual"].isel(judged).sum()
    assert outcome_draws(fit) == pytest.approx([np.log(float(ratio))])
    gap = replace(fit, plan=replace(fit.plan, outcome="gap"))
    assert outcome_draws(gap) == pytest.approx([-0.2], abs=0.01)


def test_tables_of_fits_that_failed_since_are_refused(gap_evaluation):
    gap_evaluation.require_current()
    replaced = with_fits(gap_evaluation, total=unsound(gap_evaluation.fits.total))
    with pytest.raises(DiagnosisError, match="all admissions as one series"):
        replaced.require_current()
    with pytest.raises(DiagnosisError, match="evaluate again"):
        str(replaced)


def test_no_probability_is_printed_without_the_verdict_or_that_there_is_none(gap_evaluation):
    lines = str(gap_evaluation).splitlines()
    narrowing = [line for line in lines if line.strip().startswith("narrowing ") and "by 5 %" not in line]
    said = [gap_evaluation.verdict.verdict, "not judged"]
    assert [any(line.endswith(each) for line in narrowing) for each in said] == [True, True]
    assert all(line.endswith(tuple(said)) for line in narrowing)
    of_all = [line for line in lines if "average_rate_ratio" in line and "All groups" in line]
    assert all(line.endswith("not judged") for line in of_all)
