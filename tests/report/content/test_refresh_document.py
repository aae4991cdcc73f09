import pandas as pd
import pytest

from equitymodel.monitoring.nowcast import nowcast
from equitymodel.report.content.refresh_document import refresh_document
from equitymodel.report.refresh_results import write_refresh
from tests.report.refreshed import two_reports

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def refreshed(gap_evaluation, tmp_path_factory):
    return write_refresh(*two_reports(gap_evaluation, tmp_path_factory.mktemp("page")), vintage="2100-01-15")


def test_the_answer_comes_first_and_causes_next(refreshed):
    document = refresh_document(refreshed)
    assert document.blocks[0].text.startswith(f"{len(refreshed.tables['changes'])} of ")
    assert document.blocks[1].text == "The verdict is still 'real change'."
    assert [table.name for table in document.tables()] == ["changes", "revisions"]


def test_largest_steps_come_first(refreshed):
    steps = next(refresh_document(refreshed).tables()).rows["standard_deviations"].abs().dropna()
    assert steps.is_monotonic_decreasing


def test_looks_at_a_lodged_plan_are_said(refreshed):
    refreshed.after.verdict["lodged_plan"] = {"said": ["Lodged 2026.", "Look 2 of 4 declared."]}
    assert refreshed.lines[-1] == "Look 2 of 4 declared."


def test_months_that_are_not_complete_have_a_table(refreshed):
    from dataclasses import replace

    rows = [(f"2025-{month:02d}-01", since, 100.0 * since) for month in range(1, 10) for since in (1, 2)]
    found = nowcast(pd.DataFrame(rows, columns=["period", "months_since", "count"]), seed=1)
    document = refresh_document(replace(refreshed, nowcast=found, why_not=""))
    *_, table = document.tables()
    assert table.name == "nowcast"
    assert table.texts[-1][-1] == "no"
