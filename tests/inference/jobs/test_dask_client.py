import threading
import time

import pytest
from distributed import Client, LocalCluster

import equitymodel as em
from equitymodel.errors import ComputationError, SpecError
from equitymodel.inference.jobs.dask_client import by_itself, is_lost, on_dask
from equitymodel.inference.jobs.job import Job, cells_job
from equitymodel.inference.jobs.run_fits import run_fits
from tests.inference.jobs.calls import double, refuse

pytestmark = [
    pytest.mark.unit,
    # to learn its own address the scheduler names another machine, and sends it nothing
    pytest.mark.allow_hosts(["127.0.0.1", "::1", "8.8.8.8"]),
]
DOUBLES = [Job(f"double {number}", double, {"number": number}) for number in range(6)]


@pytest.fixture(scope="module")
def client():
    """Two workers of a cluster within this process: nothing but their threads is begun."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


def test_results_are_in_the_order_of_the_jobs(client):
    assert run_fits(DOUBLES, executor=client) == [{"double": 2 * number} for number in range(6)]


def test_as_many_jobs_run_at_once_as_the_cluster_has_threads(client):
    executor, workers = on_dask(client, None)
    assert workers == 2
    assert executor.submit(max, 1, 2).result() == 2


def test_jobs_that_look_alike_are_each_run(client):
    executor, _ = on_dask(client, None)
    moments = {executor.submit(time.monotonic_ns).result() for _ in range(5)}
    assert len(moments) == 5


def test_a_job_runs_on_a_thread_that_the_profiler_of_the_cluster_does_not_watch():
    """Its sampling holds variables of the job, and files of HDF5 are laid out by when they are let go."""
    assert by_itself(threading.get_ident) != threading.get_ident()


def test_a_job_that_fails_raises_its_own_error(client):
    with pytest.raises(SpecError, match="3 has no meaning"):
        run_fits([Job("refuse", refuse, {"number": 3})], executor=client)


def test_fits_are_the_same_bytes_as_one_after_another_and_what_is_kept_is_not_made_again(client, tmp_path):
    cells, _ = em.simulate_cells(areas=3, procedures=1, seed=1)
    quick = em.Laplace(draws=20, points=32, enough_points=1.0)
    jobs = [
        cells_job(f"fit {seed}", "gap_by_procedure", cells, engine="laplace", seed=seed, laplace=quick)
        for seed in (1, 2)
    ]
    for name, executor in (("dask", client), ("serial", "serial")):
        run_fits(jobs, executor=executor, keep=tmp_path / name)
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("dask", "serial"))
    assert one == other
    said = []
    run_fits(jobs, executor=client, keep=tmp_path / "serial", progress=lambda text, _: said.append(text))
    assert said == ["2 of 2 are there already"]


def test_a_cluster_that_loses_its_workers_stops_the_run():
    lost = type("KilledWorker", (Exception,), {})

    class Losing:
        def submit(self, *_, **__):
            raise lost

        def shutdown(self, *_, **__):
            """Nothing is running."""

    assert is_lost(lost())
    with pytest.raises(ComputationError, match="a worker was ended"):
        run_fits(DOUBLES, executor=Losing())
