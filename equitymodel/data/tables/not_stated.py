"""People whose group is not known: no group to compare, left out of the measures, and reported as a share.

The share is of the table that says so. Where admissions have people whose group is not stated and the population has
none, as a census fills them in, the rates of all groups are too low, by that share on average and by more for a group
whose members are asked less often.
"""

from __future__ import annotations

import re

import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW

RULES = (
    Rule(
        "U05",
        "warning",
        "people whose group is not stated or not known are no group: they are left out of all measures. Rates of the "
        "groups are then too low, and differences between groups may be those of who is asked",
        "find their group in another record, or read results beside this share",
    ),
)
NAMED = (
    r"(?:ethnicit(?:y|ies)|ethnic(?: group| category| origin| background)?|race|sex|gender|religion|belief|disability"
    r"|sexual orientation|marital status|group|category|status|age|value|data|information|imd|deprivation|quintile"
    r"|decile|area|ics|icb|region|residence|address|postcode|lsoa|procedure|operation|period|date|year|month)"
)
UNANSWERED = (
    r"(?:not|never|un|non)[ -]?(?:yet )?(?:stated|known|recorded|given|disclosed|specified|available|provided|"
    r"collected|asked|obtained|assigned|coded|reported|supplied|completed|classified|determined|matched|allocated)"
    r"|no (?:\w+ )?(?:recorded|stated|given)"
    r"|unknown|unstated|unrecorded|unspecified|missing|refused|declined|null|nan|na|blank|invalid|no data"
    r"|no information|no (?:imd|postcode|fixed abode|address)|prefer(?:s|red)? not to (?:say|answer|state|disclose)"
    r"|(?:person )?(?:asked|approached)(?: but)? (?:declined|refused)"
    r"|(?:declined|refused|refusal) to (?:answer|say|state|disclose|give)|did not (?:answer|say|state)"
    r"|do(?:es)? not (?:know|wish to (?:say|answer|state|disclose))|don'?t know"
)
LABEL = re.compile(rf"^(?:{NAMED} |patients? )?(?:is )?(?:{UNANSWERED})(?: {NAMED})?(?: or (?:{UNANSWERED}))*$")
CODE_BEFORE = re.compile(r"^(?:[a-z]|\d{1,2})\s*(?:[-\u2013:.)]\s*|\s+)(?=[a-z]{2})")
WITHIN_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")
CODES = {"race": {"z", "99", "x", "9"}, "sex": {"9", "0", "x", "u", "i"}}
"""Codes of the NHS Data Dictionary that say a group is not stated or not known, by characteristic."""
NOTHING = ("", "<na>", "n/a", "na", "-")
NOT_KNOWN = ("unknown", "not known", "not stated", "not recorded", "not available", "unassigned", "unclassified",
             "unmatched", "missing", "null", "none", "nan", "<na>", "n/a", "na", "-", "no IMD", "IMD unknown",
             "quintile unknown", "no fixed abode", "Unknown/not stated", "9 - not known")  # fmt: skip
"""Labels that name nobody's group, as examples: `says_not_stated` alone tells what is not known, in every column."""
NONE_IS_AN_ANSWER = ("religion or belief", "disability")
NOT_STATED = "not_stated"
"""The column that marks such rows while a table is read."""


def says_not_stated(label: str, characteristic: str | None) -> bool:
    """Say whether a label names people whose group is not known, in any of the spellings in use.

    Parameters
    ----------
    label
        Of a group.
    characteristic
        Of the Equality Act, if the groups are of one; its codes are then known.

    Examples
    --------
    >>> [says_not_stated(label, "race") for label in ("Not Stated/Not Known", "Z - Not stated", "Any other")]
    [True, True, False]
    >>> says_not_stated("None", "religion or belief"), says_not_stated("None", "race")
    (False, True)
    """
    found = _unanswered(label, characteristic)
    return bool(found) and all(found)


def partly_not_stated(label: str, characteristic: str | None) -> bool:
    """Say whether a label holds people of a group together with people whose group is not known.

    Examples
    --------
    >>> partly_not_stated("Other or not known", "race"), partly_not_stated("White and Asian", "race")
    (True, False)
    """
    found = _unanswered(label, characteristic)
    return any(found) and not all(found)


def _unanswered(label: str, characteristic: str | None) -> list[bool]:
    """Say of each part of a label whether it is no answer."""
    plain = " ".join(label.strip().lower().split())
    if plain in CODES.get(characteristic or "", ()) or plain in NOTHING:
        return [True]
    if plain == "none":
        return [characteristic not in NONE_IS_AN_ANSWER]
    bare = WITHIN_BRACKETS.sub("", CODE_BEFORE.sub("", plain)) or plain
    parts = [part.strip() for part in re.split(r"[/,;]| - | and | or ", bare)]
    return [bool(LABEL.match(bare))] if LABEL.match(bare) else [bool(LABEL.match(part)) for part in parts if part]


def leave_out_not_stated(frame: pd.DataFrame, column: str, value: str | None, log: DataLog) -> pd.DataFrame:
    """Leave out the rows that are marked as not stated, and record who they were and the share that they are.

    Parameters
    ----------
    frame
        Rows with numbers, and the mark; counts count as the middle of what they may be.
    column, value
        The group, and what is added up: admissions or population.
    log
        Where rule U05 is recorded.
    """
    if NOT_STATED not in frame:
        return frame
    marked, frame = frame[NOT_STATED], frame.drop(columns=NOT_STATED)
    left_out = frame[marked]
    if len(left_out):
        labels = ", ".join(repr(label) for label in dict.fromkeys(left_out[column].astype(str)))
        share = (
            share_words(_total(left_out, value), _total(frame, value), value)
            if value in ("admissions", "population")
            else ""
        )
        log.add("U05", detail=f"{labels}{share}", count=len(left_out))
    return frame[~marked]


def share_words(ours: float, whole: float, value: str) -> str:
    """Say what share of a table was left out; nothing where the table has nothing in it.

    Examples
    --------
    >>> share_words(10.0, 100.0, "admissions"), share_words(0.0, 0.0, "admissions")
    (': 10.0 % of admissions (10 of 100)', '')
    """
    return f": {100 * ours / whole:.1f} % of {value} ({ours:,.0f} of {whole:,.0f})" if whole > 0 else ""


def _total(frame: pd.DataFrame, value: str) -> float:
    numbers = (frame[LOW] + frame[HIGH]) / 2 if LOW in frame else frame[value]
    return float(numbers.sum())
