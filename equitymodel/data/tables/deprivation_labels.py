"""Labels of deprivation groups: what one label says, in the words of the publishers who write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from equitymodel.data.tables.not_stated import says_not_stated

GROUPS = {"quintile": 5, "fifth": 5, "decile": 10, "tenth": 10}
KIND_OF = {5: "quintile", 10: "decile"}
ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}


@dataclass(frozen=True)
class DeprivationLabel:
    """What a label says.

    Attributes
    ----------
    number
        The number of the group, as written or as words have it; 0 may mean that it is not known.
    kind
        ``quintile`` or ``decile``; empty where the label does not say.
    end
        ``most`` or ``least``, where a number is called so; empty where it is not.
    worded
        Whether the number comes from words, so that 1 is the most deprived whatever else is said.
    """

    number: int
    kind: str = ""
    end: str = ""
    worded: bool = False


Said = tuple[int, str, str, bool]
KIND = r"(?P<kind>quintile|decile|fifth|tenth)s?"
NUMBERED = re.compile(
    r"^(?:imd|wimd|simd|deprivation)?\s*(?:(?P<kind>quintile|decile|q|d|group)\s*)?(?P<number>\d{1,9})(?:\.0)?"
    r"(?:\s*[-:,(]*\s*(?P<end>most|least)(?:\s*deprived)?(?:\s*(?:quintile|decile|fifth|tenth))?"
    r"(?:\s*(?P<width>20|10)\s*%)?\)?)?$"
)
SHARES = re.compile(
    r"^(?:(?P<side>most|more|less|least)\s+deprived)?\s*(?:(?P<low>\d{1,2})\s*%?\s*(?:-|to)\s*)?(?P<high>\d{1,3})\s*%"
    r"(?:\s*(?P<after>most|more|less|least)\s+deprived)?$"
)
ORDERED = re.compile(
    rf"^(?:(?P<place>{'|'.join(ORDINALS)})\s+)?(?P<side>most|more|less|least)\s+deprived\s+(?:imd\s+)?{KIND}$"
)


def _numbered(match: re.Match[str]) -> Said | None:
    """Read ``Quintile 3``, ``IMD Q1`` or ``1 - Most deprived 10%``."""
    widths = {"20": "quintile", "10": "decile"}
    kind = {"q": "quintile", "d": "decile", "group": ""}.get(match["kind"] or "group", match["kind"])
    return int(match["number"]), kind or widths.get(match["width"] or "", ""), match["end"] or "", False


def _shares(match: re.Match[str]) -> Said | None:
    """Read ``Most deprived 10%``, ``More deprived 10-20%`` and ``Less deprived 10-20%``, counted from either end."""
    side, low, high = match["side"] or match["after"], int(match["low"] or 0), int(match["high"])
    groups = {10: 10, 20: 5}.get(high - low)
    if (low, high) == (40, 60):
        return 3, KIND_OF[5], "", True
    if side is None or groups is None or high % (high - low) or high > 50 or (low > 0) == (side in ("most", "least")):
        return None
    place = high // (high - low)
    return (place if side in ("most", "more") else groups + 1 - place), KIND_OF[groups], "", True


def _ordered(match: re.Match[str]) -> Said | None:
    """Read ``Second most deprived decile`` and ``Fifth less deprived decile``, counted from either end."""
    groups, place = GROUPS[match["kind"]], ORDINALS[match["place"]] if match["place"] else 1
    if place == 1 and match["side"] in ("more", "less"):
        return None
    return (place if match["side"] in ("most", "more") else groups + 1 - place), KIND_OF[groups], "", True


FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Said | None], tuple[str, ...]], ...] = (
    (NUMBERED, _numbered, ("1", "Q1", "IMD Q1", "Quintile 1", "Decile 1", "1 - most deprived", "1 - Most deprived 10%",
                           "Q5 (least deprived)")),
    (SHARES, _shares, ("Most deprived 10%", "More deprived 10-20%", "Less deprived 10-20%", "Least deprived 10%",
                       "Most deprived 20%", "More deprived 20-40%", "40-60%")),
    (ORDERED, _ordered, ("Most deprived decile (IMD2019)", "Second most deprived decile (IMD2019)",
                         "Third more deprived decile (IMD2019)", "Fifth less deprived decile (IMD2019)",
                         "Least deprived decile (IMD2019)", "Third most deprived quintile (IMD2019)")),
)  # fmt: skip
"""Each form of a label: its pattern, how a match is read, and labels that have it."""
INDEX = re.compile(r"\(?\s*(?:imd|wimd|simd)\s*-?\s*(20\d\d)(?:v\d)?\s*\)?")


def read_deprivation_label(label: str) -> DeprivationLabel | None:
    """Read one label; nothing where it cannot be read.

    Examples
    --------
    >>> read_deprivation_label("More deprived 10-20%").number, read_deprivation_label("IMD Q1").kind
    (2, 'quintile')
    >>> read_deprivation_label("Least deprived decile (IMD2019)").number, read_deprivation_label("poorest")
    (10, None)
    """
    text = " ".join(INDEX.sub(" ", label.lower().replace("\u2013", "-")).split())
    for pattern, read, _ in FORMS:
        if (match := pattern.match(text)) and (said := read(match)):
            return DeprivationLabel(*said)
    return None


def means_unknown(labels: set[str]) -> set[str]:
    """Name those labels that say that deprivation is not known: in words, or by a 0 below groups that begin with 1.

    Examples
    --------
    >>> sorted(means_unknown({"0", "1", "2", "3", "4", "5", "Unknown"})), means_unknown({"0", "1", "2", "3", "4"})
    (['0', 'Unknown'], set())
    """
    words = {label for label in labels if says_not_stated(label, None)}
    numbers = {label: read.number for label in labels if (read := read_deprivation_label(label))}
    whole = any(set(range(groups + 1)) == set(numbers.values()) for groups in KIND_OF)
    return words | ({label for label, number in numbers.items() if number == 0} if whole else set())
