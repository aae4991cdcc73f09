"""Run many fits at once, and keep what is finished."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import ComputationError, OptionError
from equitymodel.inference.cores import available_cores, one_thread_of_linear_algebra, processors
from equitymodel.inference.jobs.dask_client import DaskClient, is_lost, on_dask
from equitymodel.inference.jobs.executors import Executor, ExecutorName, choose_executor, open_executor
from equitymodel.inference.jobs.job import Job
from equitymodel.inference.jobs.kept_results import KeptResults
from equitymodel.inference.jobs.memory import workers_in_memory
from equitymodel.inference.jobs.worker import Outcome, run_job
from equitymodel.inference.progress import Progress, silent

QUEUED = 2
"""Jobs a worker that are handed over at once: one to run and one to follow without a pause."""
LOOK_EVERY = 0.2
"""Seconds after which an interruption is noticed on systems that do not interrupt a wait."""


@dataclass(frozen=True)
class FailedJob:
    """A job that failed, where failures are given back.

    Attributes
    ----------
    name
        Of the job.
    error
        What it raised.
    """

    name: str
    error: Exception

    def __str__(self) -> str:
        """Say which job failed and why."""
        return f"'{self.name}': {self.error}"


@refuses_other_types
def run_fits(
    jobs: Sequence[Job],
    *,
    executor: ExecutorName | Executor | DaskClient | None = None,
    workers: int | None = None,
    keep: Path | str | None = None,
    failed: Literal["raise", "return"] = "raise",
    progress: Progress | None = None,
) -> list[Any]:
    """Run many fits, or other jobs, at once; each result is the same with any executor and any number of workers.

    Parameters
    ----------
    jobs
        Values of `Job`, each with its own name: of `cells_job`, of `series_job`, or of any function that can be
        imported.
    executor
        ``"processes"``, ``"threads"``, ``"serial"`` (one after another), or an executor with the methods of
        ``concurrent.futures.Executor``, which stays open; or a ``distributed.Client`` of Dask, whose workers run them,
        as many at once as the cluster has threads. By default processes, but for a single job, a single worker,
        within another job, and in a script that has no ``if __name__ == "__main__":``.
    workers
        How many run at once; as many as there are processors by default, and fewer where memory does not last.
    keep
        A folder in which each result is kept as soon as it is there; one that is there already is not made again. With
        it, results are those of the folder, so that a run that was ended and resumed gives what one without a break
        gives, to the byte. All workers must see the folder, which is for one run at a time.
    failed
        Whether to raise what jobs raised once all others are done, or to give a `FailedJob` in place of their results.
    progress
        Called with the job that was done last and the share of jobs that are done.

    Returns
    -------
    list
        Results in the order of the jobs.

    Raises
    ------
    OptionError
        When two jobs have one name, or there is no such executor.
    OutputError
        When a kept result was made from something else or has changed, or the folder cannot be written to.
    MemoryShortageError
        When not even one job has memory enough.
    ComputationError
        When more than one job failed, naming each; when only one did, its own error is raised, with its name as a note.
        When a worker was ended from outside, as for lack of memory.
    KeyboardInterrupt
        When interrupted: workers end at once, threads after their job; what is finished is kept.

    Notes
    -----
    Linear algebra has one thread in each job, and the fast engines their share of the processors. Which results are
    kept how is in ``docs/many_fits.md``. What is kept holds the SHA-256 of what is called by name, of its arguments and
    of the versions of packages; the code of a function of your own is not in it: keep elsewhere after a change of it.

    Examples
    --------
    >>> jobs = [Job(f"mean {number}", "statistics:fmean", {"data": [0.0, number]}) for number in (2, 4)]
    >>> run_fits(jobs, executor="serial")
    [1.0, 2.0]
    """
    _refuse_same_names(jobs)
    say = progress or silent
    executor, workers = on_dask(executor, workers)
    kept = None if keep is None else KeptResults(Path(keep))
    if kept:
        kept.begin()
    waiting = [job for job in jobs if kept is None or not kept.holds(job)]
    if kept and len(waiting) < len(jobs):
        say(f"{len(jobs) - len(waiting)} of {len(jobs)} are there already", 1 - len(waiting) / len(jobs))
    outcomes = (
        _run(waiting, _Way.choose(executor, workers, waiting, say), kept, _Tally(len(jobs), say)) if waiting else {}
    )
    if kept:
        kept.clear()
    return _results(jobs, outcomes, kept, failed)


def _refuse_same_names(jobs: Sequence[Job]) -> None:
    names = [job.name for job in jobs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise OptionError(f"two jobs are named '{twice[0]}'; results are told apart by the names of jobs")


@dataclass(frozen=True)
class _Way:
    """How jobs are run: by whom, how many at once, with how many processors each."""

    executor: ExecutorName | Executor
    workers: int
    cores: int

    @classmethod
    def choose(
        cls, executor: ExecutorName | Executor | None, workers: int | None, jobs: Sequence[Job], say: Progress
    ) -> _Way:
        """Choose whatever was left open, by how many jobs there are and how much memory they take."""
        if workers is not None and workers < 1:
            raise OptionError(f"there cannot be {workers} workers; give 1 or more")
        asked = min(workers or available_cores(), len(jobs))
        chosen = choose_executor(executor, len(jobs), asked)
        if chosen == "serial":
            workers_in_memory([job.memory for job in jobs], 1, processes=False)
            return cls(chosen, 1, available_cores())
        if not isinstance(chosen, str):
            return cls(chosen, asked, 1)
        fitting = workers_in_memory([job.memory for job in jobs], asked, processes=chosen == "processes")
        if fitting < asked:
            say(f"{fitting} at once instead of {asked}: memory does not last for more", 0.0)
        return cls(chosen, fitting, max(processors() // fitting, 1))


class _Tally:
    """Counts jobs that are done, and says so."""

    def __init__(self, total: int, say: Progress) -> None:
        self.total, self.say = total, say

    def tell(self, job: Job, left: int) -> None:
        """Say that a job is done, and that so many are left."""
        done = self.total - left
        self.say(f"{job.name}: {done} of {self.total} done", done / self.total)


def _run(jobs: Sequence[Job], way: _Way, kept: KeptResults | None, tally: _Tally) -> dict[str, Outcome]:
    """Run jobs; when interrupted, or a worker is lost, end what runs."""
    pool = open_executor(way.executor, way.workers)
    own, finished = isinstance(way.executor, str), False
    try:
        with one_thread_of_linear_algebra():
            outcomes = _hand_over(jobs, pool, way, kept, tally)
        finished = True
        return outcomes
    except Exception as error:
        if not isinstance(error, BrokenExecutor) and not is_lost(error):
            raise
        raise ComputationError(
            "a worker was ended from outside, most likely for lack of memory, or could not begin; run again with fewer "
            "workers"
            + ("; what is finished is kept" if kept else " and with keep=folder, so that what is finished stays")
        ) from error
    finally:
        if own:
            pool.shutdown(wait=finished, cancel_futures=True)


def _hand_over(
    jobs: Sequence[Job], pool: Executor, way: _Way, kept: KeptResults | None, tally: _Tally
) -> dict[str, Outcome]:
    """Hand jobs over as workers become free, and collect how they ended, by name."""
    queue, running, outcomes = list(reversed(jobs)), dict[Future[Outcome], Job](), dict[str, Outcome]()
    at_once = way.workers if way.executor == "serial" else way.workers * QUEUED
    try:
        while queue or running:
            while queue and len(running) < at_once:
                job = queue.pop()
                running[pool.submit(run_job, job, way.cores, kept)] = job
            done, _ = wait(running, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
            for future in done:
                job = running.pop(future)
                outcomes[job.name] = future.result()
                tally.tell(job, len(queue) + len(running))
    finally:
        for future in running:
            future.cancel()
    return outcomes


def _results(
    jobs: Sequence[Job], outcomes: dict[str, Outcome], kept: KeptResults | None, failed: Literal["raise", "return"]
) -> list[Any]:
    """Give results in the order of jobs, or raise what jobs raised."""
    failures = {
        job.name: FailedJob(job.name, outcome.error)
        for job in jobs
        if (outcome := outcomes.get(job.name)) is not None and outcome.error is not None
    }
    if failures and failed == "raise":
        _raise(list(failures.values()), len(jobs), kept)
    return [failures.get(job.name) or (kept.read(job) if kept else outcomes[job.name].result) for job in jobs]


def _raise(failures: list[FailedJob], total: int, kept: KeptResults | None) -> None:
    """Raise the error of the only job that failed, or name all that did."""
    first = failures[0].error
    if len(failures) == 1:
        first.add_note(f"This was job '{failures[0].name}', of {total}.")
        raise first
    said = "\n".join(str(failure) for failure in failures)
    rest = f" The other {total - len(failures)} are kept in {kept.folder}." if kept else ""
    raise ComputationError(f"{len(failures)} of {total} jobs failed.{rest}\n{said}") from first
