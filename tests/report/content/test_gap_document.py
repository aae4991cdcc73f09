"""The report of an area: what stands in it, in which order, and that it says what was published."""

from dataclasses import replace

import pytest

from equitymodel.errors import OptionError
from equitymodel.estimands.lasting_share import lasting_share_measures
from equitymodel.report.content.answer import answer_words, turning_words
from equitymodel.report.content.gap_document import gap_document
from equitymodel.report.document.blocks import Bullets, Paragraph, Picture, Section, within
from equitymodel.report.tables.sensitivity_table import sensitivity_table
from equitymodel.report.wording.one_ics import of_one_ics
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def whole(published):
    """The report of all ICSs together, only to be read."""
    return gap_document(published)


@pytest.fixture(scope="module")
def whole_years(published_years):
    """The same of several years."""
    return gap_document(published_years)


def titles(document):
    return [block.title for block in document.blocks if isinstance(block, Section)]


def test_the_answer_is_first_and_limits_are_last(published, whole):
    document = whole
    assert document.blocks[0].text == answer_words(published, ALL_ICS)
    assert document.blocks[0].role == "answer"
    assert titles(document)[0] == "To the board"
    assert titles(document)[-1] == "What this cannot tell you"
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


def test_names_of_tables_and_pictures_are_unlike(whole_years):
    document = whole_years
    names = [block.name for block in (*document.tables(), *document.pictures())]
    assert len(set(names)) == len(names)


def test_years_are_a_section_only_where_there_are_several(whole, whole_years):
    assert any("What changed from" in title for title in titles(whole_years))
    assert not any("What changed from" in title for title in titles(whole))


def test_what_is_approximate_and_what_is_stamped_goes_with_it(published, page):
    text = page(gap_document(replace(published, stamp="NOT FOR USE")))
    assert text.index("NOT FOR USE") < text.index("To the board")
    assert "Approximate: made by the fast engine" in text[: text.index("To the board")]


def test_groups_without_order_have_a_report(published_groups, page):
    text = page(gap_document(published_groups))
    assert "White British" in text
    assert "least deprived" not in text


def test_what_would_turn_the_answer_stands_beside_it(published, whole):
    document = whole
    assert document.blocks[1].text == turning_words(published, ALL_ICS) != ""


def test_all_together_have_every_detail_and_one_ics_what_it_can_use(published, whole, whole_years):
    every = {"To the board", "What each route to equity would take", "What the gap rests on", "Each procedure in words",
             "How to read the numbers", "What this cannot tell you"}  # fmt: skip
    details = {"The gap by ICS", "Shortfall, and admissions needed to level up, by ICS", "What would explain the gap away?",
               "Can the fit be trusted?", "Data: warnings and repairs", "The model", "Reporting checklist"}  # fmt: skip
    assert set(titles(whole)) == every | details
    assert set(titles(gap_document(published, "area 02"))) == every
    years = {"What changed from 2019/20 to 2022/23", "What each group received, against its share of need"}
    assert set(titles(whole_years)) == every | details | years


def test_every_picture_of_all_together_states_a_finding(whole_years):
    pictures = list(whole_years.pictures())
    names = [picture.name for picture in pictures]
    assert {"ics_by_year", "shares_of_admissions", "shares_of_spending", "gap_by_ics_1", "gap_by_ics_2"} <= set(names)
    assert all(any(letter.isdigit() for letter in picture.alt) for picture in pictures)


def test_counts_are_drawn_only_in_the_page_that_stays_with_the_results(published, quick_fit, whole):
    inside = gap_document(published, workshop=quick_fit)
    assert [picture.name for picture in inside.pictures() if picture.observed] == ["observed_expected"]
    assert not any(picture.observed for picture in whole.pictures())
    assert dict(inside.about)["Release"].startswith("This page is part of the folder of results")
    assert "Release" not in dict(whole.about)


def test_the_ends_of_what_could_last_are_said_where_they_were_worked_out(published, quick_fit):
    lasting = lasting_share_measures(quick_fit.fitted, quick_fit.fitted, quick_fit.expected)
    tables = dict(published.tables) | {"sensitivity": sensitivity_table(quick_fit, lasting=lasting)}
    points = [
        point
        for block in within(gap_document(replace(published, tables=tables)).blocks)
        if isinstance(block, Bullets)
        for point in block.points
    ]
    assert sum("If none of the differences of this year" in point for point in points) == 2


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
