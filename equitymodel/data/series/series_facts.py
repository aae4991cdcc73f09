"""What is known of a series beside its numbers, as one value: frequency, days, exposure, breaks, findings, sources."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.calendar import Calendar
from equitymodel.data.series.frequency import Frequency, frequency_named
from equitymodel.data.tables.findings import Finding
from equitymodel.data.tables.kept_as_text import (
    TableSource,
    read_findings,
    read_records,
    read_sources,
    write_findings,
    write_records,
    write_sources,
)
from equitymodel.vocabulary import PERIOD

KEPT = ("frequency", "days", "exposure", "deprivation_index", "breaks", "findings", "sources", "footprint")
"""The attributes that facts of a series are kept in."""
REMEMBERED = 64
"""How many sets of facts are kept ready."""


@dataclass(frozen=True)
class ListedBreak:
    """A break that touches a series.

    Attributes
    ----------
    id, kind, start, end, states, source
        As in `known_breaks`; days as text, an end that is not known empty.
    masked
        Whether its periods are left out of fits.
    """

    id: str
    kind: str
    start: str
    end: str
    states: str
    source: str
    masked: bool


@dataclass(frozen=True)
class SeriesFacts:
    """What is known of a series beside its numbers.

    Attributes
    ----------
    frequency, breaks
        How long periods are, and the breaks that touch the series.
    days
        Which days admissions of a period are spread over: ``working``, ``calendar`` or ``equal``.
    exposure
        What admissions are compared with: ``population``, ``expected_admissions`` or ``none``.
    deprivation_index, findings, sources, footprint
        As for `CellFacts`.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, _ = simulate_series(seed=1)
    >>> facts = SeriesFacts.of(series)
    >>> facts.frequency.name, facts.days, facts.exposure
    ('monthly', 'working', 'expected_admissions')
    """

    frequency: Frequency
    days: str = "working"
    exposure: str = ""
    deprivation_index: str = ""
    breaks: tuple[ListedBreak, ...] = ()
    findings: tuple[Finding, ...] = ()
    sources: tuple[TableSource, ...] = ()
    footprint: str = ""

    @classmethod
    def of(cls, series: xr.Dataset) -> SeriesFacts:
        """Give what is known of a series; whatever was selected or assigned, its attributes carry it.

        Parameters
        ----------
        series
            From `read_series`, or a selection of such a series.

        Returns
        -------
        SeriesFacts
            The same value for the same attributes; their text is read once.

        Raises
        ------
        OptionError
            When the attribute ``frequency`` names none.
        """
        return _parse_series(tuple(str(series.attrs.get(name, "")) for name in KEPT))

    def keep_with(self, series: xr.Dataset) -> xr.Dataset:
        """Let a series carry these facts, in the text of its attributes, through selections and into files.

        Examples
        --------
        >>> series = SeriesFacts(frequency_named("weekly"), exposure="population").keep_with(xr.Dataset())
        >>> SeriesFacts.of(series).frequency.unit
        'weeks'
        """
        return series.assign_attrs(
            frequency=self.frequency.name,
            days=self.days,
            breaks=self.written_breaks,
            exposure=self.exposure,
            deprivation_index=self.deprivation_index,
            findings=write_findings(self.findings),
            sources=write_sources(self.sources),
            **({"footprint": self.footprint} if self.footprint else {}),
        )

    @property
    def written_breaks(self) -> str:
        """The breaks as provenance has them."""
        return write_records(asdict(item) for item in self.breaks)


@lru_cache(maxsize=REMEMBERED)
def _parse_series(texts: tuple[str, ...]) -> SeriesFacts:
    """Read facts from the text of attributes."""
    kept = dict(zip(KEPT, texts, strict=True))
    return SeriesFacts(
        frequency=frequency_named(kept["frequency"]),
        days=kept["days"] or "working",
        exposure=kept["exposure"],
        deprivation_index=kept["deprivation_index"],
        breaks=tuple(ListedBreak(**item) for item in read_records(kept["breaks"])),
        findings=read_findings(kept["findings"]),
        sources=read_sources(kept["sources"]),
        footprint=kept["footprint"],
    )


def calendar_of(series: xr.Dataset) -> Calendar:
    """Give the periods of a series as one value.

    Parameters
    ----------
    series
        From `read_series`; where it has no mask, no period is masked.

    Returns
    -------
    Calendar
        Starts, ends, frequency and mask; the same object for the same periods.

    Examples
    --------
    >>> months = xr.Dataset(coords={"period": pd.date_range("2020-01-01", periods=4, freq="MS")})
    >>> calendar_of(months.assign_attrs(frequency="monthly")).ends[-1].date().isoformat()
    '2020-05-01'
    """
    starts = pd.DatetimeIndex(series[PERIOD])
    masked = series["masked"].values if "masked" in series else np.zeros(len(starts), dtype=bool)
    return _one_of_its_kind(Calendar(SeriesFacts.of(series).frequency, starts, masked))


@lru_cache(maxsize=REMEMBERED)
def _one_of_its_kind(calendar: Calendar) -> Calendar:
    """Give the first calendar that was equal, whose ends are known."""
    return calendar
