"""Who was exposed to an interruption, and from when: exposed cells, controls, and starts by ICS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np
import xarray as xr

from equitymodel.errors import SpecError
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES, DEPRIVATION, ICS, PROCEDURE, nearest

ALL_OF = {ICS: ALL_ICS, PROCEDURE: ALL_PROCEDURES}
EXPOSED_BY = (ICS, PROCEDURE)
"""What can be exposed or not; deprivation groups of one place are compared as a gap."""

Exposed = Mapping[str, Iterable[str]]


def tidy_exposed(exposed: Exposed) -> dict[str, tuple[str, ...]]:
    """Put exposed labels in order, and refuse a declaration that exposes nobody.

    Raises
    ------
    SpecError
        When it names nothing that can be exposed, or no label.

    Examples
    --------
    >>> tidy_exposed({"ics": ["QOP", "QE1"]})
    {'ics': ('QE1', 'QOP')}
    """
    found = {}
    for dim, labels in exposed.items():
        if dim == DEPRIVATION:
            raise SpecError("interruption: deprivation groups are not exposed or controls here; ask outcome='gap'")
        if dim not in EXPOSED_BY:
            raise SpecError(f"interruption: exposed by '{dim}' is not known. {nearest(dim, EXPOSED_BY)}")
        if isinstance(labels, str):
            raise SpecError(f"interruption: exposed['{dim}'] is a tuple of labels, such as ('{labels}',)")
        found[dim] = tuple(sorted({str(label) for label in labels}))
    if not found or not all(found.values()):
        raise SpecError("interruption: exposed names nobody. Name labels, such as {'ics': ('QE1',)}, or leave it out")
    return dict(sorted(found.items()))


def tidy_starts(starts: Mapping[str, str], exposed: Exposed | None, date: str) -> dict[str, str]:
    """Put starts in order, and refuse one for an ICS that is not exposed.

    Raises
    ------
    SpecError
        When an ICS has a start and is not exposed, or nobody who is exposed starts at the date.

    Examples
    --------
    >>> tidy_starts({"QOP": "2023-07-01"}, {"ics": ("QE1", "QOP")}, "2023-04-01")
    {'QOP': '2023-07-01'}
    """
    allowed = set((exposed or {}).get(ICS, ()))
    if allowed and (others := sorted(set(starts) - allowed)):
        raise SpecError(
            f"interruption: {', '.join(others)} has a start and is not exposed. Add it to exposed['ics'], "
            "or take its start out"
        )
    if allowed == set(starts) and date not in starts.values():
        raise SpecError(
            f"interruption: everyone exposed has a start of their own and nobody starts at the date, {date}. "
            f"Say date='{min(starts.values())}', the first of them"
        )
    return dict(sorted(starts.items()))


def exposed_cells(exposed: Exposed | None, series: xr.Dataset) -> xr.DataArray:
    """Mark the exposed cells of a series.

    Parameters
    ----------
    exposed
        From `tidy_exposed`; a cell is exposed if it is named in every dimension that is. None: all are.
    series
        From `read_series`.

    Returns
    -------
    xarray.DataArray
        Over the dimensions named; a single true value if none is.

    Raises
    ------
    SpecError
        When a label is not in the series, or nobody is left as a control.

    Examples
    --------
    >>> series = xr.Dataset(coords={"ics": ["QE1", "QOP", "QYG"]})
    >>> exposed_cells({"ics": ("QE1",)}, series).values
    array([ True, False, False])
    """
    found = xr.DataArray(True)
    for dim, labels in (exposed or {}).items():
        refuse_unknown(labels, series, dim)
        found = found & xr.DataArray(
            np.isin(series[dim].values.astype(str), list(labels)), {dim: series[dim].values}, dims=dim
        )
    if exposed and bool(found.all()):
        raise SpecError(
            "every cell of this series is exposed, so that nobody is left as a control. Read controls into the "
            "series, or leave exposed out of the declaration"
        )
    return found.rename("exposed")


def refuse_unknown(labels: Iterable[str], series: xr.Dataset, dim: str) -> None:
    """Refuse labels that a series does not have.

    Raises
    ------
    SpecError
        Names them, and the nearest that there is.
    """
    known = [str(label) for label in series[dim].values.ravel()] if dim in series.coords else []
    if (unknown := [label for label in labels if label not in known]) and known in ([], [ALL_OF.get(dim)]):
        raise SpecError(f"this series has no column {dim}, so that nobody in it is a control of {dim} '{unknown[0]}'. "
                        "Read a series with a row for each of those exposed and of their controls")  # fmt: skip
    if unknown:
        raise SpecError(f"the series has no {dim} '{unknown[0]}'. {nearest(unknown[0], known)}")


def moved(day: dt.date, *, start: dt.date, to: dt.date) -> dt.date:
    """Move a day as far as another was moved: by whole months where that is how far it was.

    Examples
    --------
    >>> moved(dt.date(2023, 7, 1), start=dt.date(2023, 4, 1), to=dt.date(2021, 12, 1))
    datetime.date(2022, 3, 1)
    """
    if start.day != 1 or to.day != 1 or day.day != 1:
        return day + (to - start)
    months = day.year * 12 + day.month - 1 + (to.year - start.year) * 12 + to.month - start.month
    return dt.date(months // 12, months % 12 + 1, 1)
