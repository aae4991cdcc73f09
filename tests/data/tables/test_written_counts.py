"""One value as it is written: notes are dropped from a count, and what may change it is doubted."""

import numpy as np
import pytest

from equitymodel.data.tables.written_counts import read_written

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "number", "notes"),
    [("1,204r", 1204, "r"), ("1204 [p]", 1204, "[p]"), ("1204[r][p]", 1204, "[r][p]"), ("12 [note 3]", 12, "[note 3]"),
     ("12[1]", 12, "[1]"), ("12\u00b9", 12, "\u00b9"), ("12\u2020", 12, "\u2020"), ("5*", 5, "*"), ("12a", 12, "a"),
     ("12 u", 12, "u"), ("12E", 12, "E"), ("1 204 (r)", 1204, "(r)"), ("-3 r", -3, "r"), ("12", 12, "")],
)  # fmt: skip
def test_a_count_with_notes_keeps_its_number(text, number, notes):
    written = read_written(text, {})
    assert (written.number, written.notes, written.doubtful) == (number, notes, False)


@pytest.mark.parametrize("text", ["12c", "12 [c]", "12 [x]", "12z", "12k", "12 [low]", "12s", "12 ~"])
def test_a_count_beside_a_mark_that_elsewhere_hides_one_is_doubted(text):
    assert read_written(text, {}).doubtful


@pytest.mark.parametrize("text", ["12m", "12l", "1O", "12%", "£5", "about 30", "5 (3)", "5 (3%)", "12 of 40", "5+", ">5",
                                  "1,20", "12,34,567", "1.2.3", "[q]", "many", "12 [q]", "12t"])  # fmt: skip
def test_what_is_no_count_gives_no_number(text):
    written = read_written(text, {})
    assert np.isnan(written.number)
    assert written.marker is None


def test_a_zero_with_a_mark_of_a_low_figure_is_that_figure():
    for text in ("0~", "0 [low]", "0 k"):
        assert read_written(text, {}).marker.meaning == "rounded_low"


def test_separators_and_stars_are_seen():
    assert read_written("1,204*", {}).separated
    assert read_written("1,204*", {}).starred
    assert not read_written("1204", {}).separated
