import pytest

import equitymodel as em
from equitymodel.errors import OptionError
from equitymodel.inference.jobs.job import CELLS_FIT, SERIES_FIT, Job, cells_job, series_job
from equitymodel.inference.jobs.memory import estimate_cells_memory, estimate_series_memory
from equitymodel.studies.multiverse import fit_gaps
from tests.inference.jobs.calls import double

pytestmark = pytest.mark.unit


def test_a_job_calls_its_function_with_its_arguments():
    assert Job("two", double, {"number": 1}).run() == {"double": 2}
    assert Job("two", "tests.inference.jobs.calls:double", {"number": 1}).run() == {"double": 2}


def test_a_function_and_its_address_make_the_same_job():
    assert Job("a", double) == Job("a", "tests.inference.jobs.calls:double")


def test_what_cannot_be_found_by_name_is_refused():
    with pytest.raises(OptionError, match="give a function of a module"):
        Job("a", lambda: 1)
    with pytest.raises(OptionError, match=r"package\.module:function"):
        Job("a", "statistics:no_such_mean")
    with pytest.raises(OptionError, match=r"package\.module:function"):
        Job("a", "no_such_module:mean")


def test_jobs_of_fits_know_what_is_called_and_how_much_memory_it_takes():
    cells, _ = em.simulate_cells(areas=3, procedures=1, seed=1)
    job = cells_job("a", "gap_by_procedure", cells, seed=5, engine="laplace", laplace=em.Laplace(draws=10))
    assert (job.address, job.arguments["seed"], job.memory) == (CELLS_FIT, 5, estimate_cells_memory(cells, 40))
    assert job.arguments["spec"] == em.load_model("gap_by_procedure")
    series, truth = em.simulate_series(seed=1)
    job = series_job("b", series, truth.plan, seed=5, draws=100)
    assert (job.address, job.memory) == (SERIES_FIT, estimate_series_memory(series, 100))
    assert cells_job("c", "gap_by_procedure", cells, seed=1, call=fit_gaps).address.endswith("multiverse:fit_gaps")
