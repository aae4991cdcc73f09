"""Sentences about judged options, from the tables they are about."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.report.content.decision_words import (
    NO_CHANGE,
    answer_words,
    growth_words,
    left_out_words,
    pilot_words,
    would_change,
)
from equitymodel.report.content.published_decision import GROWTH, INFORMATION, PILOT, RANKS, PublishedDecision

pytestmark = pytest.mark.unit
RANKED = pd.DataFrame({"option": ["wait", "move"], "rank_1": [0.1, 0.9]})
UNKNOWNS = pd.DataFrame({"unknown": ["everything", "effect", "gap"], "changes_at": [None, 0.5, None],
                         "changes_to": [None, "wait", ""]})  # fmt: skip


def said(tables, **record):
    return PublishedDecision(tables, record)


def test_the_answer_names_whose_weights_it_rests_on_or_why_there_is_none():
    known = {"weights_of": "none", "weights": "most_deprived over cost"}
    assert answer_words(said({RANKS: RANKED}, **known)) == (
        "move comes first in 90% of draws and weights (weights of nobody: most deprived over cost)."
    )
    assert answer_words(said({RANKS: RANKED}, not_separated="Not told apart.")) == "Not told apart."


def test_unknowns_that_change_the_choice_are_said_with_where():
    assert would_change(said({INFORMATION: UNKNOWNS})) == ["Effect: at 0.5 the choice would change to wait."]
    assert would_change(said({INFORMATION: UNKNOWNS.drop(1)})) == [NO_CHANGE]
    assert would_change(said({INFORMATION: UNKNOWNS.drop(1)}, too_few_draws="Too few.")) == ["Too few."]


def test_a_pilot_is_said_as_a_share_of_what_it_could_tell():
    pilot = pd.DataFrame({"option": "move", "months": [24, 6], "standard_error": [0.1, 0.2], "value": [0.1, 0.05],
                          "if_known": 0.4})  # fmt: skip
    assert pilot_words(said({PILOT: pilot})) == [
        "A pilot of move with 24 months of data, judged on its first 12, would be worth 25% of what knowing its effect "
        "for sure is worth."
    ]
    assert "cannot be evaluated" in pilot_words(said({PILOT: pilot.assign(standard_error=np.inf)}))[0]
    assert "worth nothing" in pilot_words(said({PILOT: pilot.assign(if_known=0.0)}))[0]
    assert pilot_words(said({})) == []


def test_years_to_equity_have_an_interval_and_what_is_left_out_is_one_line():
    growth = pd.DataFrame({"measure": ["years_to_equity"], "estimate": [9.03], "lower": [8.4], "upper": [9.8]})
    assert "in 9.0 (8.4 to 9.8) years" in growth_words(said({GROWTH: growth}))[0]
    assert left_out_words(said({}, missing=[["costs", "x"], ["growth", "y"]])) == [
        "Left out, for want of numbers from you: costs; growth."
    ]
