"""The report on judged options: the answer first, every panel that has its numbers, and nothing that was not given."""

import pytest

from equitymodel.decision.read_register import read_strategies
from equitymodel.report.content.decision_document import REFERENCE, about, decision_document, of_routes
from equitymodel.report.content.published_decision import published_decision
from equitymodel.report.document.blocks import Bullets, Paragraph, Section, within
from tests.decision.judged import with_everything, with_little

pytestmark = pytest.mark.unit
RECORD = {"scope": "Devon, hip", "estimate": "a" * 64, "diagnosis": "PASS", "seed": 1}


@pytest.fixture(scope="module")
def everything():
    return published_decision(with_everything(), RECORD, read_strategies())


@pytest.fixture(scope="module")
def little():
    return published_decision(with_little(), RECORD, read_strategies())


def titles(document):
    return [block.title for block in document.blocks if isinstance(block, Section)]


def said(document):
    return " ".join([block.text if isinstance(block, Paragraph) else " ".join(block.points)
                     for block in within(document.blocks) if isinstance(block, Paragraph | Bullets)])  # fmt: skip


def test_the_answer_stands_first_of_whom_and_where(little):
    document = decision_document(little)
    assert (document.title, document.subtitle) == ("Which?", "Devon, hip")
    assert document.blocks[0].text.startswith("move comes first in over 99% of draws and weights")


def test_every_panel_with_its_numbers_has_a_section_and_pictures_say_their_finding(everything, little):
    assert len(titles(decision_document(everything))) == 7
    assert titles(decision_document(little)) == [
        "What could be done, and what it might move", "Which comes first, for which weights",
        "Which unknown would change the choice", "What was decided, and why", "What is left out, as nothing was assumed",
    ]  # fmt: skip
    pictures = list(decision_document(everything).pictures())
    assert [picture.name for picture in pictures] == ["equity_curve", "equity_plane", "frontier_drawn"]
    assert all(len(picture.alt) > 40 for picture in pictures)


def test_law_is_no_advice_and_what_is_left_out_comes_with_what_would_fill_it(little):
    words = said(decision_document(little))
    assert "not legal advice" in words
    assert "Costs: cost_per_admission of every option would fill it." in words


def test_a_route_is_said_to_be_no_effect_where_an_option_is_one(everything, little):
    assert of_routes(little) == (Paragraph(REFERENCE, "note"),)
    only_stated = everything.tables["options"].query("does.str.startswith('as stated') or option == 'as now'")
    assert of_routes(type(everything)({"options": only_stated}, {})) == ()


def test_where_it_comes_from_names_the_estimate(little):
    assert ("Estimate", f"{'a' * 12} PASS") in about(little)
