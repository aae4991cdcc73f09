"""Sentences of an evaluation: the verdict first, the gap the right way round, and no more than a board reads."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.report.content.any_sentences import sentences
from equitymodel.report.wording.evaluation_sentences import (
    board_statement,
    evaluation_sentences,
    gap_sentence,
    gap_sentences,
)

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


def judged_as(result, verdict, **checks):
    """The same evaluation with another verdict and other parts of the rule that fail."""
    found = replace(result.verdict, verdict=verdict, checks=result.verdict.checks | checks)
    return replace(result, verdict=found)


def with_changes(result, judged, over_all=None):
    """The same evaluation with known rate ratios: over the months judged and, perhaps, over all."""
    whole = (result.impact["group"] == "All groups") & (result.impact["procedure"] == "All procedures")
    whole &= result.impact["ics"].isin(["All ICSs", "exposed"]) & (result.impact["measure"] == "average_rate_ratio")
    rows = result.impact[~whole & (result.impact["months"] != "all")]
    added = [result.impact[whole].iloc[:1].assign(months=months, **dict(zip(("estimate", "lower", "upper"), ends, strict=True)))
             for months, ends in (("judged", judged), ("all", over_all)) if ends]  # fmt: skip
    return replace(result, impact=pd.concat([*added, rows], ignore_index=True))


def test_what_may_be_either_way_is_said_so(units_evaluation):
    said = dict(evaluation_sentences(with_changes(units_evaluation, (1.04, 0.92, 1.17))).itertuples(index=False))
    assert (
        "may have been higher or lower than without the intervention; most probably higher (+4.0 %" in said["finding"]
    )
    sure = dict(evaluation_sentences(with_changes(units_evaluation, (1.04, 1.01, 1.17))).itertuples(index=False))
    assert "were higher than they would have been" in sure["finding"]
    assert "over all months after the start" in sure["finding"]
    assert "all months" not in sure


def test_all_months_are_given_beside_the_first_ones_and_a_contradiction_is_said(units_evaluation):
    slow = with_changes(units_evaluation, (1.038, 0.99, 1.081), (1.18, 1.08, 1.29))
    both = replace(slow, plan=replace(slow.plan, shape="both"))
    said = dict(evaluation_sentences(both).itertuples(index=False))
    assert "over the first 12 months" in said["finding"]
    assert "+18.0 %, 95 % interval +8.0 to +29.0" in said["all months"]
    assert "--shape slope" in said["all months"]
    assert said["all months"] in board_statement(both)
    alike = replace(both, impact=with_changes(both, (1.10, 1.0, 1.2), (1.12, 1.02, 1.22)).impact)
    assert "--shape" not in dict(evaluation_sentences(alike).itertuples(index=False))["all months"]


def test_where_size_alone_fails_it_is_said_and_not_that_data_are_too_few(units_evaluation):
    small = judged_as(units_evaluation, "not enough information", matters=False)
    said = dict(evaluation_sentences(small).itertuples(index=False))
    assert "too few" not in said["verdict"]
    assert "by 5 % or more is not shown" in said["verdict"]
    assert "what fails is the size" in said["not established"]
    wide = judged_as(units_evaluation, "not enough information", matters=False, interval=False)
    assert "too few" in evaluation_sentences(wide)["text"].iloc[0]


def test_a_change_is_said_to_be_exaggerated_only_if_it_was_found_and_may_be_small(units_evaluation):
    known = units_evaluation.known_before
    slow = replace(known, table=known.table.assign(standard_error=0.04))
    for ends, found, said in (
        ((1.177, 1.121, 1.234), True, False), ((1.09, 1.01, 1.18), True, True), ((1.04, 0.92, 1.17), False, False),
    ):  # fmt: skip
        result = with_changes(replace(units_evaluation, known_before=slow), ends)
        result = judged_as(result, units_evaluation.verdict.verdict, interval=found)
        about = set(evaluation_sentences(result)["about"])
        assert ("exaggeration" in about) == said


def test_a_board_hears_of_the_plan(gap_evaluation):
    assert board_statement(gap_evaluation, "The plan was lodged.").count("The plan was lodged.") == 1
