"""Series with answers that are known: recovery is not called a change, and a slope declared is found.

Whole evaluations, which take minutes together: they run with the tests that sample.
"""

from pathlib import Path

import pytest

from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.spec.interruption import Interruption
from equitymodel.studies.evaluate import evaluate

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
pytestmark = [pytest.mark.mcmc, pytest.mark.skipif(not CASES.exists(), reason="the series are not here")]


def judge(name, date, **options):
    groups = {"groups": Deprivation("IMD 2019")} if "gap" in name else {}
    return evaluate(read_series(CASES / f"series_{name}.csv", **groups), Interruption(date, **options), seed=1)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [(f"recovery_{k}", "level") for k in (1, 2, 3)] + [("recovery_gap_1", kind) for kind in ("level", "gap")],
)
def test_recovery_is_not_called_a_change(name, outcome):
    found = judge(name, "2023-04", outcome=outcome).verdict
    assert found.verdict != "real change"
    assert "recovery" in found.checks


def test_a_change_of_slope_alone_is_found_where_it_is_declared():
    found = judge("slope", "2015-01", shape="slope")
    row = found.impact.set_index("quantity").loc["average_rate_ratio"]
    assert found.verdict.verdict == "real change"
    assert row["lower"] < 1.175 < row["upper"]
    assert "recovery" not in found.verdict.checks, "a series without a mask is never refused for recovery"


def test_a_gap_with_more_among_the_most_deprived_is_said_that_way_round():
    found = judge("gap_reversed", "2004-01", outcome="gap", shape="slope").verdict
    assert "the gap (most over least deprived)" in found.reasons[0]
    assert ": -" in found.reasons[0], "it narrows"


def test_controls_whose_gap_moved_otherwise_before_are_said_in_the_verdict():
    found = judge("gap_with_control", "2023-10", outcome="gap", exposed={"ics": ("E54000061",)}).verdict
    assert not found.checks["parallel_trends"]
    assert "1.067 times that among the controls a year" in str(found)
    assert found.verdict == "change not established"
