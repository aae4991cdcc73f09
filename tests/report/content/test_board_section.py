"""A statement to a board: short, from what was published, and honest about what the tables do not hold."""

from dataclasses import replace

import pytest

from equitymodel.report.content.answer import answer_words
from equitymodel.report.content.board_section import EVIDENCE, MOST_WORDS, board_words, statement_section
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def test_every_area_has_at_most_150_words_and_begins_with_the_answer(published, published_groups):
    for opened in (published, published_groups):
        for code in (ALL_ICS, *opened.areas):
            said = board_words(opened, code)
            assert len(said.split()) <= MOST_WORDS == 150
            assert said.startswith(answer_words(opened, code))
            assert said.endswith(EVIDENCE)


def test_a_long_name_leaves_sentences_out_but_never_the_answer(published):
    gaps = published.tables["gaps"].assign(ics_name="A very long name " * 15)
    long = replace(published, tables=dict(published.tables) | {"gaps": gaps})
    said = board_words(long, next(iter(long.areas)))
    assert len(said.split()) <= MOST_WORDS
    assert "times the admissions of" in said
    assert said.endswith(EVIDENCE)


def test_what_levelling_up_would_take_is_quoted_only_where_it_is_told_from_chance(published):
    totals = published.tables["target_totals"]
    for told, words in (("no", "cannot be told from chance"), ("yes", f"more admissions {published.counted}")):
        tables = dict(published.tables) | {"target_totals": totals.assign(told_apart=told)}
        assert words in board_words(replace(published, tables=tables), ALL_ICS)


def test_groups_asked_for_are_listed_with_what_is_missing(published, published_groups):
    rows = statement_section(published, ALL_ICS).blocks[1].rows.set_index("by")
    assert rows["here"]["deprivation"] == "compared"
    assert rows["missing"]["ethnicity"] == "a run with --group ethnicity, from tables that have that column"
    rows = statement_section(published_groups, ALL_ICS).blocks[1].rows.set_index("by")
    assert rows["here"]["ethnicity"] == "compared"
    assert rows["here"]["deprivation"] == "not in the tables"
