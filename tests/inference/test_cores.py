import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from equitymodel.inference.cores import SMALL, at_once, available_cores, processors, sharing_cores, within_a_job

pytestmark = pytest.mark.unit


def test_outside_a_job_all_processors_are_available():
    assert available_cores() == processors() >= 1
    assert processors() <= (os.cpu_count() or 1)
    assert not within_a_job()


def test_a_job_has_its_share_and_gives_it_back():
    with sharing_cores(3):
        assert available_cores() == 3
        assert within_a_job()
        with sharing_cores(1):
            assert available_cores() == 1
        assert available_cores() == 3
    assert not within_a_job()


def test_threads_do_not_take_each_others_shares():
    def share(number):
        with sharing_cores(number):
            return available_cores()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(share, range(1, 9))) == list(range(1, 9))


def test_things_done_at_once_come_in_their_order_with_the_context_they_were_asked_in():
    def share():
        return available_cores()

    with sharing_cores(2):
        assert at_once(share, lambda: "b", share) == [2, "b", 2]


def test_large_arrays_are_worked_on_one_by_one_in_this_thread():
    here = threading.get_ident()
    with sharing_cores(2):
        assert here not in at_once(threading.get_ident, threading.get_ident)
        assert at_once(threading.get_ident, threading.get_ident, size=SMALL + 1) == [here, here]
    with sharing_cores(1):
        assert at_once(threading.get_ident) == [here]


def test_an_error_in_one_is_raised():
    with sharing_cores(2), pytest.raises(ZeroDivisionError):
        at_once(lambda: 1, lambda: 1 / 0)
