"""A client of Dask as an executor: jobs run on the workers of its cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

from equitymodel.inference.jobs.executors import Executor, ExecutorName

LOST = "KilledWorker"
"""What Dask raises where the workers that ran a job ended again and again."""


@runtime_checkable
class DaskClient(Protocol):
    """What is needed of ``distributed.Client``."""

    def get_executor(self, **options: Any) -> Executor:
        """Give an executor with the methods of ``concurrent.futures``."""
        ...

    def nthreads(self) -> Mapping[str, int]:
        """Give how many jobs each worker runs at once."""
        ...


class DaskExecutor:
    """Runs each call as a task of its own on a cluster.

    Parameters
    ----------
    client
        Of the cluster.
    """

    def __init__(self, client: DaskClient) -> None:
        self._inner = client.get_executor(pure=False)

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begin a call on a worker."""
        return self._inner.submit(by_itself, call, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing: the cluster is its owner's."""


def by_itself(call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Make a call on a worker as anywhere else: what writes files there asks the cluster for no locks.

    It runs on a thread of its own, which the cluster's profiler does not watch: that holds on to what a function has in
    hand, and where in a file HDF5 puts something depends on when it is let go.

    Examples
    --------
    >>> by_itself(max, 1, 2)
    2
    """
    with import_module("dask").config.set(scheduler="synchronous"), ThreadPoolExecutor(1) as own:
        return own.submit(call, *args, **kwargs).result()


def on_dask(
    executor: ExecutorName | Executor | DaskClient | None, workers: int | None
) -> tuple[ExecutorName | Executor | None, int | None]:
    """Give the executor of a client, and how many jobs its cluster runs at once; anything else as it is.

    Each job is a task of its own: Dask keeps results of calls that look alike, and here each one is run. A worker that
    ends is replaced by its cluster, and its jobs run again elsewhere.

    Parameters
    ----------
    executor, workers
        As they were asked for.

    Returns
    -------
    tuple
        The executor, and how many jobs run at once.

    Examples
    --------
    >>> on_dask("serial", 2)
    ('serial', 2)
    """
    if isinstance(executor, str) or not isinstance(executor, DaskClient):
        return executor, workers
    return DaskExecutor(executor), workers or sum(executor.nthreads().values()) or None


def is_lost(error: Exception) -> bool:
    """Say whether an error is that of a cluster that lost the workers of a job.

    Examples
    --------
    >>> is_lost(ValueError())
    False
    """
    return type(error).__name__ == LOST
