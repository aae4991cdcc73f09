"""Sentences of an evaluation: the verdict first, the gap the right way round, and no more than a board reads."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.report.wording.evaluation_sentences import (
    board_statement,
    evaluation_sentences,
    gap_sentence,
    gap_sentences,
)
from equitymodel.report.wording.statement import sentences

pytestmark = pytest.mark.unit


def gap_rows(without, with_it, half_width=0.05):
    """A table of the gap whose medians are known, least over most deprived."""
    change, nearer = with_it - without, abs(without) > abs(with_it)
    return pd.DataFrame({
        "measure": ["gap_without", "gap_with", "change_in_log_relative_index", "narrowing"],
        "estimate": [without, with_it, change, 0.0],
        "lower": [without, with_it, change - half_width, 0.0],
        "upper": [without, with_it, change + half_width, 0.0],
        "probability": [float(without > 0), 0.9 if with_it > 0 else 0.1, 0.0, 0.97 if nearer else 0.03],
    })  # fmt: skip


def swapped(text):
    return re.sub(r"most|least", lambda word: {"most": "least", "least": "most"}[word[0]], text)


@pytest.mark.parametrize(
    ("without", "with_it", "said"),
    [
        (0.4, 0.2, "the most deprived are nearer to the least"),
        (0.2, 0.4, "the most deprived are further from the least"),
        (0.2, -0.1, "opens the other way, as the most deprived now have more, and is smaller"),
        (0.1, -0.2, "opens the other way, as the most deprived now have more, and is larger"),
    ],
)
def test_reversed_labels_give_the_same_sentence_with_its_ends_swapped(without, with_it, said):
    text, mirrored = gap_sentence(gap_rows(without, with_it)), gap_sentence(gap_rows(-without, -with_it))
    assert said in text
    for phrase in ("nearer to", "further from"):
        mirrored = mirrored.replace(
            f"the most deprived are {phrase} the least", f"the least deprived are {phrase} the most"
        )
    assert swapped(mirrored) == text


def test_a_gap_that_opens_the_wrong_way_and_narrows_is_said_to_narrow():
    text = gap_sentence(gap_rows(-0.5822, -0.3784))
    assert "the most deprived would have had 1.79 times" in text
    assert "they had 1.46 times: the most deprived are nearer to the least (97 % probable" in text
    assert "change of the gap (most over least deprived) -18.4 %" in text
    assert "over those expected" in gap_sentence(gap_rows(-0.2, -0.1), "expected_admissions")


def test_a_probability_of_narrowing_never_stands_without_the_verdict(gap_evaluation):
    judged, _, likely = gap_sentences(gap_evaluation.judged_gap, smallest_change=0.05, verdict="real change")
    assert judged == "Verdict on the gap: real change."
    assert likely.startswith("Probability that the gap narrowed: ")
    assert "; by 5 % or more: " in likely
    assert "about admissions, not about the gap" in gap_sentences(gap_evaluation.judged_gap, smallest_change=0.05)[0]
    assert gap_sentences(gap_evaluation.judged_gap.iloc[:0], smallest_change=0.05) == []
    assert gap_sentence(gap_evaluation.judged_gap.iloc[:0]) == ""


def test_the_verdict_is_said_first_by_the_verb_for_any_result(gap_evaluation, units_evaluation):
    for result in (gap_evaluation, units_evaluation):
        said = sentences(result)
        pd.testing.assert_frame_equal(said, evaluation_sentences(result))
        assert said["about"].iloc[0] == "verdict"
        assert said["text"].iloc[0].lower().startswith(f"{result.verdict.verdict}: ")
        assert {"finding", "not established", "rests on"} <= set(said["about"])


def test_names_of_areas_are_said_where_the_series_knows_them(units_evaluation):
    codes = units_evaluation.series["ics"].values
    named = units_evaluation.series.assign_coords(ics_name=("ics", [f"Name of {code}" for code in codes]))
    said = evaluation_sentences(replace(units_evaluation, series=named)).set_index("about")["text"]
    assert "Name of area 01" in said["units"]


def test_a_statement_to_a_board_is_short_and_begins_with_the_verdict(gap_evaluation, units_evaluation):
    for result in (gap_evaluation, units_evaluation):
        text = board_statement(result)
        assert len(text.split()) <= 150
        assert text.startswith(evaluation_sentences(result)["text"].iloc[0])
        assert "Not established" in text
        assert not re.search(r"\de[+-]\d", text)
