"""Names of columns that are groups of deprivation themselves, as in a table with a column a group."""

from __future__ import annotations

import re

IN_WORDS = re.compile(
    r"^(?:(?:s?imd (?:\d{4} )?)?(?:quintile|decile|q|d|imd) ?\d{1,2}\b.*"
    r"|\d{1,2} ?[-:(]? ?\(?(?:most|least|more|less)\b.*"
    r"|(?:second |third |fourth |fifth )?(?:most|more|least|less) deprived.*|middle (?:quintile|fifth).*)$",
    re.IGNORECASE,
)
NUMBER = re.compile(r"^\d{1,2}$")


def names_a_group(text: str) -> bool:
    """Say whether a text names a group of deprivation in words.

    Examples
    --------
    >>> [names_a_group(text) for text in ("Quintile 1", "1 - most deprived", "Q5", "Least deprived", "2", "Q1 2023")]
    [True, True, True, True, False, False]
    """
    words = " ".join(text.replace("_", " ").split())
    return bool(IN_WORDS.match(words)) and not re.search(r" (19|20)\d\d$", words)


def group_columns(columns: list[str]) -> list[str]:
    """Give the columns that are groups of deprivation: two or more, in words or as numbers.

    Examples
    --------
    >>> group_columns(["ics", "1 - most deprived", "2", "3 - least deprived"])
    ['1 - most deprived', '2', '3 - least deprived']
    """
    found = [name for name in columns if names_a_group(name) or NUMBER.match(name)]
    return found if len(found) > 1 else []
