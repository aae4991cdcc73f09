"""Draws of two posteriors of unlike data beside one another: taken to be independent, so that any go with any."""

from __future__ import annotations

import numpy as np


def matched_draws(held: int, wanted: int) -> np.ndarray:
    """Choose as many draws as are wanted of those that are held: evenly spaced ones, or all of them again.

    Parameters
    ----------
    held, wanted
        How many draws there are, and how many the other posterior has.

    Returns
    -------
    numpy.ndarray
        The places of draws, as many as wanted.

    Examples
    --------
    >>> matched_draws(9, 3), matched_draws(2, 5)
    (array([0, 4, 8]), array([0, 1, 0, 1, 0]))
    """
    if held >= wanted:
        return np.linspace(0, held - 1, wanted).round().astype(int)
    return np.arange(wanted) % held
