"""The pictures of an evaluation: which there are, and that each says its finding."""

import pandas as pd
import pytest

from equitymodel.report.content.evaluation_pictures import evaluation_pictures, models_words, trend_words
from equitymodel.report.wording.evaluation_sentences import gap_sentence
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
    assert pictures["gap_over_time"].alt == gap_sentence(gap_evaluation.judged_gap)
    assert all("%" in pictures[name].alt for name in ("interruption", "cumulative"))


def test_models_are_counted_by_what_they_exclude(gap_evaluation):
    rows = gap_evaluation.average_changes.dropna(subset=["estimate"])
    rows = rows[rows["about"].str.startswith("the gap")]
    said = models_words(gap_evaluation)
    assert said.startswith(
        f"Of {len(rows)} models of the question, {(rows['lower'] > 1).sum()} exclude no change with a ratio above 1"
    )
    assert f"{(rows['upper'] < 1).sum()} with a ratio below 1" in said


def test_trends_are_said_or_said_to_be_too_few(controlled_evaluation, short_evaluation):
    assert "exposed over controls" in trend_words(controlled_evaluation)
    assert trend_words(short_evaluation) == "There are too few periods to compare trends."
