import pytest

from equitymodel.monitoring.area_funnel import area_funnel
from equitymodel.monitoring.memory_alarms import monitor_memory
from equitymodel.report.content.monitor_pages import monitored_page, pages_of, said_of
from tests.monitoring.counted import counted

pytestmark = pytest.mark.unit
RECORD = {"made": "today", "inputs": {}, "seed": 1, "versions": {"equitymodel": "1"}}


def test_a_funnel_has_one_page_and_charts_of_areas_one_each():
    funnel, charts = area_funnel(counted()), monitor_memory(counted(2))
    assert pages_of(funnel) == {}
    assert list(pages_of(charts)) == ["a0", "a1"]
    assert monitored_page(charts, RECORD).subtitle == "2 areas"
    assert monitored_page(charts, RECORD, "a1").subtitle.startswith("a1, ")


def test_run_lengths_are_printed_as_solved():
    assert any("465.4 when nothing changed" in said for said in said_of(monitor_memory(counted(1))))
