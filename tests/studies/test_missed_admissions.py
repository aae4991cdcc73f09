"""The words of a backlog: each group, how much came back, the ends against each other, and what it rests on."""

import pandas as pd
import pytest

from equitymodel.studies.missed_admissions import ALL, LESS, Backlog

pytestmark = pytest.mark.unit


def made(unknown=0, apart=12.0, came_back=0.05):
    rows = [
        (group, quantity, "admissions", value, value - reach, value + reach, 0.9)
        for group in (ALL, "1")
        for quantity, value, reach in (
            ("missed_at_last", 1234.0, 10),
            ("share_of_expected", 0.1, 10),
            ("came_back", 0.25, came_back),
        )
    ]
    rows.append(
        (LESS, "per_100,000_people", "per 100,000 people", apart, apart - 5, apart + 5, 0.97 if apart > 0 else 0.03)
    )
    table = pd.DataFrame(
        rows, columns=["group", "quantity", "unit", "estimate", "lower", "upper", "probability_above_0"]
    )
    return Backlog("2020-03-01", "deprivation", table, pd.DataFrame(), unknown, 40.0 * unknown, 0, None)


def test_the_words_name_each_group_and_what_it_rests_on():
    text = str(made())
    assert "In all: 1,234 (1,224 to 1,244), 10.0% of those expected; of the most ever missed 25% came back" in text
    assert "Deprivation group 1:" in text
    assert "The most deprived missed 12 more per 100,000 people than the least deprived" in text
    assert "Demand may have changed" in text


def test_a_share_that_may_be_anything_is_not_given():
    text = str(made(came_back=0.5))
    assert "how much of the most ever missed came back cannot be told" in text
    assert "25%" not in text
    assert "strikes from 2020-03-01 on are not masked here" in text


def test_ends_the_other_way_round_are_said_so():
    assert "missed 12 fewer" in str(made(apart=-12.0))
    assert "probability of fewer 0.97" in str(made(apart=-12.0))


def test_counts_that_are_not_known_are_said():
    assert "3 counts since then are not known and left out: about 120 admissions were expected" in str(made(unknown=3))
    assert "not known and left out" not in str(made())
