"""Progress of long computations."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it that is done, 0 to 1."""


def part_of(progress: Progress, begins: float, ends: float) -> Progress:
    """Report what is a part of something longer.

    Parameters
    ----------
    progress
        Of the whole.
    begins, ends
        The shares of the whole between which the part lies.

    Returns
    -------
    callable
        Of the part, with its own shares from 0 to 1.

    Examples
    --------
    >>> part_of(lambda what, share: print(what, share), 0.5, 0.75)("half of it", 0.5)
    half of it 0.625
    """
    return lambda what, share: progress(what, begins + (ends - begins) * share)


def silent(what: str, share: float) -> None:
    """Report no progress."""
