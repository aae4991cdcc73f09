"""The words of the field, one for each idea, used in code, tables and reports alike.

Sign convention, stated once: a **positive** gap, slope index, shortfall or
concentration index means that the most deprived have **fewer** admissions than
their need would give.
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Hashable, Iterable
from typing import Literal

ICS = "ics"
DEPRIVATION = "deprivation"
GROUP = "group"
PROCEDURE = "procedure"
AGE_BAND = "age_band"
SEX = "sex"
PERIOD = "period"
STAGE = "stage"
PRIORITY = "priority"
WEEKS_WAITED = "weeks_waited"

CELL_DIMS = (ICS, DEPRIVATION, PROCEDURE)
SERIES_DIMS = (PERIOD, *CELL_DIMS)
SAMPLE_DIMS = ("chain", "draw")

ALL_ICS = "All ICSs"
ALL_GROUPS = "All groups"
ALL_PROCEDURES = "All procedures"

INTERVAL_PROBABILITY = 0.95
INTERVAL_KIND = "equal-tailed credible interval"

ADJUSTMENTS = {
    "population": "population only",
    "age": "age",
    "sex": "sex",
    "age_sex": "age and sex",
    "population_need": "need, with age and sex not allowed for",
    "age_need": "age and need",
    "sex_need": "sex and need, with age not allowed for",
    "need": "age, sex and need",
}
"""How expected admissions were adjusted, by what was done, from the least to the most."""

BASIS = {
    "population": "per head, with nothing adjusted for",
    "age": "for the same age, with need not measured",
    "sex": "for the same sex, with age and need not allowed for",
    "age_sex": "for the same age and sex, with need not measured",
    "population_need": "per head of population weighted by need, with age and sex not allowed for",
    "age_need": "for equal need",
    "sex_need": "for the same sex and measured need, with age not allowed for",
    "need": "for equal need",
}
"""What a comparison rests on, in the words that must go with it."""


def adjusted_by(strata: Container[str], *, need: bool) -> str:
    """Name what expected admissions are adjusted for, by the strata that were used and whether need was.

    Examples
    --------
    >>> adjusted_by(["age_band", "sex"], need=True), adjusted_by(["age_band"], need=False), adjusted_by([], need=True)
    ('need', 'age', 'population_need')
    """
    used = [word for stratum, word in ((AGE_BAND, "age"), (SEX, "sex")) if stratum in strata]
    if not need:
        return "_".join(used) or "population"
    return "need" if len(used) == 2 else f"{''.join(used) or 'population'}_need"


def of_need(adjustment: str) -> bool:
    """Say whether an adjustment has need in it.

    Examples
    --------
    >>> of_need("age_need"), of_need("age_sex")
    (True, False)
    """
    return adjustment.endswith("need")


Route = Literal["no_change", "level_up", "level_down", "zero_sum"]
ROUTES: dict[Route, str] = {
    "no_change": "leave admissions as they are",
    "level_up": "bring every group that falls short up to the target rate",
    "level_down": "bring every group above the target rate down to it",
    "zero_sum": "move the same total between groups until rates are equal",
}

SCOPES = {
    "ics": "within each ICS",
    "region": "within each region",
    "england": "across all ICSs together",
}

SIGN_CONVENTION = "positive = the most deprived have fewer admissions than their need would give"

GROUP_SIGN_CONVENTION = (
    "a ratio below 1, and a positive difference or shortfall = fewer admissions than the group compared with "
    "has for the same need"
)


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggest the known word nearest to a mistaken one, as ``Did you mean ...?``.

    Examples
    --------
    >>> nearest("admisions", ["admissions", "population"])
    "Did you mean 'admissions'?"
    >>> nearest("x", ["admissions", "population"])
    'Known words: admissions, population.'
    """
    options = list(known)
    close = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else f"Known words: {', '.join(options)}."


def group_dim(dims: Container[Hashable]) -> str:
    """Name the dimension of the groups: ``deprivation`` where they are groups of deprivation, otherwise ``group``.

    Examples
    --------
    >>> group_dim(("ics", "group", "procedure")), group_dim(("deprivation",))
    ('group', 'deprivation')
    """
    return GROUP if GROUP in dims else DEPRIVATION


def cell_dims(dims: Container[Hashable]) -> tuple[str, ...]:
    """Name the dimensions of a cell, in order: ICS, group and procedure, and last the period if there are several.

    Examples
    --------
    >>> cell_dims(("procedure", "group"))
    ('ics', 'group', 'procedure')
    >>> cell_dims(("period", "ics", "deprivation", "procedure"))
    ('ics', 'deprivation', 'procedure', 'period')
    """
    return (ICS, group_dim(dims), PROCEDURE, *((PERIOD,) if PERIOD in dims else ()))
