import numpy as np
import pytest
import xarray as xr

from equitymodel.decision.judged_options import judge_options
from equitymodel.decision.options_file import read_options
from equitymodel.errors import OptionError
from equitymodel.waiting.compare_rules import compare_rules
from equitymodel.waiting.list_changes import combined, more_slots, reserve
from equitymodel.waiting.list_flows import list_flows
from equitymodel.waiting.list_rules import accumulating, first_come
from equitymodel.waiting.rule_effects import rule_effects
from tests.waiting_lists import GROUPS, flows_of

pytestmark = pytest.mark.unit
AREAS = ["E54000008", "E54000055"]
RULES = [
    first_come("Now"),
    accumulating({"1": 2.0}, name="Faster"),
    combined(first_come(), more_slots(0.1), name="More"),
]
OPTIONS = """format = 1
question = "Which?"
criterion = [{ name = "total", better = "more" }]
option = [{ name = "as now" }, { name = "faster" }, { name = "more" }]"""


@pytest.fixture(scope="module")
def found():
    one = flows_of(draws=4)
    return compare_rules(xr.concat([one, one], "ics").assign_coords(ics=AREAS), RULES, weeks=26)


def run_of(areas=AREAS, groups=GROUPS):
    dims = ("chain", "draw", "ics", "deprivation", "procedure")
    sizes = (2, 3, len(areas), len(groups), 1)
    return xr.DataArray(np.full(sizes, 100.0), {"ics": areas, "deprivation": groups, "procedure": ["hip"]}, dims)


def test_admissions_change_by_the_ratio_of_treatments_draw_by_draw(found):
    made = rule_effects(found, run_of(), {"faster": "Faster", "more": "More"})
    treated = found.treated.sel(ics=AREAS[1], deprivation="1")
    ratio = (treated.sel(rule="Faster") / treated.sel(rule="Now")).values
    change = made.changes["faster"].sel(ics=AREAS[1], deprivation="1", procedure="hip").values.ravel()
    assert change == pytest.approx(100 * (ratio[[0, 1, 2, 3, 0, 1]] - 1))
    assert change.min() > 1
    assert made.changes["faster"].dims == run_of().dims


def test_a_rule_that_places_people_by_group_carries_its_flag(found):
    made = rule_effects(found, run_of(), {"faster": "Faster", "more": "More"})
    assert list(made.contested) == ["faster"]
    assert "panel" in made.contested["faster"]


def test_what_a_rule_does_to_the_total_of_the_list_is_said_beside_what_a_run_of_other_shares_makes_of_it(found):
    run = run_of() * xr.DataArray([1.0, 1, 1, 1, 9], {"deprivation": GROUPS}, "deprivation")
    made = rule_effects(found, run, {"faster": "Faster", "more": "More"})
    assert float(made.changes["faster"].sum() / run.sum()) < -0.01
    assert made.stated[0].startswith("Rules of the list were run over 26 weeks")
    assert "faster 0.0% (0.0% to 0.0%); more +" in made.stated[1]
    assert made.stated[2:] == tuple(found.stated)


def test_options_are_judged_by_it(found):
    made = rule_effects(found, run_of(), {"faster": "Faster", "more": "More"})
    judged = judge_options(read_options(OPTIONS), run_of(), run_of(), effects=made.changes)
    moved = judged.change.sum("deprivation").mean(("chain", "draw"))
    assert float(moved.sel(option="as now")) == 0
    assert float(moved.sel(option="more")) == pytest.approx(100, rel=0.05)
    assert float(judged.change.sel(option="faster", deprivation="1").mean()) > 0


def test_a_run_of_fewer_draws_takes_those_of_lists_evenly_spaced(found):
    run = run_of().isel(chain=[0], draw=[0, 1])
    change = rule_effects(found, run, {"more": "More"}).changes["more"].sel(ics=AREAS[0], deprivation="3").values
    treated = found.treated.sel(ics=AREAS[0], deprivation="3").isel(draw=[0, 3])
    assert change.ravel() == pytest.approx(100 * (treated.sel(rule="More") / treated.sel(rule="Now") - 1).values)


def test_by_hand_and_where_nobody_is_treated_under_the_first_rule_there_is_no_change():
    waiting = xr.DataArray([[[0.0, 8.0], [8.0, 0.0]]], {"ics": AREAS[:1], "deprivation": ["1", "5"]},
                           ("ics", "deprivation", "weeks_waited"))  # fmt: skip
    flows = list_flows(waiting, xr.zeros_like(waiting[..., 0]), 4.0)
    kept = combined(first_come(), reserve({"5": 0.25}), name="Kept")
    compared = compare_rules(flows, [first_come("Now"), kept], weeks=1)
    assert compared.treated.sum(["ics", "draw"]).values.tolist() == [[4, 0], [3, 1]]
    change = rule_effects(compared, run_of(AREAS[:1], ["1", "5"]), {"kept": "Kept"}).changes["kept"]
    assert change.isel(chain=0, draw=0).values.ravel() == pytest.approx([-25, 0])


def test_what_the_lists_have_not_is_named(found):
    with pytest.raises(OptionError, match="Faster"):
        rule_effects(found, run_of(), {"faster": "Fastr"})
    with pytest.raises(OptionError, match="no ics E54000010"):
        rule_effects(found, run_of(areas=["E54000010"]), {"faster": "Faster"})
    with pytest.raises(OptionError, match="no deprivation 6"):
        rule_effects(found, run_of(groups=["1", "6"]), {"faster": "Faster"})
