"""The report of an area: what stands in it, in which order, and that it says what was published."""

from dataclasses import replace

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.answer import answer_words
from equitymodel.report.content.gap_document import gap_document
from equitymodel.report.document.blocks import Paragraph, Picture, Section
from equitymodel.report.wording.one_ics import of_one_ics
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def titles(document):
    return [block.title for block in document.blocks if isinstance(block, Section)]


def test_the_answer_is_first_and_limits_are_last(published):
    document = gap_document(published)
    assert document.blocks[0].text == answer_words(published, ALL_ICS)
    assert document.blocks[0].role == "answer"
    assert titles(document)[0] == "To the board"
    assert titles(document)[-1] == "What these figures cannot say"
    assert document.blocks[-1].blocks[0].points == tuple(published.provenance["limits"])


def test_an_area_is_named_in_the_subtitle_and_its_picture_says_the_finding(published):
    code, name = list(published.areas.items())[1]
    document = gap_document(published, name)
    assert document.subtitle.startswith(name)
    assert name in next(document.pictures()).alt
    ratio = published.rows("gaps", code).query("headline")["estimate"].min()
    assert f"{ratio:.2f}" in next(document.pictures()).alt


def test_peers_are_listed_and_those_named_are_taken(published):
    first, second, *_ = published.areas.values()
    said = [
        block.text for block in gap_document(published, first, peers=[second]).blocks if isinstance(block, Paragraph)
    ]
    assert f"ICSs chosen: {second}." in said


def test_names_of_tables_and_pictures_are_unlike(published_years):
    document = gap_document(published_years)
    names = [block.name for block in (*document.tables(), *document.pictures())]
    assert len(set(names)) == len(names)


def test_years_are_a_section_only_where_there_are_several(published, published_years):
    assert any("What changed from" in title for title in titles(gap_document(published_years)))
    assert not any("What changed from" in title for title in titles(gap_document(published)))


def test_what_is_approximate_and_what_is_stamped_goes_with_it(published, page):
    text = page(gap_document(replace(published, stamp="NOT FOR USE")))
    assert text.index("NOT FOR USE") < text.index("To the board")
    assert "Approximate: made by the fast engine" in text[: text.index("To the board")]


def test_groups_without_order_have_a_report(published_groups, page):
    text = page(gap_document(published_groups))
    assert "White British" in text
    assert "least deprived" not in text


def test_an_area_that_is_not_there_is_refused(published):
    with pytest.raises(OptionError):
        gap_document(published, "nowhere")


def test_results_of_one_ics_are_reported_without_being_asked_for_it(published):
    code = next(iter(published.areas))
    tables = {name: of_one_ics(table[table["ics"] == code]) if "ics" in table else table
              for name, table in published.tables.items()}  # fmt: skip
    alone = replace(published, tables=tables)
    document = gap_document(alone)
    assert document.subtitle.startswith(published.areas[code])
    assert ("Areas", "1 ICS in the fit") in document.about
    assert "gap_by_ics" not in {block.name for block in document.blocks if isinstance(block, Picture)}
