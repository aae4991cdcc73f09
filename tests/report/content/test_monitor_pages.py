import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.monitoring.area_funnel import area_funnel
from equitymodel.monitoring.memory_alarms import monitor_memory
from equitymodel.monitoring.monitored import monitor
from equitymodel.report.content.monitor_pages import monitored_page, pages_of, said_of
from tests.monitoring.counted import counted

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
RECORD = {"made": "today", "inputs": {}, "seed": 1, "versions": {"equitymodel": "1"}}


def test_a_funnel_has_one_page_and_charts_of_areas_one_each():
    funnel, charts = area_funnel(counted()), monitor_memory(counted(2))
    assert pages_of(funnel) == {}
    assert list(pages_of(charts)) == ["a0", "a1"]
    assert monitored_page(charts, RECORD).subtitle == "2 areas"
    assert monitored_page(charts, RECORD, "a1").subtitle.startswith("a1, ")


def test_false_alarms_are_printed_of_one_chart_and_of_many():
    rows = pd.DataFrame({"period": MONTHS, "value": np.tile([1.0, 2.0], 12)})
    one = said_of(monitor(read_measured(rows)))
    assert sum("when nothing changes" in said.lower() for said in one) == 1
    two = pd.concat([rows.assign(ics=code) for code in "AB"])
    said = said_of(monitor(read_measured(two, areas="any")))
    assert said[-1].startswith("0 of 2 areas signal at their last charted point, 0 at some point. When nothing changes")


def test_of_what_is_not_charted_no_signal_is_counted():
    few = pd.DataFrame({"period": MONTHS[:3], "value": [1.0, 2.0, 3.0]})
    [said] = said_of(monitor(read_measured(few)))
    assert "shown and not charted" in said


def test_run_lengths_are_printed_as_solved():
    assert any("465.4 when nothing changed" in said for said in said_of(monitor_memory(counted(1))))
