import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from equitymodel.inference.cores import available_cores, processors, sharing_cores, within_a_job

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
