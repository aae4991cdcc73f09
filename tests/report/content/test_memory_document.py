import pytest

from equitymodel.monitoring.memory_alarms import monitor_memory
from equitymodel.monitoring.memory_chart import MemoryPlan
from equitymodel.monitoring.run_lengths import cusum_run_length
from equitymodel.report.content.memory_document import memory_areas_document, memory_document, run_lengths_table
from tests.monitoring.counted import counted

pytestmark = pytest.mark.unit
RECORD = {"made": "today", "inputs": {}, "seed": 1, "versions": {"equitymodel": "1"}}


@pytest.fixture(scope="module")
def found():
    return monitor_memory(counted(shift=40), MemoryPlan(baseline=12))


def test_the_page_says_the_signal_its_run_lengths_and_its_limits(found):
    document = memory_document(found, "a5", RECORD)
    assert "It signals (higher), since 2023-01" in document.blocks[0].text
    assert {"run_lengths", "points"} == {table.name for table in document.tables()}
    assert any(getattr(block, "limits", False) for block in document.blocks)


def test_run_lengths_are_solved_for_the_plan_at_hand():
    rows = run_lengths_table(MemoryPlan("cusum", decision=4.0)).rows
    assert rows["periods"].iloc[0] == pytest.approx(cusum_run_length(0.5, 4.0))


def test_all_areas_stand_in_one_table_those_that_signal_first(found):
    document = memory_areas_document(found, RECORD)
    table = next(table for table in document.tables() if table.name == "areas")
    assert table.rows["area"].iloc[0] == "a5"
    assert len(table.rows) == 6
