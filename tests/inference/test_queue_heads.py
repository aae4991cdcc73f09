import numpy as np
import pytest

from equitymodel.inference.queue_heads import follow_heads
from equitymodel.inference.queue_lists import KEPT, LANES, QueueLists, QueueOrder

pytestmark = pytest.mark.unit


def one_list(waiting, added, slots, *, stays=1.0, takes=1.0):
    """One list of two queues, one draw."""
    ones = np.ones((1, 1, 2))
    return QueueLists(
        np.array([[waiting]], float), added * ones, stays * ones, takes * ones, np.array([[slots]], float)
    )


def course(lists, place, weeks, *, kept=(0.0, 0.0), alike=0, mark=2):
    record = follow_heads(lists, QueueOrder(np.array(place), np.arange(2), np.array(kept), alike, mark), weeks)
    return {name: record.weekly[at, 0].T.tolist() for at, name in enumerate(KEPT)} | {"waits": record.waits[0]}


def test_two_weeks_worked_out_by_hand():
    """All of the longest wait first, then the same share of the next in both queues: a half, then three quarters."""
    found = course(one_list([[4, 3], [4, 0]], 2.0, 7.0), [[3, 2, 1, 0]] * 2, 2)
    assert found["treated"] == [[5, 2], [3.5, 3.5]]
    assert found["weeks_to_treatment"] == [[8, 2], [5.5, 5.5]]
    assert found["on_list"] == [[4, 4], [2.5, 2.5]]
    assert found["weeks_so_far"] == [[2, 2], [0.5, 0.5]]
    assert found["beyond"] == [[0, 0], [0, 0]]
    assert found["waits"].tolist() == [[2, 0.5, 0, 0]] * 2


def test_people_leave_before_slots_are_given_and_a_treatment_may_take_two_slots():
    found = course(one_list([[8, 0], [0, 0]], 0.0, 4.0, stays=0.75, takes=2.0), [[3, 2, 1, 0]] * 2, 1)
    assert found["removed"] == [[2, 0]]
    assert found["treated"] == [[2, 0]]
    assert found["on_list"] == [[4, 0]]


def test_slots_kept_for_a_group_are_given_first_and_what_it_leaves_goes_to_all():
    found = course(one_list([[6, 0], [0, 1]], 0.0, 4.0), [[3, 2, 1, 0]] * 2, 1, kept=(0.0, 0.5))
    assert found["treated"] == [[3, 1]]


def test_the_young_come_alike():
    found = course(one_list([[2, 2], [2, 2]], 4.0, 4.0), [[2, 2, 2, 1, 0]] * 2, 1, alike=3, mark=1)
    assert found["treated"] == [[2, 2]]
    assert found["waits"].tolist() == [[3, 1.5, 1.5, 0, 0]] * 2
    assert found["weeks_to_treatment"] == [[1.5, 1.5]]
    assert found["beyond"] == [[3, 3]]


@pytest.mark.parametrize("draws", [1, LANES - 1, LANES, LANES + 3])
def test_draws_side_by_side_are_those_run_one_by_one(draws):
    rng = np.random.default_rng(7)
    lists = QueueLists(rng.uniform(0, 9, (3, draws, 2, 4)), *rng.uniform(0.5, 1, (3, 3, draws, 2)),
                       rng.uniform(1, 20, (3, draws)))  # fmt: skip
    order = QueueOrder(np.array([[9, 9, 4, 2, 0], [9, 9, 5, 3, 1]]), np.arange(2), np.array([0.2, 0.0]), 2, 3)
    whole = follow_heads(lists, order, 6)
    for draw in range(draws):
        own = follow_heads(QueueLists(*(part[:, draw : draw + 1] for part in lists)), order, 6)
        assert (own.weekly[:, 0] == whole.weekly[:, draw]).all()
        assert (own.waits[0] == whole.waits[draw]).all()
