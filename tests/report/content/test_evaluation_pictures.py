"""The pictures of an evaluation: which there are, and that each says its finding."""

import re

import pandas as pd
import pytest
from pptx import Presentation

from equitymodel.report.content.evaluation_pictures import evaluation_pictures, models_words, trend_words
from equitymodel.report.document.blocks import Document
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.released import release_documents
from equitymodel.report.wording.evaluation_sentences import gap_sentence
from equitymodel.report.wording.picture_sentences import added_sentence
from equitymodel.studies.change_point import ChangePoint

pytestmark = pytest.mark.unit


def test_pictures_are_those_that_the_evaluation_has(gap_evaluation, units_evaluation, controlled_evaluation, of):
    base = {"interruption", "cumulative", "models"}
    starts = pd.DataFrame({"start": ["2018-11-01"], "probability": [1.0], "log_evidence": [0.0], "declared": [True]})
    explored = of(gap_evaluation, ChangePoint(gap_evaluation.plan, starts))
    assert set(evaluation_pictures(explored)) == base | {"gap_over_time", "start"}
    assert set(evaluation_pictures(of(units_evaluation))) == base | {"parallel_trends"}
    assert set(evaluation_pictures(of(controlled_evaluation))) == base | {"gap_over_time", "parallel_trends"}


def test_alt_text_is_the_finding(gap_evaluation, of):
    pictures = evaluation_pictures(of(gap_evaluation))
    assert pictures["gap_over_time"].alt.endswith(gap_sentence(gap_evaluation.judged_gap))
    assert pictures["cumulative"].alt == added_sentence(gap_evaluation)
    assert all("%" in pictures[name].alt for name in ("interruption", "cumulative"))


@pytest.mark.parametrize("rules", ["hes", "none"])
def test_a_release_that_hides_draws_no_observed_counts_and_another_says_that_it_does(gap_evaluation, of, rules):
    drawn = tuple(evaluation_pictures(of(gap_evaluation)).values())
    (released,) = release_documents([Document("An evaluation", "Devon", drawn)], rules).documents
    labels = {
        line.get_label() for picture in released.pictures() for axes in picture.figure.axes for line in axes.lines
    }
    assert {"as fitted", "without the intervention"} <= labels
    assert ("observed" in labels) is (rules == "none")
    assert dict(released.about)["Disclosure control"].startswith("No counts of patients") is (rules == "hes")
    assert [picture.name for picture in released.pictures()] == [picture.name for picture in drawn]


def test_every_slide_is_headed_by_what_its_own_chart_shows(controlled_evaluation, of, tmp_path):
    pictures = evaluation_pictures(of(controlled_evaluation))
    file = write_document(Document("An evaluation", "Devon", tuple(pictures.values())), tmp_path / "a.pptx")
    headed = {shape.name: slide.shapes.title.text_frame.text for slide in Presentation(str(file)).slides
              for shape in slide.shapes if shape.has_chart}  # fmt: skip
    assert headed["interruption"].startswith("Admissions of the exposed ")
    assert headed["cumulative"].startswith("From the start to ")
    assert headed["gap_over_time"].startswith("Over ")
    assert "the gap (" in headed["gap_over_time"]
    assert not set(headed.values()) & {picture.title for picture in pictures.values()}


def test_models_are_counted_by_what_they_exclude(gap_evaluation):
    rows = gap_evaluation.average_changes.dropna(subset=["estimate"])
    rows = rows[rows["about"].str.startswith("the gap")]
    said = models_words(gap_evaluation)
    above, below = int((rows["lower"] > 1).sum()), int((rows["upper"] < 1).sum())
    assert said.startswith(f"Of {len(rows)} models of the question, ")
    for number, words in (
        (above, "a ratio above 1"),
        (below, "a ratio below 1"),
        (len(rows) - above - below, "no change"),
    ):
        assert bool(re.search(rf"\b{number} (?:find|have)s? [a-z ]*{words}", said)) is bool(number)
    assert re.search(r"\b0 ", said) is None


def test_trends_are_said_or_said_to_be_too_few(controlled_evaluation, short_evaluation):
    assert "exposed over controls" in trend_words(controlled_evaluation)
    assert trend_words(short_evaluation) == "There are too few periods to compare trends."
