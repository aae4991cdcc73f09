import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.waiting.group_scenario import split_by_group
from equitymodel.waiting.learn_flows import learn_flows
from equitymodel.waiting.read_waiting import read_waiting
from equitymodel.waiting.stated_share import StatedShare
from tests.waiting_lists import list_rows

pytestmark = pytest.mark.unit
SHARES = {"1": 0.25, "5": 0.75}


@pytest.fixture(scope="module")
def whole():
    return read_waiting(list_rows(groups=(1,)), small_numbers="exact")


def test_groups_add_up_to_the_list(whole):
    split = split_by_group(whole, SHARES, "a test", from_week={18: {"1": 0.3, "5": 0.7}, 52: {"1": 0.4, "5": 0.6}})
    for name in ("waiting_low", "treated", "added"):
        np.testing.assert_allclose(split[name].sum("deprivation"), whole[name].squeeze("deprivation"))
    share = split["waiting_low"].sel(deprivation="1") / whole["waiting_low"].squeeze("deprivation")
    assert share.mean(["ics", "procedure", "priority"]).values.tolist() == pytest.approx([0.25, 0.3, 0.4])


def test_a_scenario_is_named_on_every_page(whole):
    flows = learn_flows(
        split_by_group(whole, SHARES, "waits by deprivation, a test"), removal=StatedShare(0.01, "a test")
    )
    assert "Groups are a scenario, not data of this list" in flows.attrs["stated"]


@pytest.mark.parametrize(
    ("shares", "later"),
    [({"1": 0.5, "5": 0.6}, None), (SHARES, {52: {"1": 1.0}}), ({"1": -0.5, "5": 1.5}, None)],
)
def test_shares_are_of_the_same_groups_and_sum_to_1(whole, shares, later):
    with pytest.raises(OptionError, match="sum to 1"):
        split_by_group(whole, shares, "a test", from_week=later)


def test_a_list_with_groups_needs_no_scenario():
    with pytest.raises(OptionError, match="5 groups already"):
        split_by_group(read_waiting(list_rows(), small_numbers="exact"), SHARES, "a test")
