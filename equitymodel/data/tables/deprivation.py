"""Deprivation groups: reading labels, their direction, and their place on the national scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.tables.deprivation_index import NOT_NAMED
from equitymodel.data.tables.deprivation_labels import DeprivationLabel, read_deprivation_label
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, nearest

RULES = (
    Rule(
        "D01",
        "error",
        "the direction of deprivation is contradicted",
        "say which group is the most deprived with --most-deprived, 1 by default; where known areas are said to "
        "contradict it and the tables are right, --direction stated goes on with a warning",
    ),
    Rule(
        "D02",
        "error",
        "deprivation groups start at 0",
        "number the groups from 1; a 0 beside all of 1 to 5 or 1 to 10 is read as not known",
    ),
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
    Rule(
        "D07",
        "error",
        "a deprivation group that cannot be read",
        "write whole numbers: 1, 2, 3 ...; docs/spellings.md lists the words that are read",
    ),
)
Direction = Literal["checked", "stated"]
"""What is done where known areas contradict the direction of deprivation."""


@dataclass(frozen=True)
class Deprivation:
    """How the deprivation groups of the tables were made.

    Attributes
    ----------
    index
        The index and its version, for example ``"IMD 2019"``; a warning is kept where it is not named.
    most_deprived
        The label of the most deprived group: 1, or the number of groups. Labels in words, such as
        ``Most deprived 10%``, say it themselves.
    direction
        What is done where known areas say that the groups are the other way round: ``"checked"`` stops on strong
        evidence, and ``"stated"`` goes on with a warning.
    quintiles
        Whether deciles are added up to quintiles.

    Examples
    --------
    >>> Deprivation("IMD 2019").most_deprived
    1
    """

    index: str | None = None
    most_deprived: int = 1
    direction: Direction = "checked"
    quintiles: bool = False

    def __post_init__(self) -> None:
        """Check that groups are numbered from one end or the other.

        Raises
        ------
        OptionError
            When the label of the most deprived group is not a whole number above 0, or the direction has no meaning.
        """
        refuse_other_fields(self)
        if self.direction not in get_args(Direction):
            raise OptionError(
                f"direction cannot be {self.direction!r}. {nearest(str(self.direction), get_args(Direction))}"
            )
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
        return self.index or NOT_NAMED

    def note_index(self, log: DataLog) -> None:
        """Record where the index is not named (rule D04)."""
        if self.index is None:
            log.add("D04")


def parse_deprivation(column: pd.Series, log: DataLog, *, most_deprived: int) -> pd.Series:
    """Read deprivation labels as whole numbers, 1 = the most deprived.

    Understands the labels of `deprivation_labels`: numbers, and the words of Hospital Episode Statistics and
    Fingertips. Labels that say which end is which are checked against `most_deprived`.

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
    >>> parse_deprivation(pd.Series(["Most deprived 10%", "More deprived 10-20%"]), DataLog(), most_deprived=1).tolist()
    [1, 2]
    """
    text = column.astype(str)
    read = {label: read_deprivation_label(label) for label in text.unique()}
    known = {label: said for label, said in read.items() if said is not None}
    if len(known) < len(read):
        unreadable = text[~text.isin(list(known))]
        log.add("D07", rows=[f"{row}: {label!r}" for row, label in unreadable.items()])
        return column
    _check_numbers(text, known, log)
    numbered = {label: said for label, said in known.items() if not said.worded}
    _check_ends(text, numbered, log, most_deprived=most_deprived)
    turned = {label: said.number for label, said in known.items()}
    if most_deprived != 1 and numbered:
        turned |= _turned(text, numbered, log, most_deprived=most_deprived)
    return text.map(turned).astype(int)


def _turned(
    text: pd.Series, numbered: Mapping[str, DeprivationLabel], log: DataLog, *, most_deprived: int
) -> dict[str, int]:
    """Give groups their numbers from the other end."""
    highest = max(said.number for said in numbered.values())
    if highest != most_deprived:
        log.add("D01", detail=f"--most-deprived is {most_deprived} but the groups end at {highest}")
    else:
        log.add("D05", detail=f"{most_deprived} became 1", count=int(text.isin(list(numbered)).sum()))
    return {label: most_deprived + 1 - said.number for label, said in numbered.items()}


def _check_numbers(text: pd.Series, known: Mapping[str, DeprivationLabel], log: DataLog) -> None:
    zero = text.isin([label for label, said in known.items() if said.number == 0])
    kinds = sorted({said.kind for said in known.values() if said.kind})
    if zero.any():
        log.add("D02", rows=list(text.index[zero]))
    elif len(kinds) > 1:
        log.add("D03", detail=f"both {' and '.join(kinds)} labels")


def _check_ends(text: pd.Series, numbered: Mapping[str, DeprivationLabel], log: DataLog, *, most_deprived: int) -> None:
    highest = max((said.number for said in numbered.values()), default=1)
    place = {"most": most_deprived, "least": highest if most_deprived == 1 else 1}
    wrong = {label: said for label, said in numbered.items() if said.end and said.number != place[said.end]}
    if wrong:
        rows = [f"{row}: {wrong[label].number} is called {wrong[label].end} deprived"
                for row, label in text[text.isin(list(wrong))].items()]  # fmt: skip
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
