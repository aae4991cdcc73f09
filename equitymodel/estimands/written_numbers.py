"""Numbers as a reader writes them: thousands apart, no powers of ten, and no change of many thousand per cent."""

from __future__ import annotations

import numpy as np

ROUND_FROM = 100
FIGURES = 3
TENFOLD = 9.0
"""A rise, as a share, from which on only its order is said: what is larger comes from too few data."""


def number(value: float) -> str:
    """Write a number with separators of thousands, or with three significant figures.

    Parameters
    ----------
    value
        Any number.

    Returns
    -------
    str
        Never in powers of ten.

    Examples
    --------
    >>> number(11160.2), number(0.98754), number(-236.3), number(0.0000124)
    ('11,160', '0.988', '-236', '0.0000124')
    """
    if not np.isfinite(value):
        return "not known"
    if abs(value) >= ROUND_FROM:
        return f"{value:,.0f}"
    return np.format_float_positional(value, precision=FIGURES, unique=False, fractional=False, trim="-")


def change_in_per_cent(log_ratio: float) -> str:
    """Write a log ratio as a signed change in per cent; from tenfold on, only that it is more.

    Examples
    --------
    >>> change_in_per_cent(np.log(1.185)), change_in_per_cent(np.log(187.9))
    ('+18.5', 'over +900')
    """
    share = float(np.expm1(log_ratio))
    return f"over +{100 * TENFOLD:.0f}" if share > TENFOLD else f"{100 * share:+.1f}"


def size_in_per_cent(share: float) -> str:
    """Write the size of a change, a share, in whole per cent; from tenfold on, only that it is more.

    Examples
    --------
    >>> size_in_per_cent(0.04), size_in_per_cent(186.9)
    ('4%', 'over 900%')
    """
    return f"over {TENFOLD:.0%}" if share > TENFOLD else f"{share:.0%}"
