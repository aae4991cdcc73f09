"""Draws of old areas, carried over to new ones: of those that were split, with how unsure their shares are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.areas.carry_known import carry, carry_people, groups_of
from equitymodel.data.areas.crosswalk import Crosswalk
from equitymodel.data.cells.same_labels import align_fields, on_same_labels
from equitymodel.estimands.fitted import FitOrDraws, admissions_of
from equitymodel.vocabulary import DEPRIVATION, ICS, SAMPLE_DIMS


@dataclass(frozen=True)
class CarriedDraws:
    """Admissions on new areas.

    Attributes
    ----------
    fitted
        Mean admissions, draw by draw; dims as before.
    expected
        Expected admissions.
    flagged
        The areas that hold part of one that was split: their counts are worked out, not counted.
    """

    fitted: xr.DataArray
    expected: xr.DataArray
    flagged: tuple[str, ...]

    def __post_init__(self) -> None:
        align_fields(self)

    @property
    def ratio(self) -> xr.DataArray:
        """Standardised ratio, draw by draw; 1 = as expected."""
        return self.fitted / self.expected


@on_same_labels
@refuses_other_types
def carry_draws(
    fitted: FitOrDraws, crosswalk: Crosswalk, *, expected: xr.DataArray | None = None, seed: int
) -> CarriedDraws:
    """Carry fitted admissions over to new areas, draw by draw.

    Residents are known, so that expected admissions go over by their shares. The share of admissions is not that of
    residents, and each draw has shares of its own: Dirichlet around those of residents, as sure as
    `Crosswalk.concentration` says. Whole areas are added up draw by draw.

    Parameters
    ----------
    fitted
        A fit, or draws of mean admissions over ``ics`` and ``deprivation``.
    crosswalk
        Which areas became which.
    expected
        Expected admissions for draws; of a fit, by default those of the fullest adjustment.
    seed
        Of the shares; the same seed gives
        the same draws.

    Returns
    -------
    CarriedDraws
        In admissions; sums over areas are those before, draw by draw, up to rounding.

    Raises
    ------
    EquityDataError
        When an area is not in the crosswalk.
    OptionError
        When an area is split by other groups than these.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.data.areas.crosswalk import read_crosswalk
    >>> walk = read_crosswalk(pd.DataFrame({"from": "A", "to": ["B", "C"], "group": "all", "weight": [0.4, 0.6]}))
    >>> draws = xr.DataArray(np.full((1, 500, 1, 1), 100.0), {"ics": ["A"], "deprivation": [1]},
    ...                      ("chain", "draw", "ics", "deprivation"))
    >>> carried = carry_draws(draws, walk, expected=draws[0, 0], seed=1)
    >>> carried.fitted.mean("draw").round(0).values.ravel().tolist(), carried.flagged
    ([40.0, 60.0], ('B', 'C'))
    """
    admissions, needed = admissions_of(fitted, expected)
    shares = draw_shares(crosswalk, admissions, seed=seed)
    carried = carry_by(admissions, crosswalk, shares)
    return CarriedDraws(carried, carry_people(needed, crosswalk), crosswalk.flagged)


def carry_by(values: xr.DataArray, crosswalk: Crosswalk, shares: Mapping[str, xr.DataArray]) -> xr.DataArray:
    """Carry draws over to new areas by shares that were drawn.

    Parameters
    ----------
    values
        Draws of what can be added up over ``ics``,
        such as admissions.
    crosswalk, shares
        Which areas became which, and from `draw_shares` in what shares.

    Returns
    -------
    xarray.DataArray
        The same unit and dims, on the new areas. See `carry_draws` for an example.
    """
    return carry(values, crosswalk, lambda area: {str(new): shares[area].sel(to=new, drop=True)
                                                  for new in shares[area]["to"].values})  # fmt: skip


def draw_shares(crosswalk: Crosswalk, draws: xr.DataArray, *, seed: int) -> dict[str, xr.DataArray]:
    """Draw the shares of each area that was split, for each draw: gamma numbers over their sum.

    Parameters
    ----------
    crosswalk, seed
        Which areas became which, and the seed of the shares.
    draws
        How many draws there are,
        of which areas and groups.

    Returns
    -------
    dict of xarray.DataArray
        By the old area; dims ``chain, draw, deprivation, to``. They add up to 1. See `carry_draws` for an example.

    Raises
    ------
    OptionError
        When an area is split by other groups than these.
    """
    rng = np.random.default_rng(seed)
    split = [area for area in map(str, draws[ICS].values) if area in crosswalk.split]
    return {area: _drawn_shares(draws, area, crosswalk, rng) for area in split}


def _drawn_shares(draws: xr.DataArray, area: str, crosswalk: Crosswalk, rng: np.random.Generator) -> xr.DataArray:
    groups = groups_of(draws, area)
    shares, sure = crosswalk.shares(area, groups), crosswalk.concentration(area, groups)
    sizes = tuple(draws.sizes[dim] for dim in SAMPLE_DIMS)
    parts = rng.gamma(shares.to_numpy() * sure[:, None], size=(*sizes, *shares.shape))
    labels = {**{dim: draws[dim].values for dim in SAMPLE_DIMS}, DEPRIVATION: groups, "to": list(shares.columns)}
    return xr.DataArray(parts / parts.sum(axis=-1, keepdims=True), labels, (*SAMPLE_DIMS, DEPRIVATION, "to"))
