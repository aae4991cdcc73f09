from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.monitoring.nowcast import nowcast
from equitymodel.report.content.refresh_document import refresh_document
from equitymodel.report.document.blocks import within

pytestmark = pytest.mark.unit


@pytest.fixture
def refreshed(refreshed_pair):
    return refreshed_pair[0]


def test_the_answer_comes_first_and_causes_next(refreshed):
    document = refresh_document(refreshed)
    assert document.blocks[0].text.startswith(f"{len(refreshed.tables['changes'])} of ")
    assert document.blocks[1].text == "The verdict is still 'real change'."
    assert [table.name for table in document.tables()] == ["changes", "looks", "revisions"]


def test_largest_steps_come_first(refreshed):
    steps = next(refresh_document(refreshed).tables()).rows["standard_deviations"].abs().dropna()
    assert steps.is_monotonic_decreasing


def test_what_is_the_same_in_every_row_is_said_once_and_names_break_over_lines(refreshed):
    changes = next(refresh_document(refreshed).tables())
    assert "procedure" not in [column.heading for column in changes.columns]
    assert changes.note.startswith("All ICSs together, table gap, All procedures, All groups; largest step first")
    assert not any("_" in text for text in changes.rows["quantity"])


def test_the_days_are_those_of_the_tables(refreshed):
    last = refreshed.before.vintages.last.day
    assert refresh_document(refreshed).subtitle == f"Table of 2100-01-15, compared with that of {last}"
    same = replace(refreshed, day=last)
    assert refresh_document(same).subtitle == f"Table of {last}, compared with one of the same day"


@pytest.mark.parametrize(("value", "tables"), [(1e-6, 0), (0.01, 1)])
def test_months_that_are_worth_nothing_are_a_sentence_and_no_table_of_zeros(value, tables, refreshed):
    worth = replace(refreshed.monitor, waiting=refreshed.monitor.waiting.assign(value=value))
    document = refresh_document(replace(refreshed, monitor=worth))
    assert [table.name for table in document.tables()].count("waiting") == tables
    said = "".join(getattr(block, "text", "") for block in within(document.blocks))
    assert ("None of the next 12 months is worth 0.0001" in said) == (tables == 0)


def test_looks_at_a_lodged_plan_are_said(refreshed):
    verdict = {"lodged_plan": {"said": ["Lodged 2026.", "Look 2 of 4 declared."]}}
    looked = replace(refreshed, after=replace(refreshed.after, verdict=verdict))
    assert looked.lines[-1] == "Look 2 of 4 declared."


def test_months_that_are_not_complete_have_a_table(refreshed):
    rows = [(f"2025-{month:02d}-01", since, 100.0 * since) for month in range(1, 10) for since in (1, 2)]
    found = nowcast(pd.DataFrame(rows, columns=["period", "months_since", "count"]), seed=1)
    document = refresh_document(replace(refreshed, nowcast=found, why_not=""))
    *_, table = document.tables()
    assert table.name == "nowcast"
    assert table.texts[-1][-1] == "no"
