"""The reporting checklist: it answers from the result, and asks for the rest."""

from dataclasses import replace

import pytest
import xarray as xr

from equitymodel.estimands.written_numbers import number
from equitymodel.report.checklist import reporting_checklist
from equitymodel.report.checklist_status import AUTO, NEEDS_USER, NOT_APPLICABLE, checklist_summary
from equitymodel.spec.library import load_series_model
from tests.evaluated import with_fits

pytestmark = pytest.mark.unit


def answers(result):
    return reporting_checklist(result).set_index("item")


def test_it_answers_from_the_result_and_asks_for_the_rest(gap_evaluation):
    table = answers(gap_evaluation)
    assert table["status"].value_counts().to_dict() == {AUTO: 19, NEEDS_USER: 10, NOT_APPLICABLE: 5}
    assert table.loc["Number of points", "answer"] == "monthly data: 28 months before, 14 after"
    likely = f"narrowed {gap_evaluation.probability_gap_narrowed:.2f};"
    assert likely in table.loc["Groups and the gap", "answer"]
    row = gap_evaluation.impact.query("quantity == 'average_rate_ratio' and group == 'All groups'").iloc[0]
    assert number(row["estimate"]) in table.loc["Effect, relative and absolute", "answer"]
    assert table.loc["Level and slope", "status"] == NOT_APPLICABLE
    assert checklist_summary(table) == "Not complete: 10 of 34 items need you."


def test_answers_are_those_of_the_exposed_and_of_the_units(units_evaluation):
    table = answers(units_evaluation)["answer"]
    assert "average rate ratio 1.3" in table["Effect, relative and absolute"]
    assert table["Level and slope"] == "declared as a change of level only"
    assert table["Several units"] == "8 units tested, 8 found at a false discovery rate of 5 %; impact.csv"
    assert table["Season"] == "declared without a season"


def test_interim_looks_are_said_with_their_threshold(gap_evaluation):
    assert answers(gap_evaluation).loc["Looks", "status"] == NOT_APPLICABLE
    often = replace(gap_evaluation, plan=replace(gap_evaluation.plan, looks=4))
    assert answers(often).loc["Looks", "answer"] == "4 looks; a tail probability above 0.986 counts"


@pytest.mark.parametrize("changed", [False, True])
def test_a_placebo_outcome_is_asked_for_or_said_to_include_no_change(gap_evaluation, changed):
    assert answers(gap_evaluation).loc["Control or placebo outcome", "status"] == NEEDS_USER
    fit = gap_evaluation.groups
    same = xr.DataTree.from_dict({"/posterior": fit.posterior.assign(fitted=fit.counterfactual)})
    still = replace(fit, draws=same)
    with_placebo = with_fits(gap_evaluation, placebo=fit if changed else still)
    said = answers(with_placebo).loc["Control or placebo outcome", "answer"]
    assert said.endswith("excludes no change" if changed else "includes no change")


def test_what_failed_is_named(gap_evaluation):
    verdict = replace(gap_evaluation.verdict, verdict="change not established",
                      checks=gap_evaluation.verdict.checks | {"placebo": False})  # fmt: skip
    said = answers(replace(gap_evaluation, verdict=verdict)).loc["Rule and verdict", "answer"]
    assert said == "change not established; not held: placebo; not tried: forecasts"


def test_what_was_masked_or_missing_is_counted(gap_evaluation):
    table = answers(gap_evaluation)
    assert table.loc["Periods and outliers left out", "status"] == NOT_APPLICABLE
    series = gap_evaluation.series
    masked = series.assign(masked=series["masked"].copy(data=[True] * 3 + [False] * 39))
    gone = masked.assign(admissions=masked["admissions"].where(masked["deprivation"] > 1))
    said = answers(replace(gap_evaluation, series=gone))["answer"]
    assert said["Periods and outliers left out"].startswith("3 periods in declared breaks")
    assert (
        said["Missing and suppressed counts"]
        == "42 counts missing (left out), 0 suppressed (used as what they may be), of 126"
    )


def test_the_model_is_described_with_the_terms_that_this_series_has(gap_evaluation):
    model = load_series_model("gap_interruption")
    plain = replace(gap_evaluation, model=model)
    assert "trend, a trend that bends, season" in answers(plain).loc["Model of the effect", "answer"]
    fit = gap_evaluation.groups
    broken = fit.posterior.assign(without_break=fit.counterfactual)
    spans = with_fits(plain, groups=replace(fit, draws=xr.DataTree.from_dict({"/posterior": broken})))
    said = answers(spans).loc["Model of the effect", "answer"]
    assert "a trend that bends, a level at re-entry after a break, a recovery from the break, season" in said


def test_other_models_are_shown_and_have_no_vote(gap_evaluation):
    said = answers(gap_evaluation).loc["Other models", "answer"]
    assert said == "the verdict rests on one model; 11 others are shown and have no vote; models.csv"
