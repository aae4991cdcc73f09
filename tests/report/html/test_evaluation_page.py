"""An evaluation as a page: what it says, in which order, and that it needs nothing else."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.findings import Finding
from equitymodel.errors import DiagnosisError
from equitymodel.inference.fit import STAMP
from equitymodel.report.checklist import reporting_checklist
from equitymodel.report.html.evaluation_page import evaluation_html
from equitymodel.studies.change_point import ChangePoint
from equitymodel.studies.left_out import left_out_sentence
from tests.evaluated import unsound, with_fits

pytestmark = pytest.mark.unit
PICTURES = dict.fromkeys(
    ("interruption", "cumulative", "gap_over_time", "parallel_trends", "models", "start"), "data:image/png;base64,QQ=="
)


def page_of(result, change_point=None):
    return evaluation_html(result, reporting_checklist(result), PICTURES, {"made": "2026-01-01"}, change_point)


def test_the_answer_is_first_and_what_could_be_found_before_the_reasons(gap_evaluation):
    page = page_of(gap_evaluation)
    order = ("Real change: ", "What this series could have found", "The verdict</h2>", "What changed, and")
    assert [page.index(text) for text in order] == sorted(page.index(text) for text in order)
    assert "NEEDS USER" in page
    assert "Probability that the gap narrowed: " in page
    assert "by 5 % or more: " in page


def test_the_page_needs_no_network_and_no_script(gap_evaluation):
    page = page_of(gap_evaluation)
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)


def test_trends_before_are_there_with_controls_alone(gap_evaluation, controlled_evaluation, short_evaluation):
    heading = "their controls before the start"
    assert heading not in page_of(gap_evaluation)
    page = page_of(controlled_evaluation)
    assert heading in page
    estimate = controlled_evaluation.trend_difference["estimate"].iloc[0]
    assert f"Trend of admissions a year, exposed over controls: {estimate:.3f}" in page
    assert "too few periods to compare trends" in page_of(short_evaluation)


def test_the_page_says_that_other_models_have_no_vote_and_of_what_the_answers_are(gap_evaluation):
    page = page_of(gap_evaluation)
    assert "The verdict rests on the first row alone." in page
    assert "agreement" not in page
    assert "<th>Change of the gap (least over most deprived), %</th>" in page
    assert "The plan was not lodged beforehand." in page[: page.index("What this series could have found")]


def test_findings_of_reading_have_no_empty_fields(gap_evaluation):
    facts = replace(SeriesFacts.of(gap_evaluation.series), findings=(Finding("T16", count=13), Finding("T20", count=2)))
    page = page_of(replace(gap_evaluation, series=facts.keep_with(gap_evaluation.series.copy())))
    assert "T20: " in page
    assert ": :" not in page
    assert "T16" not in page, "masked periods are said in sentences"


def test_the_change_point_is_shown_when_it_was_explored(gap_evaluation):
    starts = pd.DataFrame({"start": ["2018-11-01"], "probability": [1.0], "log_evidence": [0.0], "declared": [True]})
    page = page_of(gap_evaluation, ChangePoint(gap_evaluation.plan, starts))
    assert "When did it start?" in page
    assert "Exploratory, and no part of the verdict" in page
    assert "When did it start?" not in page_of(gap_evaluation)


def test_words_of_the_data_cannot_become_markup(gap_evaluation):
    models = gap_evaluation.models.assign(counted=False, why_not_counted="<b>bold</b>")
    assert "<b>bold" not in page_of(replace(gap_evaluation, models=models))


def test_what_is_left_out_is_said_where_the_reader_looks(gap_evaluation):
    failed = with_fits(gap_evaluation, total=unsound(gap_evaluation.fits.total))
    pictures = {name: picture for name, picture in PICTURES.items() if name != "cumulative"}
    page = evaluation_html(failed, reporting_checklist(failed), pictures, {"made": "2026-01-01"})
    said = page.index(left_out_sentence(failed.left_out))
    assert page.index("What changed, and for whom") < said < page.index("The gap between deprivation groups")
    assert "Admissions added since the start" not in page
    assert "Left out" not in page_of(gap_evaluation)


def test_a_page_of_a_main_fit_that_failed_is_refused_or_stamped(gap_evaluation):
    failed = with_fits(gap_evaluation, groups=unsound(gap_evaluation.fits.groups))
    checklist = reporting_checklist(gap_evaluation)
    with pytest.raises(DiagnosisError, match="made up"):
        evaluation_html(failed, checklist, PICTURES, {"made": "2026-01-01"})
    page = evaluation_html(failed.through_gate(force=True), checklist, PICTURES, {"made": "2026-01-01"})
    assert page.index(STAMP) < page.index("What this series could have found")
