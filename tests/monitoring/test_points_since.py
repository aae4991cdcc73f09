import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.points_since import points_since

pytestmark = pytest.mark.unit
FIRST = pd.DataFrame({"ics": "A", "ics_name": "Devon", "period": ["2026-01", "2026-02"], "value": [1.0, 2.0],
                      "lower": 0.0, "upper": 3.0, "signal": False, "rule": ""})  # fmt: skip


def test_nothing_moved_where_nothing_did():
    assert points_since(FIRST, FIRST).empty


def test_a_revision_is_reported_old_and_new_and_a_new_period_as_new():
    third = FIRST.iloc[[1]].assign(period="2026-03")
    found = points_since(FIRST, pd.concat([FIRST.assign(value=[1.0, 2.5]), third], ignore_index=True))
    assert found[["period", "what", "before", "after", "why"]].values.tolist() == [
        ["2026-03", "value", "", "2", "new data"], ["2026-02", "value", "2", "2.5", "revision"],
    ]  # fmt: skip


def test_points_of_several_metrics_are_held_against_their_own():
    both = pd.concat([FIRST.assign(metric="a"), FIRST.assign(metric="b", value=5.0)], ignore_index=True)
    found = points_since(both, both.assign(value=[1.0, 2.0, 5.0, 6.0]))
    assert found[["metric", "period", "before", "after"]].values.tolist() == [["b", "2026-02", "5", "6"]]


def test_limits_set_anew_say_why():
    found = points_since(FIRST, FIRST.assign(upper=4.0), rebased="from 2026-01, boards merged")
    assert set(found["why"]) == {"set anew: from 2026-01, boards merged"}


def test_a_shorter_table_is_refused_by_name():
    with pytest.raises(OptionError, match="2026-02"):
        points_since(FIRST, FIRST[:1])
