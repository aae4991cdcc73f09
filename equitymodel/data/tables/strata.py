"""Age bands and sex: reading labels, and checking that bands neither overlap nor leave gaps."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule

RULES = (
    Rule(
        "S01",
        "error",
        "an age band that a spreadsheet has turned into a date",
        "export again with the column formatted as text",
    ),
    Rule(
        "S02",
        "error",
        "an age band that cannot be read",
        "write bands as 65-74, with 85+ at the end; docs/spellings.md lists all that are read",
    ),
    Rule("S03", "error", "age bands overlap", "use bands that do not overlap, the same for every cell"),
    Rule("S04", "error", "age bands leave a gap", "use bands that follow one another without a gap"),
    Rule(
        "S05",
        "error",
        "a sex code that cannot be read",
        "write F or M (or 2 or 1); drop the column if rows are for all persons",
    ),
    Rule("S06", "repair", "sex codes were read as F and M"),
)
OLDEST = 200
AGED, AGE, YEARS = r"(?:aged?|ages)?\s*:?\s*", r"(\d{1,3})", r"\s*(?:years?|yrs?|y)?(?:\s*(?:of age|olds?))?"
DASH = r"\s*(?:-|to|_|\u2013|\u2014)\s*"


def _ages(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"^{AGED}{pattern}$", re.IGNORECASE)


SPELLINGS: tuple[tuple[re.Pattern[str], Callable[[list[int]], tuple[int, int]], tuple[str, ...]], ...] = (
    (_ages(rf"{AGE}{YEARS}{DASH}{AGE}{YEARS}"), lambda ages: (ages[0], ages[1] + 1),
     ("0-4", "00-04", "0 to 4", "0-4 yrs", "Aged 0 to 4 years")),
    (_ages(rf"{AGE}{YEARS}\s*(?:\+|plus|(?:and|or|&)\s*(?:over|above|older|more|upwards)){YEARS}"),
     lambda ages: (ages[0], OLDEST), ("85+", "Aged 5+", "10 and above", "85 years and over", "90 plus")),
    (_ages(rf"(?:>=|\u2265)\s*{AGE}{YEARS}"), lambda ages: (ages[0], OLDEST), (">=85",)),
    (_ages(rf">\s*{AGE}{YEARS}"), lambda ages: (ages[0] + 1, OLDEST), (">84",)),
    (_ages(rf"(?:<|under|below|less than|younger than)\s*{AGE}{YEARS}"), lambda ages: (0, ages[0]),
     ("under 5", "<1", "Under 18 years")),
    (_ages(rf"(?:<=|\u2264|up to)\s*{AGE}{YEARS}"), lambda ages: (0, ages[0] + 1), ("<=4",)),
    (_ages(rf"{AGE}{YEARS}\s*(?:and|or|&)\s*(?:under|below|younger){YEARS}"), lambda ages: (0, ages[0] + 1),
     ("4 and under",)),
    (_ages(rf"{AGE}{YEARS}"), lambda ages: (ages[0], ages[0] + 1), ("7", "Age 7")),
)  # fmt: skip
"""Each way of writing an age band: its pattern, its lowest age and the lowest beyond it, and labels that have it."""
MONTHS = dict(
    zip(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], range(1, 13), strict=True)
)
DATE = re.compile(
    rf"^(?P<a>\d{{1,2}})-(?P<m>{'|'.join(MONTHS)})$|^(?P<n>{'|'.join(MONTHS)})-(?P<b>\d{{2}})$", re.IGNORECASE
)
SEXES = {"f": "F", "female": "F", "females": "F", "2": "F", "w": "F", "women": "F",
         "m": "M", "male": "M", "males": "M", "1": "M", "men": "M"}  # fmt: skip


def band_edges(label: str) -> tuple[int, int] | None:
    """Read an age band as its lowest age and the lowest age beyond it.

    Examples
    --------
    >>> band_edges("65 to 74"), band_edges("85+"), band_edges("under 18"), band_edges("old")
    ((65, 75), (85, 200), (0, 18), None)
    """
    text = " ".join(label.split())
    for pattern, read, _ in SPELLINGS:
        if match := pattern.match(text):
            low, high = read([int(age) for age in match.groups()])
            return (low, high) if low < high else None
    return None


def band_label(lower: int, upper: int) -> str:
    """Write a band so that labels sort by age, for example ``05-09`` and ``85+``."""
    return f"{lower:02d}+" if upper == OLDEST else f"{lower:02d}-{upper - 1:02d}"


def parse_age_bands(column: pd.Series, log: DataLog) -> pd.Series:
    """Read age bands into one spelling and check that they follow one another.

    Examples
    --------
    >>> parse_age_bands(pd.Series(["0 to 44", "45+"]), DataLog()).tolist()
    ['00-44', '45+']
    """
    text = column.astype(str)
    labels = {label: band_edges(label) for label in text.unique()}
    for label in (label for label, edges in labels.items() if edges is None):
        match = DATE.match(label)
        rule = "S01" if match else "S02"
        detail = f"{label!r} was probably {_before_the_spreadsheet(match)}" if match else repr(label)
        log.add(rule, detail=detail, rows=list(text.index[text == label]))
    edges = [] if None in labels.values() else sorted({pair for pair in labels.values() if pair})
    for first, second in pairwise(edges):
        pair = f"{band_label(*first)} and {band_label(*second)}"
        rows = _where(text, [label for label, each in labels.items() if each in (first, second)])
        if second[0] < first[1]:
            log.add("S03", detail=pair, rows=rows, count=0)
        elif second[0] > first[1]:
            log.add("S04", detail=f"between {pair}", rows=rows, count=0)
    return text.map({label: band_label(*pair) if pair else label for label, pair in labels.items()})


def _where(text: pd.Series, labels: list[str]) -> list[str]:
    """Say how many rows have each label and name the first, the rarest label first: it is likelier to be wrong."""
    found = sorted((int((text == label).sum()), label) for label in labels)
    return [f"{label!r} in {count:,} rows, the first {text.index[text == label][0]}" for count, label in found]


def _before_the_spreadsheet(match: re.Match[str]) -> str:
    if match["m"]:
        day, month = int(match["a"]), MONTHS[match["m"].lower()]
        return f"'{min(day, month)}-{max(day, month)}'"
    return f"'{MONTHS[match['n'].lower()]}-{int(match['b'])}'"


def parse_sex(column: pd.Series, log: DataLog) -> pd.Series:
    """Read sex codes as ``F`` and ``M``.

    Examples
    --------
    >>> parse_sex(pd.Series(["Female", "1"]), DataLog()).tolist()
    ['F', 'M']
    """
    text = column.astype(str)
    read = text.str.lower().map(SEXES)
    if read.isna().any():
        log.add("S05", rows=[f"{row}: {text[row]!r}" for row in text.index[read.isna()]])
    if (read != text).any():
        spellings = sorted(set(text[read != text]))
        log.add("S06", detail=", ".join(spellings), count=int((read != text).sum()))
    return read.fillna(text)
