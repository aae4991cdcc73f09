"""How many processors one computation may use: all of them, or its share where many run at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import cache

from threadpoolctl import ThreadpoolController

SMALL = 2**28
"""Draws of this many bytes or fewer are worked on several at a time; larger ones one by one, to save memory."""

_SHARE: ContextVar[int | None] = ContextVar("share_of_cores", default=None)


def available_cores() -> int:
    """Count the processors that a computation may use here; within one of many jobs, its share.

    Examples
    --------
    >>> with sharing_cores(1):
    ...     available_cores()
    1
    """
    return _SHARE.get() or processors()


def processors() -> int:
    """Count the processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def at_once[T](*works: Callable[[], T], size: int = 0) -> list[T]:
    """Do several things at the same time, where there are processors for it and the memory of one is small.

    Parameters
    ----------
    works
        Functions that do not hang on one another; arithmetic on large arrays, which lets other threads run.
    size
        Bytes of the arrays that each works on.

    Returns
    -------
    list
        What each gave, in the order of the functions. The first error is raised, once all have ended.

    Examples
    --------
    >>> at_once(lambda: 1, lambda: 2)
    [1, 2]
    """
    workers = min(len(works), available_cores())
    if workers < 2 or size > SMALL:
        return [work() for work in works]
    with ThreadPoolExecutor(workers) as pool:
        started = [pool.submit(copy_context().run, work) for work in works]
        return [work.result() for work in started]  # within: the end of a pool cannot be interrupted


def within_a_job() -> bool:
    """Whether this is one of many computations at once, which starts no others."""
    return _SHARE.get() is not None


@contextmanager
def sharing_cores(share: int) -> Iterator[None]:
    """Let what runs here use so many processors and no more.

    Parameters
    ----------
    share
        How many.
    """
    before = _SHARE.set(share)
    try:
        yield
    finally:
        _SHARE.reset(before)


@contextmanager
def one_thread_of_linear_algebra() -> Iterator[None]:
    """Limit linear algebra to one thread, so that a sum has one order and so the same last digit everywhere."""
    with linear_algebra_libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def linear_algebra_libraries() -> ThreadpoolController:
    """Find the linear algebra libraries, once: it takes longer than a small fit."""
    return ThreadpoolController()
