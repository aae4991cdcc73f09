"""Tables of judged options: every one prints, with the numbers of the panel it is made from."""

import pytest

from equitymodel.decision.read_register import read_strategies
from equitymodel.report.content import decision_tables as tables
from equitymodel.report.content.published_decision import MOVED, RANKS, published_decision
from tests.decision.judged import with_everything

pytestmark = pytest.mark.unit
MADE = (tables.moved_columns, tables.legitimacy_table, tables.ranks_table, tables.compared_table, tables.information_rows,
        tables.pilot_rows, tables.impact_rows, tables.weights_rows, tables.plans_table, tables.given_up_table,
        tables.growth_rows)  # fmt: skip


@pytest.fixture(scope="module")
def published():
    return published_decision(with_everything(), {"scope": "Devon, hip"}, read_strategies())


@pytest.mark.parametrize("make", MADE)
def test_every_table_prints_a_row_for_each_thing_it_is_about(published, make):
    made = make(published)
    assert len(made.texts) == len(made.rows) > 0
    assert all(len(row) == len(made.columns) for row in made.texts)


def test_numbers_of_the_board_are_those_of_the_panels(published):
    row = tables.moved_columns(published).rows.set_index("option").loc["reminders"]
    moved = published.tables[MOVED].set_index(["option", "measure"]).loc[("reminders", "total")]
    assert row["total_estimate"] == moved["estimate"]
    assert row["rank_1"] == published.tables[RANKS].set_index("option").loc["reminders", "rank_1"]
    assert row["does"] == "as stated of strategy 6"


def test_what_options_are_judged_by_is_printed_and_the_report_prints_every_measure(published):
    headings = [column.heading for column in tables.moved_columns(published).columns]
    assert "cost, GBP" in headings
    assert "net health, QALYs" not in headings
    row = dict(zip((item.heading for item in tables.moved_columns(published, every=True).columns),
                   tables.moved_columns(published, every=True).texts[-1], strict=True))  # fmt: skip
    assert row["net health, QALYs"]


def test_options_without_a_strategy_are_named_below_the_table_of_law(published):
    table = tables.legitimacy_table(published)
    assert table.rows["option"].tolist() == ["level up by half", "reminders", "both"]
    assert table.note.startswith("as now: no strategy of the register is named")
