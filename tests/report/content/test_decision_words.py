"""Sentences about judged options, from the tables they are about."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.report.content.decision_words import (
    NO_CHANGE,
    answer_words,
    growth_words,
    left_out_words,
    over_words,
    pilot_words,
    would_change,
)
from equitymodel.report.content.published_decision import GROWTH, INFORMATION, PILOT, RANKS, PublishedDecision

pytestmark = pytest.mark.unit
RANKED = pd.DataFrame({"option": ["wait", "move"], "rank_1": [0.1, 0.9]})
UNKNOWNS = pd.DataFrame({"unknown": ["everything", "effect", "gap"], "chosen_now": "move", "changes_at": [None, 0.5, None],
                         "changes_beyond": ["", "below", ""], "changes_to": [None, "wait", ""]})  # fmt: skip


def said(tables, **record):
    return PublishedDecision(tables, record)


def test_the_answer_names_whose_weights_it_rests_on_or_why_there_is_none():
    known = {"weights_of": "none", "weights": "most_deprived over cost"}
    assert answer_words(said({RANKS: RANKED}, **known)) == (
        "move comes first in 90% of draws and weights (weights of nobody: most deprived over cost)."
    )
    assert answer_words(said({RANKS: RANKED}, not_separated="Not told apart.")) == "Not told apart."


def test_the_answer_says_where_what_comes_first_does_not_fit_the_capacity():
    limits = {"capacity_total": 92000.0, "capacity_unit": "slots", "over_capacity": {"move": [0.93, 92755.0]}}
    published = said({RANKS: RANKED}, weights_of="board", weights="any weights", **limits)
    fits = (
        "probably does not fit the capacity: in 93% of draws it takes more than the 92,000 slots (92,755 on average)."
    )
    assert answer_words(published).startswith("move comes first in 90%")
    assert answer_words(published).endswith(fits)
    assert over_words(published) == [
        "Ranks take no account of the 92,000 slots. More is taken by move in 93% of draws (92,755 on average)."
    ]
    maybe = said({RANKS: RANKED}, **{**limits, "over_capacity": {"move": [0.2, 91000.0]}})
    sure = said({RANKS: RANKED}, **{**limits, "over_capacity": {"move": [1.0, 91000.0]}})
    assert "It does not fit the capacity: in over 99% of draws" in answer_words(sure)
    assert "It may not fit the capacity: in 20% of draws" in answer_words(maybe)
    other = said({RANKS: RANKED}, **{**limits, "over_capacity": {"wait": [0.9, 93000.0]}})
    assert "fit the capacity" not in answer_words(other)
    assert over_words(said({})) == []


def test_unknowns_that_change_the_choice_are_said_with_where():
    ranked = {RANKS: RANKED}
    assert would_change(said({**ranked, INFORMATION: UNKNOWNS})) == [
        "Effect: below 0.5 the choice would change to wait."
    ]
    assert would_change(said({**ranked, INFORMATION: UNKNOWNS.drop(1)})) == [NO_CHANGE]
    assert would_change(said({**ranked, INFORMATION: UNKNOWNS.drop(1)}, too_few_draws="Too few.")) == ["Too few."]


def test_where_the_mean_weights_choose_another_option_than_the_answer_names_it_is_said_first():
    other = UNKNOWNS.assign(chosen_now="wait", changes_to=["", "move", ""])
    lead, change = would_change(said({RANKS: RANKED, INFORMATION: other}))
    assert lead.startswith(
        "At the mean weights the choice is wait, though over all weights move comes first most often"
    )
    assert change == "Effect: below 0.5 the choice would change to move."
    lead = would_change(said({RANKS: RANKED, INFORMATION: UNKNOWNS}, not_separated="Not told apart."))[0]
    assert lead.startswith("At the mean weights the choice is move: ")
    tied = said({RANKS: RANKED, INFORMATION: UNKNOWNS.drop(1)}, not_separated="Not told apart.")
    assert would_change(tied) == [NO_CHANGE]


@pytest.mark.parametrize(("value", "written"), [(92_755.3, "92,800"), (2.871, "2.87"), (1e-5, "0.00001")])
def test_numbers_are_never_written_as_powers_of_ten(value, written):
    published = said({RANKS: RANKED, INFORMATION: UNKNOWNS.assign(changes_at=value)})
    assert f"below {written} the choice" in would_change(published)[0]


def test_a_pilot_is_said_as_a_share_of_what_it_could_tell():
    pilot = pd.DataFrame({"option": "move", "months": [24, 6], "standard_error": [0.1, 0.2], "value": [0.1, 0.05],
                          "expected_sd": [0.2, 0.1],
                          "if_known": 0.4})  # fmt: skip
    assert pilot_words(said({PILOT: pilot})) == [
        "A pilot of move with 24 months of data, judged on its first 12, would be worth 25% of what knowing its effect "
        "for sure is worth."
    ]
    assert "cannot be evaluated" in pilot_words(said({PILOT: pilot.assign(standard_error=np.inf)}))[0]
    assert "worth nothing" in pilot_words(said({PILOT: pilot.assign(if_known=0.0)}))[0]
    assert "without an interval" in pilot_words(said({PILOT: pilot.assign(if_known=0.0, expected_sd=0.0)}))[0]
    assert pilot_words(said({})) == []


def test_years_to_equity_have_an_interval_and_what_is_left_out_is_one_line():
    growth = pd.DataFrame({"measure": ["years_to_equity"], "estimate": [9.03], "lower": [8.4], "upper": [9.8]})
    (words,) = growth_words(said({GROWTH: growth}))
    assert "no gap is left after 9.0 (8.4 to 9.8) years" in words
    assert "whichever is higher now" in words
    assert "9.0 (8.4 to more than 100) years" in growth_words(said({GROWTH: growth.assign(upper=178_874_863.2)}))[0]
    assert (
        "after more than 100 years:"
        in growth_words(said({GROWTH: growth.assign(estimate=2e8, lower=1e8, upper=3e8)}))[0]
    )
    assert left_out_words(said({}, missing=[["costs", "x"], ["growth", "y"]])) == [
        "Left out, for want of numbers from you: costs; growth."
    ]
