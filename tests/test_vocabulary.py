import pytest

from equitymodel import vocabulary
from equitymodel.vocabulary import nearest

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("levelup", "Did you mean 'level_up'?"),
        ("ZERO_SUM", "Known words: no_change, level_up, level_down, zero_sum."),
        ("", "Known words: no_change, level_up, level_down, zero_sum."),
    ],
)
def test_the_nearest_word_is_suggested_and_otherwise_all_are_named(word, said):
    assert nearest(word, vocabulary.ROUTES) == said


def test_words_may_come_from_anything_that_yields_them():
    assert nearest("englnd", iter(vocabulary.SCOPES)) == "Did you mean 'england'?"


def test_every_adjustment_says_what_a_comparison_then_rests_on():
    assert vocabulary.ADJUSTMENTS.keys() == vocabulary.BASIS.keys()


def test_cells_of_several_years_have_the_period_last():
    assert vocabulary.cell_dims(("period", "procedure", "group", "ics")) == ("ics", "group", "procedure", "period")
    assert vocabulary.cell_dims(("ics", "deprivation", "procedure")) == vocabulary.CELL_DIMS


def test_a_series_has_the_dimensions_of_cells_and_periods_before_them():
    assert (vocabulary.PERIOD, *vocabulary.CELL_DIMS) == vocabulary.SERIES_DIMS
