"""Sentences about deprivation: the ends compared, what need was measured, and what a gap cannot show."""

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.report.wording.deprivation_statement import DeprivationWords

pytestmark = pytest.mark.unit

WORDS = DeprivationWords(CellFacts(adjustments=("population", "age_sex", "need"), deprivation_index="IMD 2019"))


@pytest.mark.parametrize(
    ("probability", "direction"),
    [(0.99, "fewer is 99 % (high confidence)"), (0.1, "more is 90 % (probable)"), (0.5, "fewer is 50 % (not clear)")],
)
def test_the_ends_are_compared_and_the_likelier_direction_is_named(probability, direction):
    rows = pd.DataFrame({"estimate": [0.8], "lower": [0.7], "upper": [0.9], "probability": [probability]})
    said = WORDS.found(rows)
    assert said.startswith("For equal need, the most deprived group had 0.80 times the admissions of the least")
    assert f"the probability that the most deprived had {direction}." in said


@pytest.mark.parametrize(
    ("fullest", "opening"),
    [
        ("need", "Need is taken"),
        ("age_need", "Need is taken"),
        ("age_sex", "No need table"),
        ("population", "Neither age"),
    ],
)
def test_what_was_measured_of_need_comes_first(fullest, opening):
    need, *standing = DeprivationWords(CellFacts(adjustments=("population", fullest))).limits()
    assert need.startswith(opening)
    assert len(standing) == 7


def test_the_index_is_named_on_the_page_and_in_the_record():
    assert WORDS.page()["groups"] == "deprivation groups (IMD 2019, 1 = most deprived)"
    assert WORDS.record() == {"deprivation_index": "IMD 2019"}
    assert WORDS.heading() == "Most against least deprived"


def test_what_is_taken_for_need_is_what_was_adjusted_for():
    said = {key: DeprivationWords(CellFacts(adjustments=("population", key))).limits()[0]
            for key in ("age", "sex", "age_sex", "population_need", "need")}  # fmt: skip
    assert "follow age alone" in said["age"]
    assert "follow sex alone" in said["sex"]
    assert "follow age and sex alone" in said["age_sex"]
    assert "Age is not allowed for" in said["population_need"]
    assert "Age is not allowed for" not in said["need"]
