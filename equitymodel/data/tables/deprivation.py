"""Deprivation groups: reading labels, their direction, and their place on the national scale."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION

RULES = (
    Rule(
        "D01",
        "error",
        "the direction of deprivation is contradicted",
        "say which group is the most deprived with --most-deprived, 1 by default",
    ),
    Rule("D02", "error", "deprivation groups start at 0", "number the groups from 1"),
    Rule(
        "D03",
        "error",
        "deprivation groups of mixed kinds or with gaps",
        "use the same groups, 1 to the number of groups, in every row of every table",
    ),
    Rule(
        "D04",
        "warning",
        "the deprivation index and its version are not named",
        "name it with --deprivation-index, for example 'IMD 2019'; versions are never mixed",
    ),
    Rule("D05", "repair", "deprivation groups were renumbered so that 1 is the most deprived, as asked"),
    Rule("D07", "error", "a deprivation group that cannot be read", "write whole numbers: 1, 2, 3 ..."),
)
LABEL = re.compile(
    r"^(?P<kind>quintile|decile|q|d|group)?\s*(?P<number>\d{1,9})(\.0)?\s*[-:(]*\s*"
    r"(?P<end>most|least)?\s*(deprived)?\s*(quintile|decile|fifth|tenth)?\)?(\s*20?%)?$",
    re.IGNORECASE,
)
KINDS = {"q": "quintile", "quintile": "quintile", "d": "decile", "decile": "decile"}


@dataclass(frozen=True)
class Deprivation:
    """How the deprivation groups of the tables were made.

    Attributes
    ----------
    index
        The index and its version, for example ``"IMD 2019"``; a warning is kept where it is not named.
    most_deprived
        The label of the most deprived group: 1, or the number of groups.

    Examples
    --------
    >>> Deprivation("IMD 2019")
    Deprivation(index='IMD 2019', most_deprived=1)
    """

    index: str | None = None
    most_deprived: int = 1

    def __post_init__(self) -> None:
        """Check that groups are numbered from one end or the other.

        Raises
        ------
        OptionError
            When the label of the most deprived group is not a whole number above 0.
        """
        refuse_other_fields(self)
        if isinstance(self.most_deprived, bool) or int(self.most_deprived) != self.most_deprived:
            raise OptionError(f"most_deprived is the label of a group, a whole number, not {self.most_deprived!r}")
        if self.most_deprived < 1:
            raise OptionError(
                f"deprivation groups are numbered from 1, so most_deprived cannot be {self.most_deprived}"
            )

    @property
    def name(self) -> str:
        """The column that holds the groups."""
        return DEPRIVATION

    @property
    def index_name(self) -> str:
        """The index as it is written with the cells."""
        return self.index or "not named"

    def note_index(self, log: DataLog) -> None:
        """Record where the index is not named (rule D04)."""
        if self.index is None:
            log.add("D04")


def parse_deprivation(column: pd.Series, log: DataLog, *, most_deprived: int) -> pd.Series:
    """Read deprivation labels as whole numbers, 1 = the most deprived.

    Understands ``3``, ``Q3``, ``Quintile 3``, ``1 - most deprived`` and the like. Labels
    that say which end is which are checked against `most_deprived`.

    Parameters
    ----------
    column
        Labels, as text or numbers.
    log
        Where rules D01 to D03, D05 and D07 are recorded.
    most_deprived
        The label of the most deprived group: 1, or the number of groups.

    Examples
    --------
    >>> parse_deprivation(pd.Series(["Q1", "Q2"]), DataLog(), most_deprived=1).tolist()
    [1, 2]
    """
    parts = column.astype(str).str.extract(LABEL)
    unreadable = parts["number"].isna()
    if unreadable.any():
        log.add("D07", rows=[f"{row}: {column[row]!r}" for row in column.index[unreadable]])
        return column
    numbers = parts["number"].astype(int)
    _check_numbers(numbers, parts["kind"].str.lower().map(KINDS), log)
    _check_ends(numbers, parts["end"].str.lower(), log, most_deprived=most_deprived)
    if most_deprived == 1:
        return numbers
    if numbers.max() != most_deprived:
        log.add("D01", detail=f"--most-deprived is {most_deprived} but the groups end at {numbers.max()}")
    else:
        log.add("D05", detail=f"{most_deprived} became 1", count=len(numbers))
    return most_deprived + 1 - numbers


def _check_numbers(numbers: pd.Series, kinds: pd.Series, log: DataLog) -> None:
    if (numbers == 0).any():
        log.add("D02", rows=list(numbers.index[numbers == 0]))
    elif kinds.nunique() > 1:
        log.add("D03", detail=f"both {' and '.join(sorted(kinds.dropna().unique()))} labels")


def _check_ends(numbers: pd.Series, ends: pd.Series, log: DataLog, *, most_deprived: int) -> None:
    least = numbers.max() if most_deprived == 1 else 1
    wrong = ((ends == "most") & (numbers != most_deprived)) | ((ends == "least") & (numbers != least))
    if wrong.any():
        rows = [f"{row}: {numbers[row]} is called {ends[row]} deprived" for row in numbers.index[wrong]]
        log.add("D01", detail=f"--most-deprived is {most_deprived}", rows=rows)


def ridit(population: xr.DataArray) -> xr.DataArray:
    r"""Place each deprivation group on the scale from 0 (most deprived) to 1 (least).

    .. math:: x_q = F_{q-1} + f_q / 2

    where :math:`f_q` is the group's share of the population and :math:`F` its running sum.

    Parameters
    ----------
    population
        People or person-years; dims ``deprivation`` and any others, each of which gets a
        scale of its own. Sum over ICSs first for **national** positions.

    Returns
    -------
    xarray.DataArray
        Positions between 0 and 1, same dims; no unit.

    Raises
    ------
    OptionError
        When there is no ``deprivation`` dimension.

    Notes
    -----
    Local and national positions answer different questions: only national ones compare areas.

    References
    ----------
    Bross IDJ (1958) How to use ridit analysis. Biometrics 14:18. doi:10.2307/2527727

    Examples
    --------
    >>> people = xr.DataArray([30.0, 50.0, 20.0], dims="deprivation")
    >>> ridit(people).values
    array([0.15, 0.55, 0.9 ])
    """
    if DEPRIVATION not in population.dims:
        raise OptionError(f"population needs a '{DEPRIVATION}' dimension; it has {population.dims}")
    share = population / population.sum(DEPRIVATION)
    return share.cumsum(DEPRIVATION) - share / 2
