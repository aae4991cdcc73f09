"""What a decision is about: one procedure, in one ICS or in all together."""

from __future__ import annotations

import xarray as xr

from equitymodel.data.tables.areas import find_area
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE


def in_scope(values: xr.DataArray, area: str = "", procedure: str = "") -> xr.DataArray:
    """Choose one procedure, and one ICS if one is asked for, as the only one.

    Parameters
    ----------
    values
        With the dims ``ics`` and ``procedure``, and any others.
    area, procedure
        By their labels; the procedure may be left out where there is one.

    Returns
    -------
    xarray.DataArray
        With the same dims.

    Raises
    ------
    OptionError
        When there is no such ICS or procedure, or several procedures and none is chosen.

    Examples
    --------
    >>> values = xr.DataArray([[1.0, 2.0]], {"ics": ["Devon"], "procedure": ["hip", "eye"]})
    >>> in_scope(values, procedure="eye").values.tolist()
    [[2.0]]
    """
    known = [str(name) for name in values[PROCEDURE].values]
    if not procedure and len(known) > 1:
        raise OptionError(f"choose one procedure: {', '.join(known)}")
    chosen = _one(values, PROCEDURE, procedure or known[0])
    return _one(chosen, ICS, area) if area else chosen


def place_named(area: str, cells: xr.Dataset) -> tuple[str, str]:
    """Find the place that is meant by a code or a name.

    Parameters
    ----------
    area
        A code or a name, as for `find_area`; nothing, or ``All ICSs``, for all together.
    cells
        With ``ics``, and the names ``ics_name`` where they are known.

    Returns
    -------
    tuple of str
        Its label, empty for all together; and its name with the code, for headings.

    Raises
    ------
    OptionError
        When there is no such ICS, naming the nearest; or two of that name.

    Examples
    --------
    >>> cells = xr.Dataset(coords={"ics": ["E54000037"], "ics_name": ("ics", ["Devon"])})
    >>> place_named("NHS Devon", cells), place_named("", cells)
    (('E54000037', 'Devon (E54000037)'), ('', 'All ICSs'))
    """
    named = cells if "ics_name" in cells.coords else cells.assign_coords(ics_name=cells[ICS].astype(str))
    code = find_area(area or ALL_ICS, named)
    if code == ALL_ICS:
        return "", ALL_ICS
    name = str(named["ics_name"].values[list(named[ICS].values.astype(str)).index(code)])
    return code, name if name == code else f"{name} ({code})"


def _one(values: xr.DataArray, dim: str, label: str) -> xr.DataArray:
    names = [str(name) for name in values[dim].values]
    if label not in names:
        raise OptionError(f"no {dim} is called '{label}'; the results have {', '.join(names[:5])}")
    return values.isel({dim: [names.index(label)]})
