import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.waiting.list_flows import flatten, list_flows, run_dims
from tests.waiting_lists import GROUPS, flows_of, waiting_of

pytestmark = pytest.mark.unit
ADDITIONS = xr.DataArray(np.ones(5), dims="deprivation", coords={"deprivation": GROUPS})


def test_one_class_of_priority_is_the_default():
    flows = list_flows(waiting_of(), ADDITIONS, 5.0)
    assert flows["waiting"].dims == ("deprivation", "priority", "weeks_waited")
    assert flows["priority"].values.tolist() == [1]


def test_draws_come_before_lists_and_every_run_has_a_row():
    waiting = waiting_of().expand_dims(ics=["E54000055", "E54000008"])
    flows = list_flows(waiting, ADDITIONS * xr.DataArray([1.0, 2.0, 3.0], dims="draw"), 5.0)
    assert run_dims(flows) == ("draw", "ics")
    flat = flatten(flows, np.float64)
    assert flat.waiting.shape == (6, 5, 1, 40)
    assert flat.additions[:, 0, 0].tolist() == [1, 1, 2, 2, 3, 3]
    assert flat.rows(slice(2, 4)).slots.tolist() == [5, 5]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"removal": 1.2}, "removal is a share from 0 to 1"),
        ({"lost": 1.0}, "lost is a share from 0 to below 1"),
        ({"slots": -1.0}, "slots is a number, 0 or more"),
        ({"additions": ADDITIONS * np.nan}, "additions is a number, 0 or more"),
        ({"waiting": waiting_of().rename(weeks_waited="weeks")}, "dimension 'weeks_waited'"),
        ({"waiting": waiting_of(priorities=(1, 2))}, "additions has no dimension 'priority'"),
    ],
)
def test_numbers_that_cannot_be_are_refused(changes, says):
    given = {"waiting": waiting_of(), "additions": ADDITIONS, "slots": 5.0, **changes}
    with pytest.raises(OptionError, match=says):
        list_flows(**given)


def test_lists_of_tests_have_what_they_say():
    assert flows_of(draws=3).sizes["draw"] == 3
