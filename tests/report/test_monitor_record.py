import pandas as pd
import pytest

from equitymodel.monitoring.area_funnel import area_funnel
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.metric_set import PLAIN
from equitymodel.monitoring.monitored import monitor
from equitymodel.monitoring.several_metrics import SeveralMetrics
from equitymodel.report.monitor_record import monitor_record, monitored_from
from tests.monitoring.counted import counted

pytestmark = pytest.mark.unit


def test_a_funnel_and_charts_come_back_as_they_were():
    made = area_funnel(counted(shift=30), form="shmi", better="lower")
    again = monitored_from(made.points, monitor_record(made), {})
    assert again.points.equals(made.points)
    series = counted(2).rename(observed="numerator", expected="denominator")
    series = series.assign(value=series["numerator"] / series["denominator"])
    found = monitor(series, PLAIN, ChartPlan(target=1.0, better="higher", limits_until=("2023-06-01",), no_gap=1.0))
    several = SeveralMetrics({"value": found, "rate_ratio": monitor(series.drop_vars(["numerator", "denominator"]))})
    same = monitored_from(several.points, monitor_record(several), {})
    assert same.points.equals(several.points)
    one = same.metrics["value"].charts["a1"].points
    pd.testing.assert_frame_equal(one, found.charts["a1"].points, check_like=True)
    back = monitored_from(found.points, monitor_record(found), {})
    assert back.plan == found.plan
    assert back.charts["a1"].assurance == found.charts["a1"].assurance
    assert back.alarms["a0"].share == found.alarms["a0"].share
