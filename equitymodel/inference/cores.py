"""How many processors one computation may use: all of them, or its share where many run at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from threadpoolctl import ThreadpoolController

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
