"""What a worker does: run one job with its share of the processors, and end when the run that began it ends."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from equitymodel.errors import ComputationError
from equitymodel.inference.cores import linear_algebra_libraries, one_thread_of_linear_algebra, sharing_cores
from equitymodel.inference.jobs.job import Job
from equitymodel.inference.jobs.kept_results import KeptResults

ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
)
"""Variables that libraries read when they load, for those that load in a worker later."""


@dataclass(frozen=True)
class Outcome:
    """How a job ended.

    Attributes
    ----------
    result
        What it gave; nothing where results are kept in a folder, from which they are read.
    error
        What it raised, if it did.
    """

    result: Any = None
    error: Exception | None = None


def run_job(job: Job, cores: int, kept: KeptResults | None) -> Outcome:
    """Run one job, and keep its result if results are kept.

    Parameters
    ----------
    job
        Which.
    cores
        How many processors it may use.
    kept
        Where results are kept.

    Returns
    -------
    Outcome
        The result or the error, which does not take other jobs with it.
    """
    try:
        with sharing_cores(cores), one_thread_of_linear_algebra():
            result = job.run()
            if kept is None:
                return Outcome(result)
            kept.write(job, result)
            return Outcome()
    except Exception as error:
        return Outcome(error=_that_travels(error))


def _that_travels(error: Exception) -> Exception:
    """Give an error that can go to another process: itself if it can."""
    try:
        ForkingPickler.loads(ForkingPickler.dumps(error))
    except Exception:
        return ComputationError(f"{type(error).__name__}: {error}")
    return error


def begin_worker(run: Connection) -> None:
    """Begin a process that runs jobs: leave Ctrl-C to the process that began it, and end when that says so or dies.

    Parameters
    ----------
    run
        A pipe that is closed when the run is over, by whatever ends the process at its other end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    linear_algebra_libraries().limit(limits=1)
    threading.Thread(target=_end_with, args=(run,), daemon=True).start()


def _end_with(run: Connection) -> None:
    """End this process when the run ends, in the middle of a job if need be."""
    with suppress(OSError):
        run.poll(None)
    os._exit(1)
