from collections import deque

import numpy as np
import pytest

from equitymodel.waiting.list_rules import accumulating, clinical_priority, first_come
from equitymodel.waiting.treatment_order import ByPattern, InOrder, Reserved, whole_people

pytestmark = pytest.mark.unit


HIGH, LOW = ("1", 1), ("2", 2)
RATES = {HIGH: 0.3, LOW: 0.5}


def evenly(mean, people, rng):
    """Exponential times in random order, one from each of as many equal parts of their distribution."""
    return -mean * np.log((rng.permutation(people) + 0.5) / people)


def one_server(score, *, people=400_000, seed=3):
    """Mean waits of two classes at one server of rate 1, person by person; within a class the longest wait is first."""
    rng = np.random.default_rng(seed)
    arrives = np.cumsum(evenly(1 / 0.8, people, rng)).tolist()
    is_high = (rng.permutation(people) < people * 0.3 / 0.8).tolist()
    queues, waited, now, following = {HIGH: deque(), LOW: deque()}, {HIGH: 0.0, LOW: 0.0}, 0.0, 0
    for service in evenly(1.0, people, rng).tolist():
        if not any(queues.values()):
            now = max(now, arrives[following])
        while following < people and arrives[following] <= now:
            queues[HIGH if is_high[following] else LOW].append(arrives[following])
            following += 1
        who = max((one for one in queues if queues[one]), key=lambda one: score(*one, now - queues[one][0]))
        waited[who] += now - queues[who].popleft()
        now += service
    return [waited[who] / (people * RATES[who] / 0.8) for who in (HIGH, LOW)]


def by_class(ratio):
    return accumulating({"1": ratio, "2": 1.0}).score


@pytest.mark.parametrize(
    ("score", "high", "low"),
    [
        (first_come().score, 4.0, 4.0),
        (clinical_priority().score, 1.142857, 5.714286),
        (by_class(2.0), 2.823529, 4.705882),
        (by_class(4.0), 2.064516, 5.161290),
        (by_class(10.0), 1.534247, 5.479452),
    ],
    ids=["first come", "strict", "rates 2 to 1", "rates 4 to 1", "rates 10 to 1"],
)
def test_waits_at_one_server_are_those_of_the_closed_forms(score, high, low):
    found = one_server(score)
    assert found == pytest.approx((high, low), rel=0.02)
    assert 0.3 * found[0] + 0.5 * found[1] == pytest.approx(3.2, rel=0.02)


def test_cells_served_in_strict_order_give_the_closed_form_too():
    """Event by event over many runs; classes alone matter, so that two weeks of waiting are enough."""
    rng, choice = np.random.default_rng(3), clinical_priority().choice(["1"], [1, 2], 1)
    people, busy, sums = np.zeros((2000, 1, 2, 1)), np.zeros(2000, bool), np.zeros(2)
    for event in range(3000):
        what = rng.random(2000) * 1.8
        people[:, 0, 0, 0] += what < 0.3
        people[:, 0, 1, 0] += (what >= 0.3) & (what < 0.8)
        busy &= what < 0.8
        treated = people * choice.shares(people, (~busy).astype(float))
        people -= treated
        busy |= treated.sum(axis=(1, 2, 3)) > 0
        sums += people.sum(axis=(0, 1, 3)) * (event >= 800)
    assert sums.sum() / 2000 / 2200 == pytest.approx(3.2, rel=0.02)
    assert sums / 2000 / 2200 / (0.3, 0.5) == pytest.approx((1.142857, 5.714286), rel=0.02)


def test_strict_priority_serves_a_class_wholly_before_the_next():
    order = clinical_priority().choice(["1"], [1, 2], 3)
    work = np.array([[[[2.0, 2.0, 2.0], [2.0, 2.0, 9.0]]]])
    assert order.shares(work, np.array([7.0]))[0, 0].tolist() == [[1, 1, 1], [0, 0, pytest.approx(1 / 9)]]


def test_slots_are_never_more_than_there_are_nor_idle_while_people_wait():
    rng = np.random.default_rng(1)
    work = rng.poisson(3, (50, 3, 2, 10)).astype(float)
    slots = rng.uniform(0, 250, 50)
    order = InOrder.of(rng.integers(0, 8, (3, 2, 10)).astype(float))
    for choice in (order, ByPattern(np.linspace(1, 3, 10)), Reserved(np.array([0.5, 0.0, 0.2]), order)):
        taken = (work * choice.shares(work, slots)).sum(axis=(1, 2, 3))
        np.testing.assert_allclose(taken, np.minimum(slots, work.sum(axis=(1, 2, 3))), rtol=1e-9)


def test_equal_scores_share_alike_and_a_higher_one_comes_first():
    shares = InOrder.of(np.array([[[1.0, 2.0]], [[1.0, 2.0]]])).shares(np.full((1, 2, 1, 2), 4.0), np.array([12.0]))
    assert shares[0, 0, 0].tolist() == [0.5, 1.0]


def test_a_pattern_treats_in_proportion_until_a_cell_is_empty():
    work = np.full((1, 1, 1, 2), 10.0)
    assert ByPattern(np.array([1.0, 4.0])).shares(work, np.array([5.0])).ravel() == pytest.approx([0.1, 0.4])
    assert ByPattern(np.array([1.0, 4.0])).shares(work, np.array([16.0])).ravel() == pytest.approx([0.6, 1.0])
    assert ByPattern(np.array([0.0, 4.0])).shares(work, np.array([16.0])).ravel() == pytest.approx([0.0, 1.0])


def test_what_a_group_leaves_of_its_slots_goes_to_all():
    order = InOrder.of(np.zeros((2, 1, 1)))
    work = np.array([2.0, 20.0]).reshape(1, 2, 1, 1)
    shares = Reserved(np.array([0.5, 0.0]), order).shares(work, np.array([10.0])).ravel()
    assert shares == pytest.approx([1.0, 0.4])


def test_whole_people_keep_the_mean_and_the_sum():
    expected, waiting = np.tile([0.25, 1.5, 0.25, 3.0], (4000, 1)), np.tile([1.0, 2.0, 1.0, 3.0], (4000, 1))
    whole = whole_people(expected, waiting, np.random.default_rng(1).random(4000))
    assert (whole.sum(axis=1) == 5).all()
    assert (whole <= waiting).all()
    assert whole.mean(axis=0) == pytest.approx(expected[0], abs=0.03)
