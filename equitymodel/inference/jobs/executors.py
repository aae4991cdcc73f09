"""Who runs jobs: processes, threads, this thread one after another, or an executor of somebody else's."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from equitymodel.errors import OptionError
from equitymodel.inference.cores import within_a_job
from equitymodel.inference.jobs.worker import begin_worker
from equitymodel.vocabulary import nearest

ExecutorName = Literal["processes", "threads", "serial"]
EXECUTORS: tuple[ExecutorName, ...] = get_args(ExecutorName)
GUARD = "if __name__ == '__main__':"


class Executor(Protocol):
    """What runs jobs: ``concurrent.futures.Executor`` and whatever has its two methods, such as that of a cluster."""

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begin a call, and promise its result as a future of ``concurrent.futures``."""
        ...

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Begin no more calls."""
        ...


class SerialExecutor:
    """Runs each call at once, in this thread."""

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call, and give a future that is done; what interrupts it interrupts the caller."""
        future: Future[Any] = Future()
        future.set_result(call(*args, **kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing: nothing is waiting."""


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back from this thread; processes that it begins meanwhile never hear one, as they take that over."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class WorkerProcesses(ProcessPoolExecutor):
    """Processes begun afresh, alike on every system, that use one thread of linear algebra and end with this one.

    Parameters
    ----------
    workers
        How many.
    """

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._heard, self._open = context.Pipe(duplex=False)
        super().__init__(workers, mp_context=context, initializer=begin_worker, initargs=(self._heard,))

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begin a call; a process that is begun for it hears no Ctrl-C, not even before it has read its libraries."""
        with interrupts_held_back():
            return super().submit(call, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Begin no more; where nothing is waited for, end what is running too."""
        if not wait:
            self._open.close()
        super().shutdown(wait=True, cancel_futures=cancel_futures)
        self._open.close()
        self._heard.close()


def choose_executor(executor: ExecutorName | Executor | None, jobs: int, workers: int) -> ExecutorName | Executor:
    """Choose who runs jobs, where nobody was named: processes, if there is more than one job and worker.

    Parameters
    ----------
    executor
        Who was named.
    jobs, workers
        How many there are to run, and how many may run at once.

    Returns
    -------
    str or Executor
        One of ``EXECUTORS``, or what was given.

    Raises
    ------
    OptionError
        When there is none of that name; when processes were asked for, and this script could not begin any.
    """
    if executor is None:
        alone = jobs < 2 or workers < 2 or within_a_job() or not _may_begin_processes()
        return "serial" if alone else "processes"
    if isinstance(executor, str) and executor not in EXECUTORS:
        raise OptionError(f"there is no executor '{executor}'. {nearest(executor, EXECUTORS)}")
    if executor == "processes" and not _may_begin_processes():
        raise OptionError(
            f"a process begins by importing this script, which would run it again; put what it does under {GUARD} "
            "or use executor='serial'"
        )
    return executor


def open_executor(executor: ExecutorName | Executor, workers: int) -> Executor:
    """Open an executor by its name; one that was given is taken as it is.

    Parameters
    ----------
    executor, workers
        Who runs jobs, and how many at once.

    Returns
    -------
    Executor
        To be shut down after use, unless it was given.

    Examples
    --------
    >>> open_executor("serial", 1).submit(max, 1, 2).result()
    2
    """
    if not isinstance(executor, str):
        return executor
    if executor == "processes":
        return WorkerProcesses(workers)
    return ThreadPoolExecutor(workers) if executor == "threads" else SerialExecutor()


def _may_begin_processes() -> bool:
    """Whether a process could import the main script without doing all again: it has a guard, or there is none."""
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    if file is None or getattr(main, "__spec__", None) is not None or not Path(file).is_file():
        return True
    return "__main__" in Path(file).read_text(encoding="utf-8", errors="ignore")
