import pytest
from threadpoolctl import threadpool_info

from equitymodel.errors import ComputationError, OptionError, SpecError
from equitymodel.inference.cores import one_thread_of_linear_algebra
from equitymodel.inference.jobs.job import Job
from equitymodel.inference.jobs.kept_results import KeptResults
from equitymodel.inference.jobs.worker import run_job
from tests.inference.jobs.calls import double, raise_local, refuse, say_cores

pytestmark = pytest.mark.unit


def test_a_result_is_given_back_or_kept(tmp_path):
    job = Job("a", double, {"number": 4})
    assert run_job(job, 1, None).result == {"double": 8}
    assert run_job(job, 1, KeptResults(tmp_path)).result is None
    assert KeptResults(tmp_path).read(job) == {"double": 8}


def test_a_job_has_its_share_of_processors():
    assert run_job(Job("a", say_cores), 3, None).result == 3


def test_an_error_is_an_outcome():
    outcome = run_job(Job("a", refuse, {"number": 4}), 1, None)
    assert isinstance(outcome.error, SpecError)
    assert str(outcome.error) == "4 has no meaning"


def test_an_error_that_cannot_travel_is_told_by_one_that_can():
    error = run_job(Job("a", raise_local), 1, None).error
    assert isinstance(error, ComputationError)
    assert str(error) == "LocalError: one"


def test_a_result_that_cannot_be_kept_is_the_error_of_its_job(tmp_path):
    assert isinstance(run_job(Job("a", "io:StringIO"), 1, KeptResults(tmp_path)).error, OptionError)


def test_linear_algebra_has_one_thread():
    with one_thread_of_linear_algebra():
        assert all(library["num_threads"] == 1 for library in threadpool_info() if library["user_api"] == "blas")
