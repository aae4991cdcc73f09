"""What is known of cells beside their numbers, as one value: groups, adjustment, bands, findings and sources."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache

import xarray as xr

from equitymodel.data.cells.rate_error import RATE_ERROR, RateError
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import Finding
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.kept_as_text import (
    TableSource,
    read_findings,
    read_labels,
    read_record,
    read_sources,
    write_findings,
    write_labels,
    write_record,
    write_sources,
)
from equitymodel.vocabulary import BASIS, DEPRIVATION, PERIOD

KEPT = (
    "group", "reference_group", "deprivation_index", "adjustment", "findings", "sources", "age_bands", RATE_ERROR,
    "synthetic", "periods", "footprint",
)  # fmt: skip
"""The attributes that facts of cells are kept in."""
REMEMBERED = 64
"""How many sets of facts are kept ready."""


@dataclass(frozen=True)
class CellFacts:
    """What is known of cells beside their numbers.

    Attributes
    ----------
    group
        What the groups are, and which of them others are compared with.
    adjustments
        How expected admissions are adjusted, from the least to the most: of ``population, age_sex, need``.
    adjustment
        The fullest adjustment in words, without what the groups are themselves.
    deprivation_index
        The index of deprivation and its version.
    age_bands
        The bands of age that are modelled separately; none by default.
    rate_error
        How reference rates were drawn, if they were.
    findings
        Warnings and repairs on the way from the files to these cells.
    sources
        The files they were read from.
    synthetic
        What is made up about them, if anything is.
    periods
        The periods of the admissions, as they were written: one, several along the dimension
        ``period``, or several that were added up; none where the table names none.
    footprint
        Which areas the cells are of, with their date.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_cells
    >>> cells, _ = simulate_cells(areas=4, seed=1)
    >>> facts = CellFacts.of(cells.isel(ics=[0, 1]))
    >>> facts.group.kind, facts.adjustment, facts.deprivation_index
    ('deprivation', 'population only', 'simulated')
    """

    group: Group = field(default_factory=Group)
    adjustments: tuple[str, ...] = ()
    adjustment: str = ""
    deprivation_index: str = ""
    age_bands: tuple[str, ...] = ()
    rate_error: RateError | None = None
    findings: tuple[Finding, ...] = ()
    sources: tuple[TableSource, ...] = ()
    synthetic: str = ""
    periods: tuple[str, ...] = ()
    footprint: str = ""

    @classmethod
    def of(cls, cells: xr.Dataset) -> CellFacts:
        """Give what is known of cells; whatever was selected or assigned, their attributes carry it.

        Parameters
        ----------
        cells
            From `read_cells`, or a selection of such cells.

        Returns
        -------
        CellFacts
            The same value for the same attributes; their text is read once.
        """
        adjustments = cells["adjustment"].values.ravel().tolist() if "adjustment" in cells.coords else []
        facts = _parse_cells(tuple(str(cells.attrs.get(name, "")) for name in KEPT), tuple(map(str, adjustments)))
        if "period_years" not in cells.coords:
            return facts
        return replace(facts, periods=tuple(map(str, cells[PERIOD].values.ravel())))

    def with_table(self, table: CheckedTable, *found: Finding) -> CellFacts:
        """Add a table that cells were given after they were read: its file, and what was found in it.

        Parameters
        ----------
        table
            As it was read.
        found
            What was found beside its own findings when it was held against the cells.

        Examples
        --------
        >>> import pandas as pd
        >>> from equitymodel.data.cells.area_neighbours import read_neighbours
        >>> table = read_neighbours(pd.DataFrame({"area": ["a", "b"], "neighbour": ["b", "b"]}))
        >>> facts = CellFacts().with_table(table)
        >>> [source.table for source in facts.sources], [finding.rule for finding in facts.findings]
        (['neighbours'], ['B03'])
        """
        source = TableSource(table.name, table.source, table.sha256)
        findings = (*self.findings, *table.findings, *found)
        return replace(self, findings=findings, sources=(*self.sources, source))

    def keep_with(self, cells: xr.Dataset) -> xr.Dataset:
        """Let cells carry these facts, in the text of their attributes, through selections and into files.

        Examples
        --------
        >>> cells = CellFacts(Group("sex", "F"), age_bands=("00-64", "65+")).keep_with(xr.Dataset())
        >>> cells.attrs["group_kind"], CellFacts.of(cells).age_bands
        ('equality_act', ('00-64', '65+'))
        """
        kept = {
            "group": self.group.name,
            "group_kind": self.group.kind,
            "reference_group": self.group.reference,
            "deprivation_index": self.deprivation_index,
            "adjustment": self.adjustment,
            "findings": write_findings(self.findings),
            "sources": write_sources(self.sources),
        }
        if self.age_bands:
            kept["age_bands"] = write_labels(self.age_bands)
        if self.rate_error is not None:
            kept[RATE_ERROR] = write_record(asdict(self.rate_error))
        if self.synthetic:
            kept["synthetic"] = self.synthetic
        if self.footprint:
            kept["footprint"] = self.footprint
        if self.periods:
            kept["periods"] = write_labels(self.periods)
        return cells.assign_attrs(kept)

    @property
    def fullest(self) -> str:
        """The fullest adjustment, as a key: ``population``, ``age_sex`` or ``need``."""
        return self.adjustments[-1]

    @property
    def when(self) -> str:
        """The periods in words; nothing where the tables name none.

        Examples
        --------
        >>> [CellFacts(periods=labels).when for labels in (("2021",), ("2021", "2022"), ("2021", "2022", "2024"))]
        ['2021', '2021 and 2022', '2021 to 2024, 3 periods']
        """
        if len(self.periods) <= 2:
            return " and ".join(self.periods)
        return f"{self.periods[0]} to {self.periods[-1]}, {len(self.periods)} periods"

    @property
    def basis(self) -> str:
        """What a comparison of these cells rests on, in words.

        Examples
        --------
        >>> CellFacts(Group("sex", "F"), ("population", "age_sex")).basis
        'for the same age, with need not measured'
        """
        return self.group.adjusted(BASIS[self.fullest])


@lru_cache(maxsize=REMEMBERED)
def _parse_cells(texts: tuple[str, ...], adjustments: tuple[str, ...]) -> CellFacts:
    """Read facts from the text of attributes."""
    kept = dict(zip(KEPT, texts, strict=True))
    return CellFacts(
        group=Group(kept["group"] or DEPRIVATION, kept["reference_group"]),
        adjustments=adjustments,
        adjustment=kept["adjustment"],
        deprivation_index=kept["deprivation_index"],
        age_bands=read_labels(kept["age_bands"]),
        rate_error=RateError(**read_record(kept[RATE_ERROR])) if kept[RATE_ERROR] else None,
        findings=read_findings(kept["findings"]),
        sources=read_sources(kept["sources"]),
        synthetic=kept["synthetic"],
        periods=read_labels(kept["periods"]),
        footprint=kept["footprint"],
    )
