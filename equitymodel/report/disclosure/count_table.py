"""A table of counts that is to be released, with the totals that go with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.report.disclosure.in_disguise import InDisguise
from equitymodel.vocabulary import nearest

ALL = "All"
"""Stands in a total for what was added up over."""
SHOWN_ROWS = 3


@dataclass(frozen=True)
class CountTable:
    """Counts of people or admissions, one row a combination of labels, true and not yet rounded.

    Attributes
    ----------
    name
        The table's name, its own within a release.
    frame
        One row a combination of `dims`.
    dims
        The columns that say what is counted: ``("ics", "deprivation")``. One may follow from another, as a region
        from an ICS, and then totals by it are totals over ICSs.
    count
        The column of counts: whole numbers, none missing.
    margins
        The totals that are published too, each by the columns it keeps: ``(("ics",), ())`` are totals of each ICS and
        of all; ``"all"`` is every one of them.
    unit
        What is counted: tables with the same unit count the same people, and are linked where they have columns in
        common. ``"hip replacements 2023/24"``.
    part_of
        The unit of which this one is a part, such as those with a known ethnicity; what is left is then a count too.
    population
        A column of people at risk that anyone may know; a count is never above it.
    in_disguise
        Columns from which the count could be worked out.
    beside
        Columns hidden with the count, such as a mean or median of the same people.

    Examples
    --------
    >>> frame = pd.DataFrame({"ics": ["A", "B"], "admissions": [3, 20]})
    >>> table = CountTable("by_ics", frame, ("ics",), margins="all")
    >>> list(table.kept())
    [('ics',), ()]
    """

    name: str
    frame: pd.DataFrame
    dims: tuple[str, ...]
    count: str = "admissions"
    margins: tuple[tuple[str, ...], ...] | Literal["all"] = ()
    unit: str = "admissions"
    part_of: str | None = None
    population: str | None = None
    in_disguise: tuple[InDisguise, ...] = ()
    beside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that the columns are there, and that each row is one whole count.

        Raises
        ------
        OptionError
            When a column is absent, a row comes twice, a label is missing or means a total, or a count is no count.
        """
        self._check_columns()
        self._check_margins()
        self._check_labels()
        counts = pd.to_numeric(self.frame[self.count], errors="coerce")
        rule = f"'{self.count}' must be whole numbers of 0 or more, before anything is hidden or rounded"
        self._refuse(counts.isna() | (counts < 0) | (counts % 1 != 0), rule)
        if self.population:
            people = pd.to_numeric(self.frame[self.population], errors="coerce")
            rule = f"'{self.count}' is above '{self.population}', or that is missing; leave population out if"
            self._refuse(~(counts <= people), f"{rule} people may be counted twice")

    def kept(self) -> Iterator[tuple[str, ...]]:
        """Give the columns kept by each block of cells that is published: all of them first, then each total's."""
        yield self.dims
        if self.margins == "all":
            sizes = range(len(self.dims) - 1, -1, -1)
            yield from (kept for size in sizes for kept in combinations(self.dims, size))
        else:
            yield from dict.fromkeys(tuple(dim for dim in self.dims if dim in kept) for kept in self.margins)

    def _check_columns(self) -> None:
        known = list(map(str, self.frame.columns))
        more = [self.population] if self.population else []
        for column in [*self.dims, self.count, *more, *self.beside, *(c for d in self.in_disguise for c in d.sources)]:
            if column not in known:
                raise OptionError(f"table '{self.name}' has no column '{column}'. {nearest(column, known)}")

    def _check_margins(self) -> None:
        for column in () if self.margins == "all" else [name for kept in self.margins for name in kept]:
            if column not in self.dims:
                hint = nearest(column, self.dims)
                raise OptionError(f"table '{self.name}' cannot keep '{column}' in a total. {hint}")

    def _check_labels(self) -> None:
        labels = self.frame[list(self.dims)]
        self._refuse(labels.isna().any(axis=1), "a label is missing")
        self._refuse((labels.astype(str) == ALL).any(axis=1),
                     f"'{ALL}' stands for a total; leave totals out and ask for them with margins")  # fmt: skip
        self._refuse(labels.duplicated(keep=False), "the same labels come twice; add such rows up first")

    def _refuse(self, wrong: pd.Series, rule: str) -> None:
        if wrong.any():
            rows = self.frame.loc[wrong.to_numpy(), list(self.dims)].head(SHOWN_ROWS)
            named = ", ".join(" ".join(map(str, row)) for row in rows.itertuples(index=False))
            raise OptionError(f"table '{self.name}', {int(wrong.sum())} rows ({named}): {rule}")
