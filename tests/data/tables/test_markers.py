"""A marker is read by its meaning: only what means suppressed is a small count."""

import pytest

from equitymodel.data.tables.markers import MEANINGS, check_meanings, find_marker, known_markers, named_bounds
from equitymodel.errors import OptionError
from tests.data.changes import ABSENT, ASKED, BOUNDED, SUPPRESSED

pytestmark = pytest.mark.unit


def meaning(text, said=None):
    found = find_marker(text, said or {})
    return found and found.meaning


def test_every_known_marker_has_a_meaning_there_is_and_a_source():
    for text, marker in known_markers().items():
        assert marker.meaning in (*MEANINGS, "note", "ask")
        assert marker.source
        assert text == text.lower() == marker.text


@pytest.mark.parametrize(
    ("markers", "expected"),
    [(SUPPRESSED, "suppressed"), (BOUNDED, "suppressed"), (ABSENT, "not_available"), (("[z]", "z", "."), "not_applicable"),
     (("nil", "Zero"), "zero"), (("[low]", "k", "~"), "rounded_low"), (("[p]", "r", "(e)"), "note")],
)  # fmt: skip
def test_a_marker_means_what_its_publisher_says(markers, expected):
    assert {meaning(marker) for marker in markers} == {expected}


@pytest.mark.parametrize("marker", ASKED)
def test_a_marker_with_several_meanings_or_none_is_not_guessed(marker):
    assert meaning(marker) in (None, "ask")


def test_what_the_user_says_comes_first_whatever_the_case_and_spaces():
    assert meaning("[X]", {"[x]": "suppressed"}) == "suppressed"
    assert meaning("no  value", {"No value": "zero"}) == "zero"
    assert find_marker("[q]", {"[q]": "1-7"}).between == (1, 7)
    assert meaning("", {"": "not_available"}) == "not_available"


@pytest.mark.parametrize(
    ("marker", "bounds"),
    [("<5", (1, 4)), ("< 8", (1, 7)), ("<=5", (1, 5)), ("\u22645", (1, 5)), ("1-4", (1, 4)), ("1 - 7", (1, 7)),
     ("1\u20137", (1, 7)), ("1 to 7", (1, 7)), ("[1-7]", (1, 7)), ("0-4", (0, 4)), ("Fewer than 5", (1, 4)),
     ("less than 8", (1, 7)), ("5 or fewer", (1, 5)), ("up to 7", (1, 7)), ("*", None), ("c", None), ("-", None),
     ("..", None), ("7-1", None), ("<1", None), ("12-15", None), ("5+", None), (">5", None)],
)  # fmt: skip
def test_a_marker_may_state_its_own_bounds(marker, bounds):
    assert named_bounds(marker) == bounds


def test_fewer_than_five_may_be_none_where_the_table_shows_no_zeros():
    assert named_bounds("<5", zeros_shown=False) == (0, 4)
    assert named_bounds("1-7", zeros_shown=False) == (1, 7)


@pytest.mark.parametrize(
    ("said", "why"),
    [({"[q]": "supressed"}, "Did you mean 'suppressed'"), ({"[q]": "note"}, "cannot mean 'note'"),
     ({"0": "suppressed"}, "is a number"), ({"1,204": "zero"}, "is a number")],
)  # fmt: skip
def test_a_meaning_that_no_marker_can_have_is_refused(said, why):
    with pytest.raises(OptionError, match=why):
        check_meanings(said)
