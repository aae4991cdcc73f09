"""What a column of a published table counts, so that disclosure control can look at all that leaves together."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from equitymodel.report.disclosure.count_table import ALL, CountTable
from equitymodel.report.disclosure.in_disguise import InDisguise


@dataclass(frozen=True)
class CountColumn:
    """A field of observed counts, and all that would give them away.

    Attributes
    ----------
    field
        True counts, not yet rounded. A row in which a label is ``All`` is a total over it.
    dims
        Fields that say what is counted, whether or not a reader sees them: in the report of one ICS ``ics``, too, or
        its counts are not linked to those of the others.
    unit
        What is counted: fields with the same unit count the same people.
    part_of
        The unit of which this one is a part.
    population
        A field of people at risk that anyone may know.
    in_disguise
        Fields from which the count could be worked out: a rate of a known population, a target less the count.
    beside
        Fields hidden with the count: a crude ratio, or the ends of its interval.

    Examples
    --------
    >>> rows = pd.DataFrame({"group": ["1", "2", "All"], "admissions": [3, 20, 23]})
    >>> CountColumn("admissions", ("group",)).table("Devon", rows).margins
    ((),)
    """

    field: str
    dims: tuple[str, ...]
    unit: str = "admissions"
    part_of: str | None = None
    population: str | None = None
    in_disguise: tuple[InDisguise, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that it names."""
        worked_out = (field for part in self.in_disguise for field in (part.column, *part.sources))
        known = (self.population,) if self.population else ()
        return (*self.dims, self.field, *known, *worked_out, *self.beside)

    @property
    def hidden_fields(self) -> tuple[str, ...]:
        """All fields that are hidden where the count is."""
        return (self.field, *(part.column for part in self.in_disguise), *self.beside)

    def table(self, name: str, rows: pd.DataFrame) -> CountTable:
        """Lay the counts out for disclosure control, totals as its margins."""
        labels = rows[list(self.dims)].astype(str)
        totals = (labels == ALL).any(axis=1)
        kept = {tuple(dim for dim in self.dims if row[dim] != ALL) for _, row in labels[totals].iterrows()}
        frame = rows[~totals].assign(**{dim: labels[dim] for dim in self.dims})
        return CountTable(
            name,
            frame,
            self.dims,
            count=self.field,
            margins=tuple(sorted(kept)),
            unit=self.unit,
            part_of=self.part_of,
            population=self.population,
            in_disguise=self.in_disguise,
            beside=self.beside,
        )
