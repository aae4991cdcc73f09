import pytest

from equitymodel import vocabulary
from equitymodel.vocabulary import ADJUSTMENTS, BASIS, adjusted_by, nearest, of_need

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


@pytest.mark.parametrize("need", [False, True])
@pytest.mark.parametrize("strata", [[], ["age_band"], ["sex"], ["age_band", "sex"]])
def test_what_was_adjusted_for_has_a_key_with_words_that_name_all_of_it_and_no_more(strata, need):
    key = adjusted_by(strata, need=need)
    said = ADJUSTMENTS[key].split(", with ")[0]
    assert ("age" in said, "sex" in said, "need" in said) == ("age_band" in strata, "sex" in strata, need)
    assert of_need(key) == need
    assert key in BASIS


def test_equal_need_is_said_only_where_age_and_need_are_allowed_for():
    assert {key for key, words in BASIS.items() if "equal need" in words} == {"need", "age_need"}
