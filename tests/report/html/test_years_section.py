import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.report.html.years_section import years_section
from equitymodel.report.tables.shares_table import shares_table
from equitymodel.vocabulary import ALL_PROCEDURES

pytestmark = pytest.mark.unit


def test_each_procedure_has_what_changed_of_the_gap_and_then_of_shares(yearly_results):
    made = years_section(CellFacts.of(yearly_results.fit.cells), yearly_results.tables)
    assert set(made.findings) == {ALL_PROCEDURES, "procedure 01", "procedure 02"}
    for gap, share in made.findings.values():
        assert gap.startswith("Between 2019/20 and 2022/23")
        assert share.startswith("From 2019/20 to 2022/23 the share")
    pictures = (made.gaps, made.areas, made.shares, made.spending)
    assert all(text.startswith("data:image/png;base64,") for text in pictures)


def test_spending_is_drawn_only_with_unit_costs(yearly_results):
    tables = {"years": yearly_results.tables["years"], "shares": shares_table(yearly_results.fit)}
    assert years_section(CellFacts.of(yearly_results.fit.cells), tables).spending == ""


def test_one_year_has_no_section(quick_results):
    assert years_section(CellFacts.of(quick_results.fit.cells), quick_results.tables) is None
