import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import equitymodel as em
from equitymodel.errors import ComputationError, OptionError, OutputError, SpecError
from equitymodel.inference.jobs import memory
from equitymodel.inference.jobs.job import Job, cells_job, series_job
from equitymodel.inference.jobs.run_fits import FailedJob, run_fits
from equitymodel.studies.multiverse import fit_gaps
from tests.inference.jobs.calls import count, die, double, refuse, say_cores, sleep_long

QUICK = em.Laplace(draws=20, points=32, enough_points=1.0)
DOUBLES = [Job(f"double {number}", double, {"number": number}) for number in range(6)]
EXPECTED = [{"double": 2 * number} for number in range(6)]


def fits(number):
    made = []
    for seed in range(number):
        cells, _ = em.simulate_cells(areas=3, procedures=1, seed=seed)
        options = {"laplace": QUICK, "seed": seed}
        options |= {"call": fit_gaps, "references": ("national",)} if seed % 2 else {"engine": "laplace"}
        made.append(cells_job(f"fit {seed}", "gap_by_procedure", cells, **options))
    return made


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def assert_same_bytes(folder, jobs, *ways):
    for executor, workers in ways:
        run_fits(jobs, executor=executor, workers=workers, keep=folder / f"{executor} {workers}")
    one, *others = [contents(kept) for kept in folder.iterdir()]
    assert len(one) == 2 * len(jobs)
    assert all(other == one for other in others)


@pytest.mark.unit
@pytest.mark.parametrize("executor", ["serial", "threads", None])
def test_results_are_in_the_order_of_the_jobs(executor):
    assert run_fits(DOUBLES, executor=executor, workers=1 if executor is None else 3) == EXPECTED


@pytest.mark.unit
def test_an_executor_that_was_given_stays_open():
    with ThreadPoolExecutor(2) as pool:
        assert run_fits(DOUBLES, executor=pool) == EXPECTED
        assert pool.submit(max, 1, 2).result() == 2


@pytest.mark.unit
def test_no_jobs_give_no_results(tmp_path):
    assert run_fits([]) == run_fits([], keep=tmp_path) == []


@pytest.mark.unit
def test_fits_are_the_same_by_threads_and_one_after_another(tmp_path):
    assert_same_bytes(tmp_path, fits(4), ("serial", 1), ("threads", 2), ("threads", 3))


@pytest.mark.unit
def test_a_series_is_fitted_as_by_itself(small_model):
    series, truth = em.simulate_series(seed=1)
    [found] = run_fits([series_job("a", series, truth.plan, small_model, seed=1, draws=50)])
    alone = em.inference.fit_interruption(series, truth.plan, small_model, seed=1, draws=50)
    assert found.draws.identical(alone.draws)


@pytest.mark.unit
def test_progress_names_each_job_and_the_share_that_is_done():
    told = []
    run_fits(DOUBLES[:4], executor="serial", progress=lambda what, share: told.append((what, share)))
    assert told == [(f"double {number}: {number + 1} of 4 done", (number + 1) / 4) for number in range(4)]


@pytest.mark.unit
def test_processors_are_shared_among_workers(monkeypatch):
    monkeypatch.setattr(sys.modules[FailedJob.__module__], "processors", lambda: 8)
    jobs = [Job(str(number), say_cores) for number in range(4)]
    assert run_fits(jobs, executor="threads", workers=4) == [2, 2, 2, 2]
    assert run_fits(jobs[:1], executor="threads", workers=4) == [8]
    with ThreadPoolExecutor(2) as pool:
        assert run_fits(jobs[:1], executor=pool) == [1]


@pytest.mark.unit
def test_fewer_run_at_once_where_memory_is_short_and_it_is_said(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 250)
    told = []
    jobs = [Job(str(number), say_cores, memory=100) for number in range(3)]
    run_fits(jobs, executor="threads", workers=3, progress=lambda what, share: told.append((what, share)))
    assert told[0][0] == "2 at once instead of 3: memory does not last for more"


@pytest.mark.unit
def test_one_failure_is_raised_as_itself_when_the_others_are_done(tmp_path):
    jobs = [Job("wrong", refuse, {"number": 3}), *DOUBLES]
    with pytest.raises(SpecError, match="3 has no meaning") as caught:
        run_fits(jobs, executor="serial", keep=tmp_path)
    assert caught.value.__notes__ == ["This was job 'wrong', of 7."]
    assert len(list(tmp_path.glob("*.job.json"))) == 6


@pytest.mark.unit
def test_several_failures_are_named(tmp_path):
    jobs = [Job("wrong", refuse, {"number": 3}), DOUBLES[0], Job("wrong too", refuse, {"number": 4})]
    with pytest.raises(
        ComputationError, match=r"(?s)2 of 3 jobs failed.*other 1 are kept.*'wrong': 3 has.*'wrong too': 4"
    ):
        run_fits(jobs, executor="threads", workers=2, keep=tmp_path)


@pytest.mark.unit
def test_failures_are_given_back_where_that_is_asked_for():
    [wrong, right] = run_fits([Job("wrong", refuse, {"number": 3}), DOUBLES[1]], executor="serial", failed="return")
    assert isinstance(wrong, FailedJob)
    assert str(wrong) == "'wrong': 3 has no meaning"
    assert right == EXPECTED[1]


@pytest.mark.unit
def test_what_is_kept_is_not_made_again_and_what_failed_is(tmp_path):
    marks, keep = tmp_path / "marks", tmp_path / "keep"
    marks.mkdir()
    jobs = [Job(str(number), count, {"number": number, "folder": marks}) for number in range(4)]
    first = run_fits(jobs[:2], executor="serial", keep=keep)
    told = []
    both = run_fits(jobs, executor="serial", keep=keep, progress=lambda what, share: told.append((what, share)))
    assert [each["number"] for each in both] == [0.0, 1 / 3, 2 / 3, 1.0]
    assert both[:2] == first
    assert sorted(path.name.split()[0] for path in marks.iterdir()) == ["0", "1", "2", "3"]
    assert told[0] == ("2 of 4 are there already", 0.5)
    assert told[-1][1] == 1.0


@pytest.mark.unit
def test_a_kept_result_of_other_arguments_is_refused_before_anything_runs(tmp_path):
    marks, keep = tmp_path / "marks", tmp_path / "keep"
    marks.mkdir()
    run_fits([Job("1", double, {"number": 1})], keep=keep)
    with pytest.raises(OutputError, match="other data"):
        run_fits([Job("0", count, {"number": 0, "folder": marks}), Job("1", double, {"number": 2})], keep=keep)
    assert not list(marks.iterdir())


@pytest.mark.unit
def test_two_jobs_of_one_name_and_no_workers_are_refused():
    with pytest.raises(OptionError, match="two jobs are named 'double 0'"):
        run_fits([DOUBLES[0], DOUBLES[0]])
    with pytest.raises(OptionError, match="there cannot be 0 workers"):
        run_fits(DOUBLES, workers=0)


@pytest.mark.unit
@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_an_interruption_keeps_what_is_finished(tmp_path, executor):
    def interrupt(what, share):
        if share >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_fits(DOUBLES, executor=executor, workers=1, keep=tmp_path, progress=interrupt)
    assert 3 <= len(list(tmp_path.glob("*.job.json"))) <= 6
    assert run_fits(DOUBLES, executor=executor, keep=tmp_path) == EXPECTED


@pytest.mark.mcmc
def test_processes_give_the_same_bytes_as_this_thread(tmp_path):
    assert_same_bytes(tmp_path, fits(6), ("serial", 1), ("processes", 1), ("processes", 2))


@pytest.mark.mcmc
def test_a_process_that_dies_is_told_with_the_way_out(tmp_path):
    with pytest.raises(
        ComputationError, match=r"a worker was ended from outside.*fewer workers.*what is finished is kept"
    ):
        run_fits([*DOUBLES, Job("dies", die)], executor="processes", workers=1, keep=tmp_path)


@pytest.mark.mcmc
def test_an_interruption_ends_processes_at_once():
    jobs = [Job(f"sleep {number}", sleep_long, {"seconds": 600}) for number in range(2)]
    threading.Timer(8, signal.raise_signal, (signal.SIGINT,)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_fits(jobs, executor="processes", workers=2)
    assert time.monotonic() - started < 60


SCRIPT = """
import sys
from pathlib import Path
from equitymodel.inference.jobs import run_fits
from tests.inference.jobs.test_run_fits import fits

if __name__ == "__main__":
    run_fits(fits(10), executor="processes", workers=2, keep=Path(sys.argv[1]))
"""


@pytest.mark.mcmc
def test_a_run_that_is_killed_at_random_resumes_to_the_same_bytes(tmp_path):
    """`benchmarks/many_fits.py` does the same with more fits and more kills."""
    script, chance = tmp_path / "script.py", random.Random(1)
    script.write_text(SCRIPT)
    where = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

    def begin(folder):
        return subprocess.Popen([sys.executable, script, folder], env=where, start_new_session=True)

    started = time.monotonic()
    assert begin(tmp_path / "calm").wait() == 0
    whole_run, kills = time.monotonic() - started, 0
    for whole in (True, False, True):
        run = begin(tmp_path / "killed")
        try:
            run.wait(chance.uniform(0.4, 0.9) * whole_run)
        except subprocess.TimeoutExpired:
            kills += 1
            (os.killpg if whole else os.kill)(run.pid, signal.SIGKILL)
            run.wait()
    assert begin(tmp_path / "killed").wait() == 0
    assert kills
    assert contents(tmp_path / "killed") == contents(tmp_path / "calm")
