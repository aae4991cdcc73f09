import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_GROUPS
from equitymodel.waiting.list_flows import list_flows
from equitymodel.waiting.list_measures import (
    UNITS,
    centile_of,
    ends_of,
    gap_of,
    list_measures,
    pooled,
    weeks_until_closed,
)
from equitymodel.waiting.list_rules import accumulating, first_come
from equitymodel.waiting.weekly_course import run_rule
from tests.waiting_lists import GROUPS, flows_of, small_course

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def course():
    return run_rule(flows_of(draws=4, removal=[0.02, 0.015, 0.01, 0.008, 0.005]), first_come(), weeks=26)


@pytest.fixture(scope="module")
def measures(course):
    return list_measures(course)


def test_every_measure_is_there_by_group_and_for_all_of_them(measures):
    assert list(measures.data_vars) == list(UNITS)
    assert measures["deprivation"].values.tolist() == [*GROUPS, ALL_GROUPS]
    for name in ("on_list", "added", "treated", "removed", "over_52"):
        parts = measures[name].sel(deprivation=GROUPS).sum("deprivation")
        np.testing.assert_allclose(parts, measures[name].sel(deprivation=ALL_GROUPS))


def test_means_and_shares_are_of_those_who_wait(course, measures):
    waits = course["waits"].sel(deprivation="1")
    weeks = waits["weeks_waited"]
    np.testing.assert_allclose(measures["mean_wait"].sel(deprivation="1"),
                               (waits * (weeks + 0.5)).sum("weeks_waited") / waits.sum("weeks_waited"))  # fmt: skip
    over = waits.where(weeks >= 18, 0).sum("weeks_waited") / waits.sum("weeks_waited")
    np.testing.assert_allclose(measures["share_over_18"].sel(deprivation="1"), over)
    asked = course["start"] + course["added"].sum("week")
    np.testing.assert_allclose(measures["removed_share"].sel(deprivation=GROUPS), course["removed"].sum("week") / asked)


def test_a_centile_is_interpolated_within_its_week():
    waits = xr.DataArray([[10.0, 0.0, 10.0], [0.0, 0.0, 0.0]], dims=("deprivation", "weeks_waited"))
    assert float(centile_of(waits, 0.25)[0]) == 0.5
    assert float(centile_of(waits, 0.92)[0]) == pytest.approx(2.84)
    assert np.isnan(centile_of(waits, 0.92)[1])
    with pytest.raises(OptionError, match="between 0 and 1"):
        centile_of(waits, 92)


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        ("mean_wait", [30.5, 0.0, 30.5]),
        ("share_over_18", [0.6, 0.0, 0.6]),
        ("share_over_52", [0.2, 0.0, 0.2]),
        ("treated_share", [5 / 16, 4 / 5, 9 / 21]),
        ("removed_share", [1 / 16, 1 / 5, 2 / 21]),
        ("wait_to_treatment", [13.0, 3.0, 77 / 9]),
        ("weeks_waited_in_all", [18.0, 2.0, 20.0]),
    ],
)
def test_measures_are_those_worked_out_by_hand_and_0_where_nobody_waits(name, by_hand):
    assert list_measures(small_course())[name].values == pytest.approx(by_hand)


def test_the_gap_is_the_most_less_the_least_deprived(measures):
    gap = gap_of(measures)
    np.testing.assert_allclose(
        gap["removed_share"],
        measures["removed_share"].sel(deprivation="1") - measures["removed_share"].sel(deprivation="5"),
    )
    assert (gap["removed_share"] > 0).all()
    np.testing.assert_allclose(gap_of(measures, most="5", least="1")["mean_wait"], -gap["mean_wait"])


def test_a_gap_needs_two_groups_that_are_there(measures):
    with pytest.raises(OptionError, match="no group '6'"):
        ends_of(measures, most="6")
    with pytest.raises(OptionError, match="between two groups"):
        ends_of(measures.sel(deprivation=["1"]))


def test_lists_add_up(course):
    two = xr.concat([course, 2 * course], "ics")
    np.testing.assert_allclose(list_measures(pooled(two))["treated"], 3 * list_measures(course)["treated"])
    np.testing.assert_allclose(list_measures(pooled(two))["mean_wait"], list_measures(course)["mean_wait"])


def longer_for_the_most_deprived():
    waiting = xr.DataArray([[0.0] * 20 + [10.0] * 10, [10.0] * 10 + [0.0] * 20], dims=("deprivation", "weeks_waited"))
    return list_flows(waiting, xr.DataArray([10.0, 10.0], dims="deprivation"), 20.0)


def test_the_week_in_which_the_gap_closes_is_the_first_after_the_last_that_is_open():
    course = run_rule(longer_for_the_most_deprived(), accumulating({"1": 1.0}), weeks=30)
    closed = float(weeks_until_closed(course))
    wait = (course["weeks_so_far"] / course["on_list"]).fillna(0).values
    open_ = np.flatnonzero(abs(wait[0] - wait[1]) > 0.5) + 1
    assert closed == open_[-1] + 1
    assert 1 < closed < 30


def test_a_gap_that_is_open_at_the_end_has_no_week():
    course = run_rule(longer_for_the_most_deprived(), accumulating({"1": 3.0}), weeks=2)
    assert np.isinf(weeks_until_closed(course))


def test_a_gap_that_has_turned_round_is_open_whichever_group_is_named_first():
    course = run_rule(longer_for_the_most_deprived(), accumulating({"2": 50.0}), weeks=2)
    for one, other in (("1", "2"), ("2", "1")):
        assert np.isinf(weeks_until_closed(course, most=one, least=other))


def test_the_week_is_the_same_when_groups_are_turned_round():
    course = run_rule(longer_for_the_most_deprived(), accumulating({"1": 1.0}), weeks=30)
    assert float(weeks_until_closed(course, most="2", least="1")) == float(weeks_until_closed(course))
