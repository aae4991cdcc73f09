"""Memory that arrays give back is kept for the next ones, where the C library would return it to the system."""

from __future__ import annotations

import ctypes
import sys

SETTINGS = {-4: 0, -1: 2**31 - 1, -8: 1}
"""``M_MMAP_MAX``: no array is apart; ``M_TRIM_THRESHOLD``: the end is not cut; ``M_ARENA_MAX``: threads share all."""


def keep_freed_memory() -> bool:
    """Let the GNU C library keep what is freed until the process ends.

    It asks the system anew for each array of more than 32 MB, and the system clears each page before it is used,
    which takes longer than the arithmetic on it. Draws of every cell are such arrays.

    Returns
    -------
    bool
        Whether it will; other systems have no such setting, and stay as they are.

    References
    ----------
    mallopt(3), Linux manual pages.

    Examples
    --------
    >>> keep_freed_memory() in (True, False)
    True
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return tune is not None and all(tune(which, value) for which, value in SETTINGS.items())
