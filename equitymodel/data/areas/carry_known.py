"""People and expected admissions of old areas, carried over to new ones in shares of each group."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.areas.crosswalk import Crosswalk
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, ICS


@refuses_other_types
def carry_people(values: xr.DataArray, crosswalk: Crosswalk) -> xr.DataArray:
    """Carry people, or expected admissions, over to new areas, by shares of each group.

    Parameters
    ----------
    values
        Sums, such as people; dims ``ics`` and, where an area is split by groups, ``deprivation``. Those with dims
        ``age_band`` or ``sex`` go by shares of each band and sex, where the crosswalk has these.
    crosswalk
        Which areas became which.

    Returns
    -------
    xarray.DataArray
        The same unit and dims, on the new areas; the total is the same.

    Raises
    ------
    EquityDataError
        When an area is not in the crosswalk (rule A02).
    OptionError
        When an area is split by groups that these values do not have.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.data.areas.crosswalk import read_crosswalk
    >>> walk = read_crosswalk(pd.DataFrame({"from": ["A", "B"], "to": ["C", "C"]}))
    >>> carry_people(xr.DataArray([1.0, 2.0], {"ics": ["A", "B"]}, "ics"), walk).to_series().to_dict()
    {'C': 3.0}
    """
    return carry(values, crosswalk, lambda area: _known_shares(values, area, crosswalk))


def carry(values: xr.DataArray, crosswalk: Crosswalk, shares: Callable[[str], dict[str, xr.DataArray]]) -> xr.DataArray:
    """Add up what goes to each new area: whole areas as they are, of others their shares.

    Parameters
    ----------
    values
        Sums over ``ics``.
    crosswalk
        Which areas became which.
    shares
        Gives the shares of an area that is split, by new area.

    Returns
    -------
    xarray.DataArray
        On the new areas, in the order of their codes.
    """
    old = [str(area) for area in values[ICS].values]
    crosswalk.require(old, DataLog("areas"))
    parts: dict[str, list[xr.DataArray]] = {}
    for area in old:
        own = values.sel({ICS: area}, drop=True)
        became = crosswalk.becomes(area)
        split = {became[0]: None} if area not in crosswalk.split else shares(area)
        for new, share in split.items():
            parts.setdefault(new, []).append(own if share is None else own * share)
    sums = [sum(found[1:], start=found[0]) for _, found in sorted(parts.items())]
    return xr.concat(sums, xr.Variable(ICS, np.array(sorted(parts))), coords="minimal").transpose(*values.dims)


def shares_array(values: xr.DataArray, area: str, crosswalk: Crosswalk) -> xr.DataArray:
    """Give the shares of an area as an array of its groups, the ages and sexes of values, and new areas."""
    groups = groups_of(values, area)
    strata = [stratum for stratum in crosswalk.strata_of(area) if stratum in values.dims]
    parts = {labels: crosswalk.shares(area, groups, **dict(zip(strata, map(str, labels), strict=True)))
             for labels in product(*(values[stratum].values for stratum in strata))}  # fmt: skip
    new = crosswalk.becomes(area)
    sizes = [values.sizes[stratum] for stratum in strata]
    numbers = np.stack([part.reindex(columns=new, fill_value=0.0).to_numpy(float) for part in parts.values()])
    labels = {**{stratum: values[stratum].values for stratum in strata}, DEPRIVATION: groups, "to": list(new)}
    return xr.DataArray(numbers.reshape(*sizes, len(groups), len(new)), labels, (*strata, DEPRIVATION, "to"))


def groups_of(values: xr.DataArray, area: str) -> list[int]:
    """Give the groups of deprivation of values, which shares of a split area are of.

    Raises
    ------
    OptionError
        When values have none.
    """
    if DEPRIVATION not in values.dims:
        raise OptionError(f"{area} is split by groups of deprivation, and these values have none: give them by group")
    return [int(group) for group in values[DEPRIVATION].values]


def _known_shares(values: xr.DataArray, area: str, crosswalk: Crosswalk) -> dict[str, xr.DataArray]:
    array = shares_array(values, area, crosswalk)
    return {str(new): array.sel(to=new, drop=True) for new in array["to"].values}
