"""Groups only, never persons: what names, numbers or ranks one person is refused, with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.errors import OptionError

IDENTIFIERS = re.compile(
    r"^(nhs_?(no|num|number|id)|.*pseudo.*|.*hes_?id|patient|person|client|individual|"
    r".*(patient|person|client|subject|individual)_?"
    r"(id|key|no|num|number|identifier|token|name|ref|reference|hash|uid|pseudonym)s?|mrn|hospital_?number|unit_?number|"
    r"local_?patient.*|.*token_?person.*|spell_?id|epikey|susid|uuid|guid|(fore|sur|first|last|full)_?name|"
    r"date_?of_?birth|dob|postcode|post_?code|email|telephone|phone)$"
)
"""Names of columns and words that stand for one person, in lower case with ``_`` for spaces."""
RANKING = re.compile(
    r"^(rank|ranking|score|priority|order)_?(of_?)?(the_?)?(patient|person|individual|people|list)s?$|"
    r"^(patient|person|individual)s?_?(rank|ranking|score|priority|order)$"
)
"""Words that ask for an order of persons."""
REASON = (
    "strategies are weighed for groups of deprivation, never for persons: what a group gains on average says nothing "
    "about any one of its members"
)
AMOUNTS = ("cost", "capacity", "health_gain", "spare")
"""Words under which amounts stand by label, such as costs by procedure: labels are no words."""
LEAST_ROWS = 20
"""From so many rows a column whose every value is another, beside labels of groups, is taken for one of persons."""


def refuse_persons(table: pd.DataFrame, *, labels: Iterable[str], name: str, reason: str = REASON) -> None:
    """Refuse a table that has an identifier of persons, or a row a person.

    Parameters
    ----------
    table
        As it was read.
    labels
        The columns that say which group a row is of.
    name, reason
        What the table is called, and why groups are enough.

    Raises
    ------
    OptionError
        Names the column, the reason and the way out.

    Examples
    --------
    >>> refuse_persons(pd.DataFrame({"NHS number": ["9434765919"], "reach": [1]}), labels=["deprivation"], name="a.csv")
    Traceback (most recent call last):
    ...
    equitymodel.errors.OptionError: a.csv: column 'NHS number' identifies persons; strategies are weighed for groups of
    deprivation, never for persons: what a group gains on average says nothing about any one of its members. Add the
    rows up to one a group, and leave the column out
    """
    out = "Add the rows up to one a group, and leave the column out"
    for column in table.columns:
        if identifies(str(column)):
            raise OptionError(f"{name}: column '{column}' identifies persons; {reason}. {out}")
        if ranks(str(column)):
            raise OptionError(f"{name}: column '{column}' orders persons; {reason}. {out}")
        if _is_nhs_numbers(table[column]):
            raise OptionError(f"{name}: column '{column}' holds NHS numbers; {reason}. {out}")
    own = [column for column in labels if column in table]
    if own and len(table) >= LEAST_ROWS and table.duplicated(own).mean() > 0.5:
        raise OptionError(f"{name}: {len(table):,} rows for {len(table.drop_duplicates(own)):,} groups look like a row "
                          f"a person; {reason}. {out}")  # fmt: skip


def refuse_words_of_persons(found: Mapping[str, Any], where: str) -> None:
    """Refuse words of a file that identify or rank persons, however deep they stand.

    Raises
    ------
    OptionError
        Names the word and the reason.

    Examples
    --------
    >>> refuse_words_of_persons({"effect": [{"strategy": 6, "patient_id": 1}]}, "options.toml")
    Traceback (most recent call last):
    ...
    equitymodel.errors.OptionError: options.toml: 'patient_id' identifies persons; strategies are weighed for groups of
    deprivation, never for persons: what a group gains on average says nothing about any one of its members. Take it out
    """
    for word, value in found.items():
        if identifies(word):
            raise OptionError(f"{where}: '{word}' identifies persons; {REASON}. Take it out")
        if ranks(word):
            raise OptionError(f"{where}: '{word}' asks for an order of persons; {REASON}. Take it out")
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Mapping) and not (word in AMOUNTS and _has_numbers_alone(part)):
                refuse_words_of_persons(part, where)


def _has_numbers_alone(table: Mapping[str, Any]) -> bool:
    return all(isinstance(amount, int | float) for amount in table.values())


def identifies(name: str) -> bool:
    """Say whether a column or word stands for one person.

    Examples
    --------
    >>> identifies("NHS Number"), identifies("Encrypted_HESID"), identifies("cost_per_person_reached")
    (True, True, False)
    """
    return IDENTIFIERS.match(_plain(name)) is not None


def ranks(name: str) -> bool:
    """Say whether a column or word orders persons.

    Examples
    --------
    >>> ranks("patient score"), ranks("rank_individuals"), ranks("strategy")
    (True, True, False)
    """
    return RANKING.match(_plain(name)) is not None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()).lower()).strip("_")


def _is_nhs_numbers(column: pd.Series) -> bool:
    """Say whether a column holds numbers of ten digits whose last checks the others, as NHS numbers do."""
    texts = column.astype(str).str.replace(r"[ -]|\.0$", "", regex=True)
    tens = texts[texts.str.fullmatch(r"\d{10}")]
    if tens.empty or len(tens) < 0.5 * len(texts):
        return False
    digits = np.array([list(map(int, text)) for text in tens])
    check = (11 - digits[:, :9] @ np.arange(10, 1, -1) % 11) % 11
    return bool((check == digits[:, 9]).mean() > 0.5)
