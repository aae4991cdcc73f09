import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.cli.known_names import (
    RULE_NAMES,
    check_reason,
    check_small_numbers,
    known_break_names,
    names_of_models,
    names_of_passage_models,
    names_of_series_models,
)
from equitymodel.data.series.breaks import known_breaks
from equitymodel.data.tables.suppression import CHOICES, small_number_rule
from equitymodel.errors import OptionError
from equitymodel.spec.library import load_model, load_series_model, model_names

pytestmark = pytest.mark.unit


def test_models_are_those_that_ship_and_load():
    assert {*names_of_models(), *names_of_series_models(), *names_of_passage_models()} == set(model_names())
    for name in (*names_of_models(), *names_of_passage_models()):
        assert load_model(name).name == name
    for name in names_of_series_models():
        assert load_series_model(name).name == name


def test_breaks_are_those_of_the_register():
    assert known_break_names() == (*known_breaks().index, "none")


def test_rules_are_those_of_the_readers():
    assert RULE_NAMES == CHOICES


@given(st.one_of(st.from_regex(r"(2022=|2022=hes,others=)?\d{1,2} ?- ?\d{1,2}( ?/ ?\d{1,2}( half-up)?)?", fullmatch=True), st.text(max_size=6),
                 st.sampled_from(RULE_NAMES)))  # fmt: skip
def test_a_rule_is_accepted_here_if_the_readers_accept_it(choice):
    def refused(check):
        try:
            check(choice)
        except ValueError:
            return True
        return False

    assert refused(check_small_numbers) == refused(small_number_rule)


@pytest.mark.parametrize(("word", "said"), [("hess", "Did you mean 'hes'?"), ("9-1", "cannot lie between 9 and 1"),
                                            ("small", "write one, such as 1-9")])  # fmt: skip
def test_a_rule_that_is_none_is_explained(word, said):
    with pytest.raises(OptionError) as raised:
        check_small_numbers(word)
    assert said in str(raised.value)


@pytest.mark.parametrize("reason", ["", " ", "--", "no"])
def test_a_reason_has_words(reason):
    with pytest.raises(OptionError, match="takes a reason in words"):
        check_reason(reason)
