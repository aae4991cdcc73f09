import pytest

from equitymodel.report.content.effects_document import answer_words, effects_document
from equitymodel.report.content.published_effects import MADE_UP, published_effects
from equitymodel.report.document.blocks import Paragraph, Section
from tests.report.effects import example_effects, no_effects

pytestmark = pytest.mark.unit
ALL = "All ICSs"


@pytest.fixture(scope="module")
def published():
    return published_effects(example_effects(), {"ics_names": {"area 01": "Devon"}, "period": "2023/24"})


def titles(document):
    return [block.title for block in document.blocks if isinstance(block, Section)]


def test_the_document_says_what_moves_what_it_rests_on_and_what_is_left_out(published):
    document = effects_document(published, "area 01")
    assert document.subtitle == "Devon, 2023/24"
    assert titles(document) == [
        "What each would add", "What each would do to the gap", "Together",
        "What it costs, gains, and takes from elsewhere", "What it rests on", "Law and legitimacy", "What is left out",
        "What this cannot tell you",
    ]  # fmt: skip
    assert document.stamp == MADE_UP
    assert [type(block) for block in document.blocks[:2]] == [Paragraph, Section], (
        "its stamp is said by the writer, once"
    )
    assert [picture.name for picture in document.pictures()] == ["strategies"]


def test_the_answer_says_how_many_were_stated_and_what_all_would_add(published):
    said = answer_words(published, ALL)
    assert said.startswith(
        "Of 18 strategies 2 have an effect and a reach that were stated. All 2 together would change"
    )
    assert "as stated" in said


def test_without_effects_nothing_is_said_of_what_moves():
    document = effects_document(published_effects(no_effects(), {}))
    assert "nothing can be said" in document.blocks[0].text
    assert titles(document) == [
        "What it rests on",
        "Law and legitimacy",
        "What is left out",
        "What this cannot tell you",
    ]


def test_the_law_is_said_not_to_be_advice(published):
    (law,) = [
        block for block in effects_document(published).blocks if getattr(block, "title", "") == "Law and legitimacy"
    ]
    assert all(point.endswith("This is not legal advice.") for point in law.blocks[1].points)


def test_only_the_strategies_that_were_stated_stand_in_the_table_of_legitimacy(published):
    table = {table.name: table for table in effects_document(published).tables()}["register"]
    assert table.rows["number"].tolist() == ["6", "8"]
