"""How sure something is, in words and in per cent."""

from __future__ import annotations

SURE, PROBABLE = 0.95, 0.80


def confidence(likely: float) -> str:
    """Name how sure a probability is.

    Examples
    --------
    >>> confidence(0.97), confidence(0.85), confidence(0.6)
    ('high confidence', 'probable', 'not clear')
    """
    return "high confidence" if likely >= SURE else "probable" if likely >= PROBABLE else "not clear"


def percent(value: float) -> str:
    """Write a probability in per cent.

    Examples
    --------
    >>> percent(0.971), percent(0.9999)
    ('97 %', 'over 99 %')
    """
    return "over 99 %" if value > 0.995 else f"{100 * value:.0f} %"
