"""What is decided beforehand has a meaning, and re-basing has a reason."""

import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_plan import ChartPlan

pytestmark = pytest.mark.unit


def test_a_name_of_rules_becomes_their_record():
    assert ChartPlan(rules="sustained").rule_set.fix_after == 20


def test_days_of_rebasing_come_in_order():
    plan = ChartPlan(rebase={"2024-04": "merged", "2023-01-15": "moved"})
    assert list(plan.rebased) == [pd.Timestamp("2023-01-15"), pd.Timestamp("2024-04-01")]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"kind": "run"}, "run"),
        ({"better": "up"}, "up"),
        ({"rules": "mcd"}, "mdc"),
        ({"rebase": {"2024-04": " "}}, "say why"),
        ({"rebase": {"spring": "x"}}, "no day"),
        ({"as_of": "spring"}, "no day"),
        ({"target": float("nan")}, "number"),
    ],
)
def test_what_has_no_meaning_is_refused(options, says):
    with pytest.raises(OptionError, match=says):
        ChartPlan(**options)
