import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS
from equitymodel.waiting.compare_rules import compare_rules
from equitymodel.waiting.conservation import HOLDS
from equitymodel.waiting.list_changes import combined, more_slots, prehabilitation, reserve
from equitymodel.waiting.list_rules import accumulating, first_come
from tests.waiting_lists import flows_of

pytestmark = pytest.mark.unit
RULES = [
    first_come(),
    accumulating({"1": 1.5}),
    combined(first_come(), reserve({"1": 0.3}), name="Slots kept"),
    combined(first_come(), more_slots(0.1), name="More"),
    combined(first_come(), prehabilitation({"1": 0.5}), name="Prepared"),
]


@pytest.fixture(scope="module")
def flows():
    one = flows_of(draws=8)
    return xr.concat([one, one, 2 * one], "ics").assign_coords(
        ics=["E54000055", "E54000008", "E54000010"], priority=[1]
    ).assign_attrs(stated="one\ntwo")  # fmt: skip


@pytest.fixture(scope="module")
def found(flows):
    return compare_rules(flows, RULES, weeks=26)


def test_an_order_alone_leaves_the_total_as_it_is(found):
    for name in ("Accumulating priority", "Slots kept"):
        for quantity in ("change_weeks_waited_in_all", "change_treated"):
            row = found.rows(quantity, rule=name, deprivation=ALL_GROUPS)
            assert row[["estimate", "lower", "upper"]].to_numpy() == pytest.approx(0, abs=1e-6)
    assert found.conserved == HOLDS
    assert found.rows("change_treated", rule="More", deprivation=ALL_GROUPS)["estimate"].item() > 10


def test_lists_add_up_to_their_areas_and_all_of_them(found):
    parts = [found.rows("treated", ics=area, rule="More", deprivation="1")["estimate"].item()
             for area in ("E54000055", "E54000008", "E54000010")]  # fmt: skip
    assert parts[2] == pytest.approx(2 * parts[0])
    assert found.rows("treated", ics=ALL_ICS, rule="More", deprivation="1")["estimate"].item() == pytest.approx(
        sum(parts)
    )


def test_rules_that_place_people_by_group_carry_the_flag(found):
    assert found.rules["contested"].tolist() == ["no", "yes", "yes", "no", "no"]
    assert "panel" in found.rules["why_contested"][1]
    assert found.rules["changes_more_than_the_order"].map(bool).tolist() == [False, False, False, True, True]
    assert found.stated == ("one", "two")


def test_a_faster_group_waits_less_long_and_the_others_longer(found):
    change = found.rows("change_mean_wait", rule="Accumulating priority").set_index("deprivation")
    assert change["estimate"]["1"] < 0 < change["estimate"]["5"]


def test_whole_people_meet_the_same_additions_under_every_rule(flows):
    found = compare_rules(flows.isel(ics=[0]), RULES[:2], weeks=8, seed=3)
    row = found.rows("change_treated", rule="Accumulating priority", deprivation=ALL_GROUPS)
    assert row[["lower", "upper"]].to_numpy() == pytest.approx(0)


def test_rules_have_names_of_their_own(flows):
    with pytest.raises(OptionError, match="unlike names"):
        compare_rules(flows, [first_come(), first_come()])
    with pytest.raises(OptionError, match="not none"):
        compare_rules(flows, [])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"quantity": "mean_wait_weeks"}, "Did you mean 'mean_wait'"),
        ({"quantity": "mean_wait", "rule": "First"}, "no rule 'First'"),
        ({"quantity": "mean_wait", "ics": "Devon"}, "no ics 'Devon'"),
    ],
)
def test_what_is_not_in_the_results_is_refused_by_name(found, asked, says):
    with pytest.raises(OptionError, match=says):
        found.rows(**asked)
