from typing import get_args

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.any_published import AnyPublished, open_results
from equitymodel.report.content.published import Published
from equitymodel.report.content.published_evaluation import PublishedEvaluation
from equitymodel.report.document.blocks import Section, within
from equitymodel.report.explorer.explorer_document import REPORTS, explorer_document


def test_every_ics_and_procedure_is_read_without_script(published_years):
    [table] = [table for table in explorer_document(published_years).tables() if table.name.startswith("every_ics")]
    gaps = published_years.tables["gaps"]
    headline = gaps[gaps["headline"]].set_index(["ics_name", "procedure"])["estimate"]
    procedures = [column.heading for column in table.columns[1:]]
    assert set(table.rows["ics_name"]) == set(gaps["ics_name"])
    for row in table.rows.to_dict("records"):
        for place, procedure in enumerate(procedures):
            assert row[f"p{place}_estimate"] == headline[row["ics_name"], procedure]


def test_groups_without_order_have_a_table_a_procedure(group_folder):
    published = open_results(group_folder)
    tables = [table for table in explorer_document(published).tables() if table.name.startswith("every_ics")]
    assert len(tables) == published.tables["gaps"]["procedure"].nunique()


def test_limits_close_it(published_years):
    sections = [block for block in within(explorer_document(published_years).blocks) if isinstance(block, Section)]
    assert sections[-1].limits


@pytest.mark.parametrize("kind", REPORTS)
def test_results_without_an_explorer_are_refused_with_what_they_have(kind):
    with pytest.raises(
        OptionError, match=r"gaps and routes[\s\S]*evaluation[\s\S]*name a report, such as report\.html"
    ):
        explorer_document(object.__new__(kind))


def test_every_kind_of_results_has_an_explorer_or_a_refusal():
    assert set(get_args(AnyPublished)) == {Published, PublishedEvaluation, *REPORTS}


def test_an_area_that_is_not_there_is_refused(published_years):
    with pytest.raises(OptionError, match="Narnia"):
        explorer_document(published_years, "Narnia")
