"""What texts for those who cannot see a picture are made of: an estimate with its interval, a list of names."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np


def estimate_words(row: Mapping[Hashable, Any], decimals: int = 2) -> str:
    """Give an estimate with its interval, or say that none is given.

    Examples
    --------
    >>> estimate_words({"estimate": 0.784, "lower": 0.71, "upper": 0.86})
    '0.78 (95 % interval 0.71 to 0.86)'
    >>> estimate_words({"estimate": float("nan"), "lower": 0.71, "upper": 0.86})
    'not given'
    """
    if not np.isfinite(row["estimate"]):
        return "not given"
    number, lower, upper = (f"{row[name]:,.{decimals}f}" for name in ("estimate", "lower", "upper"))
    return f"{number} (95 % interval {lower} to {upper})"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    Examples
    --------
    >>> listed(["hip", "knee", "PCI"]), listed([])
    ('hip, knee and PCI', 'none')
    """
    if len(names) < 2:
        return names[0] if names else "none"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def first_upper(text: str) -> str:
    """Begin with a capital, and leave the rest as it is.

    Examples
    --------
    >>> first_upper("hip replacement, NHS")
    'Hip replacement, NHS'
    """
    return text[:1].upper() + text[1:]
