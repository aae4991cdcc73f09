"""What is left out is named, with why, in a sentence and in a table."""

import pandas as pd
import pytest

from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.studies.left_out import OPENING, Attempt, LeftOut, left_out_of, left_out_sentence, left_out_table
from tests.evaluated import known_series_fit, unsound

pytestmark = pytest.mark.unit


@pytest.fixture
def fit(small_series):
    return known_series_fit(small_series, Interruption("2018-01"), load_series_model())


def test_a_part_is_named_only_where_its_fit_may_not_be_published(fit):
    assert left_out_of("the part", None) == left_out_of("the part", fit) == []
    (found,) = left_out_of("the part", unsound(fit))
    assert found == LeftOut("the part", "made up: 9, limit 0")
    assert left_out_of("the part", unsound(fit).require_sound(force=True)) == []


def test_the_sentence_names_each_part():
    parts = [LeftOut("groups", "a: 1"), LeftOut("placebo outcome", "b: 2")]
    assert left_out_sentence(parts) == f"{OPENING}: groups; placebo outcome; the table left_out says why."
    assert left_out_sentence(()) == ""


def test_the_table_has_a_row_each_and_there_is_none_for_nothing():
    table = left_out_table([LeftOut("groups", "a: 1"), LeftOut("placebo outcome", "b: 2")])
    assert table.to_dict("list") == {"part": ["groups", "placebo outcome"], "why": ["a: 1", "b: 2"]}
    assert left_out_table(()) is None


def test_an_attempt_leaves_out_nothing_unless_said():
    assert Attempt(pd.DataFrame()).left_out == ()
