import pandas as pd
import pytest

from equitymodel.report.content.named_numbers import CHANCE, named_numbers, told_from_chance
from equitymodel.report.document.columns import NOT_APPLICABLE, estimate

pytestmark = pytest.mark.unit


def rows(told: tuple[str, ...] = ("yes", "no")) -> pd.DataFrame:
    return pd.DataFrame({
        "procedure": ["hip", "knee"], "estimate": [496.0, 24.0], "lower": [360.0, 0.0], "upper": [653.0, 85.0],
        "told_apart": told, "probability": [0.9, 0.5],
    })  # fmt: skip


def test_numbers_stand_under_names_of_their_own_beside_the_labels():
    named = named_numbers(rows(), ["procedure"], "up_", "probability")
    assert named.columns.tolist() == ["procedure", "up_estimate", "up_lower", "up_upper", "up_probability"]
    assert named["up_upper"].tolist() == [653.0, 85.0]


def test_what_chance_would_show_is_not_quoted():
    made = told_from_chance(rows())
    assert made["estimate"].tolist() == [496.0, CHANCE]
    assert made[["lower", "upper"]].values.tolist() == [[360.0, 653.0], [NOT_APPLICABLE, NOT_APPLICABLE]]


def test_the_rows_that_were_given_stay_as_they_are():
    given = rows()
    told_from_chance(given)
    assert given["estimate"].tolist() == [496.0, 24.0]


def test_counts_stay_whole_beside_rows_that_are_not_quoted():
    assert estimate("admissions").texts(told_from_chance(rows())) == ["500 (360 to 650)", CHANCE]
