"""The report of an evaluation: what it says, in which order, and that what is left out is named."""

from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.findings import Finding
from equitymodel.data.tables.footprints import NOT_CHECKED
from equitymodel.errors import DiagnosisError
from equitymodel.inference.fit import STAMP
from equitymodel.report.content.evaluation_document import evaluation_document
from equitymodel.report.wording.evaluation_sentences import board_statement
from equitymodel.studies.change_point import ChangePoint
from equitymodel.studies.left_out import left_out_sentence
from tests.evaluated import unsound, with_fits

pytestmark = pytest.mark.unit


@pytest.fixture
def page_of(of, page):
    return lambda result, *more: page(evaluation_document(of(result, *more)))


@pytest.mark.parametrize(
    ("areas", "said"), [(NOT_CHECKED, NOT_CHECKED), ("42 ICBs", "areas: 42 ICBs"), (None, "from 2018-11-01")]
)
def test_areas_are_named_once(gap_evaluation, of, areas, said):
    published = of(gap_evaluation)
    made = evaluation_document(replace(published, provenance=dict(published.provenance) | {"areas": areas}))
    assert made.subtitle.endswith(said)
    assert "areas: areas" not in made.subtitle


def test_the_answer_is_first_and_what_could_be_found_before_the_reasons(gap_evaluation, page_of):
    text = page_of(gap_evaluation)
    order = (
        "Real change: ",
        "To the board",
        "What this series could have found",
        "The verdict</h2>",
        "What changed, and",
    )
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)
    assert "NEEDS USER" in text
    assert "Probability that the gap narrowed: " in text
    assert "by 5 % or more: " in text


def test_the_statement_to_a_board_has_150_words_at_most_and_says_whether_a_plan_was_lodged(gap_evaluation, of, page):
    text = page(evaluation_document(of(gap_evaluation)))
    assert "The plan was not lodged beforehand." in text[: text.index("What this series could have found")]
    said = {"short": "The plan was lodged on 2017-01-01.", "said": ["Run as declared in the plan."]}
    text = page(evaluation_document(of(gap_evaluation, lodged_plan=said)))
    assert "Run as declared in the plan." in text
    assert len(board_statement(gap_evaluation, said["short"]).split()) <= 150


def test_trends_before_are_there_with_controls_alone(gap_evaluation, controlled_evaluation, short_evaluation, page_of):
    heading = "The exposed and their controls before the start"
    assert heading not in page_of(gap_evaluation)
    text = page_of(controlled_evaluation)
    assert heading in text
    estimate = controlled_evaluation.trend_difference["estimate"].iloc[0]
    assert f"Trend of admissions a year, exposed over controls: {estimate:.3f}" in text
    assert "too few periods to compare trends" in page_of(short_evaluation)


def test_other_models_have_no_vote_and_it_is_said_of_what_the_answers_are(gap_evaluation, page_of):
    text = page_of(gap_evaluation)
    assert "The verdict rests on the first row alone." in text
    assert "change of the gap (least over most deprived), %" in text


def test_findings_of_reading_have_no_empty_fields(gap_evaluation, page_of):
    facts = replace(SeriesFacts.of(gap_evaluation.series), findings=(Finding("T16", count=13), Finding("T20", count=2)))
    text = page_of(replace(gap_evaluation, series=facts.keep_with(gap_evaluation.series.copy())))
    assert "T20: " in text
    assert ": :" not in text
    assert "T16: " not in text, "masked periods are said in sentences"


def test_the_change_point_is_shown_when_it_was_explored(gap_evaluation, page_of):
    starts = pd.DataFrame({"start": ["2018-11-01"], "probability": [1.0], "log_evidence": [0.0], "declared": [True]})
    text = page_of(gap_evaluation, ChangePoint(gap_evaluation.plan, starts))
    assert "When did it start?" in text
    assert "Exploratory, and no part of the verdict" in text
    assert "When did it start?" not in page_of(gap_evaluation)


def test_words_of_the_data_cannot_become_markup(gap_evaluation, page_of):
    models = gap_evaluation.models.assign(counted=False, why_not_counted="<b>bold</b>", note="")
    text = page_of(replace(gap_evaluation, models=models))
    assert "<b>bold" not in text
    assert "&lt;b&gt;bold" in text


def test_what_is_left_out_is_said_where_the_reader_looks(gap_evaluation, page_of):
    failed = with_fits(gap_evaluation, total=unsound(gap_evaluation.fits.total))
    text = page_of(failed)
    said = text.index(left_out_sentence(failed.left_out))
    assert text.index("What changed, and for whom") < said < text.index("The gap between deprivation groups</h2>")
    assert "Admissions added since the start" not in text
    assert "Left out, as" not in page_of(gap_evaluation)


def test_a_main_fit_that_failed_is_refused_or_stamped(gap_evaluation, of, page):
    failed = with_fits(gap_evaluation, groups=unsound(gap_evaluation.fits.groups))
    with pytest.raises(DiagnosisError, match="made up"):
        evaluation_document(replace(of(gap_evaluation), result=failed))
    text = page(evaluation_document(replace(of(gap_evaluation), result=failed.through_gate(force=True))))
    assert text.index(STAMP) < text.index("What this series could have found")
