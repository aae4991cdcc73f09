import pytest

from equitymodel.report.plots.panel_names import cut_name, panel_name

pytestmark = pytest.mark.unit


def test_names_have_as_many_lines_as_there_is_room_for():
    assert panel_name("hip replacement") == "hip replacement"
    assert panel_name("one two three four five six seven eight nine ten").count("\n") == 1
    assert panel_name("one two three four five six", 8) == "one two\nthree…"


def test_words_are_not_broken():
    assert panel_name("Nottinghamshire", 8) == "Nottinghamshire"


def test_a_name_is_cut_where_it_is_too_long_and_only_there():
    assert cut_name("a" * 30, 30) == "a" * 30
    assert cut_name("a" * 31, 30) == "a" * 27 + "..."
