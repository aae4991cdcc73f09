import pytest

from equitymodel.spec.lodged_plan import LodgedPlan
from equitymodel.spec.plan_looks import Looks
from equitymodel.studies.held_to_plan import HeldToPlan

pytestmark = pytest.mark.unit


def test_without_a_plan_it_is_said_that_none_was_lodged():
    held = HeldToPlan(typed="2020-01-01")
    assert held.lines == (
        "The plan was not lodged beforehand.",
        "The date of the declaration was typed in: 2020-01-01.",
    )
    assert held.record()["lodged"] is False


def test_data_after_the_start_that_were_there_when_it_was_lodged_are_said(tmp_path):
    declared = {"interruption": {"date": "2020-01-01", "looks": 1}, "data_before": {"last_period_seen": "2020-05-01"}}
    held = HeldToPlan(LodgedPlan(declared, {}, "now", "1", tmp_path / "p.json"), (), Looks(1, 1, "", ""))
    assert "already went to the period of 2020-05-01" in " ".join(held.lines)
    assert "Run as declared in the plan." in held.lines
    assert held.record()["looks"]["declared"] == 1
