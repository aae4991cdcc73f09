import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.report.content.published_stages import PublishedStages
from equitymodel.report.content.stages_document import answers, stages_document
from equitymodel.report.document.blocks import Paragraph, Section
from equitymodel.report.stages_results import published_of

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def published(pathway):
    return published_of(pathway[0].require_sound(force=True), {})


def test_the_answer_comes_first_and_one_for_each_procedure(published):
    document = stages_document(published)
    first = document.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.role == "answer"
    assert len(answers(published)) == 2
    assert first.text == answers(published)[0]


def test_tables_and_the_picture_are_there(published):
    document = stages_document(published, "area 03")
    assert [table.name for table in document.tables()] == ["stage_gaps", "stage_attribution"]
    assert [picture.name for picture in document.pictures()] == ["stages"]
    assert document.subtitle == "area 03"


def test_all_ics_together_have_a_list_of_every_ics_for_the_workbook(published):
    listed = [table for table in stages_document(published).tables() if table.name == "stages_by_ics"]
    assert listed[0].place == "workbook"
    assert len(listed[0].rows) == 4 * 2


def test_what_it_cannot_say_is_said(published):
    last = stages_document(published).blocks[-1]
    assert isinstance(last, Section)
    assert "not that a stage can be changed" in last.blocks[0].points[0]


def test_several_periods_have_a_section_of_what_changed(published):
    both = {
        name: pd.concat([table.assign(period="2021"), table.assign(period="2022")], ignore_index=True)
        for name, table in published.tables.items()
    }
    change = published.tables["stage_gaps"].rename(columns={"probability_widens": "probability_worse"})
    both["stage_changes"] = change.assign(period_from="2021", period_to="2022")
    several = PublishedStages(both, published.facts, published.provenance)
    titles = [block.title for block in stages_document(several).blocks if isinstance(block, Section)]
    assert "Which stage changed" in titles
    assert len(answers(several)) == 2


def test_groups_without_an_order_are_named_and_have_no_waterfall(published):
    gaps = published.tables["stage_gaps"].assign(ethnicity="Asian")
    tables = {**published.tables, "stage_gaps": gaps}
    other = PublishedStages(tables, CellFacts(Group("ethnicity", "White")), published.provenance)
    document = stages_document(other)
    assert not list(document.pictures())
    assert "Asian against White" in document.blocks[0].text
    assert "admissions" not in document.blocks[0].text
    assert sum("all groups together" in text for text in answers(other)) == len(set(gaps["procedure"]))
