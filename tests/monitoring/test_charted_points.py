import pandas as pd
import pytest

from equitymodel.monitoring.charted_points import FIRST, ChartedPoints, points_of_areas

pytestmark = pytest.mark.unit
POINTS = pd.DataFrame({"period": ["1", "2", "3"], "value": [1.0, 2, 3], "centre": [1.0, 1.0, None], "lower": 0.0,
                       "upper": 1.5, "signal": [False, True, False], "rule": ["", "x", ""], "own": 1})  # fmt: skip


def test_the_last_is_the_last_with_limits():
    chart = ChartedPoints(POINTS)
    assert (len(chart.charted), chart.last["period"], chart.signals["period"].tolist()) == (2, "2", ["2"])
    assert ChartedPoints(POINTS.assign(centre=float("nan"))).last is None


def test_areas_stand_below_one_another_common_columns_first():
    table = points_of_areas({"A": ("Devon", POINTS), "B": ("Kent", POINTS)})
    assert list(table) == [*FIRST, "own"]
    assert table["ics"].tolist() == ["A"] * 3 + ["B"] * 3
