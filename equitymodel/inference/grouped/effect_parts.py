"""The parts of an effect, what lasts and what is new every year, with their designs over groups and years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from equitymodel.data.cells.years import middles_of
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.over_years import CONSTANT, YEARLY, basis_over_years
from equitymodel.vocabulary import ICS, PERIOD, group_dim


@dataclass(frozen=True)
class EffectPart:
    """A part of an effect that has values of its own: the whole of it, what lasts of it, or the noise of a year.

    Attributes
    ----------
    effect
        The effect it belongs to.
    variable
        The name of its values among the draws.
    over_years
        How it changes from year to year.
    lasts
        Whether it is the share of the variance that lasts (or that neighbours, or procedures, have in common), or the
        rest; None where the effect has no share.
    """

    effect: Effect
    variable: str
    over_years: str
    lasts: bool | None = None

    @property
    def this_year(self) -> bool:
        """Whether it is noise of a year, which the next year does not have."""
        return self.lasts is False and self.effect.share_that_lasts is not None

    @property
    def smooth(self) -> bool:
        """Whether it is what neighbours have in common."""
        return self.lasts is True and self.effect.share_of_neighbours is not None

    @property
    def sum_to_zero(self) -> str | None:
        """The grouping over which its values sum to zero; the noise of a year has no such sum."""
        return None if self.this_year else self.effect.sum_to_zero

    def tail(self, dims: Mapping[str, object]) -> tuple[str, ...]:
        """Name the dimensions of its values beside those that the effect varies over: groups, and years."""
        groups = (group_dim(dims),) if self.effect.shaped else ()
        return groups + ((PERIOD,) if PERIOD in dims and self.over_years != CONSTANT else ())


def parts_of(effect: Effect) -> tuple[EffectPart, ...]:
    """Divide an effect into its parts.

    Examples
    --------
    >>> from equitymodel.spec.library import load_model
    >>> [part.variable for part in parts_of(load_model().effect("ics_deviation"))]
    ['ics_deviation_effect', 'ics_deviation_this_year_effect']
    """
    if effect.share_of_neighbours is not None:
        own = EffectPart(effect, effect.variable, effect.over_years, lasts=False)
        return (own, replace(own, variable=f"{effect.name}_of_neighbours_effect", lasts=True))
    if effect.share_of_procedures is not None:
        alike = replace(effect, over=(ICS,), share_of_procedures=None)
        own = EffectPart(effect, effect.variable, effect.over_years, lasts=False)
        return (own, EffectPart(alike, f"{effect.name}_of_all_procedures_effect", effect.over_years, lasts=True))
    if effect.share_that_lasts is None:
        return (EffectPart(effect, effect.variable, effect.over_years),)
    lasting = EffectPart(effect, effect.variable, effect.over_years, lasts=True)
    if effect.part_of_extra_variation:
        return (lasting,)
    return (lasting, EffectPart(effect, f"{effect.name}_this_year_effect", YEARLY, lasts=False))


def all_parts(spec: ModelSpec) -> tuple[EffectPart, ...]:
    """Divide every effect of a model into its parts, in order."""
    return tuple(part for effect in spec.effects for part in parts_of(effect))


def middles_of_years(cells: xr.Dataset) -> np.ndarray:
    """Give the middle of each year of the cells; a single 0 where they are of one year."""
    return middles_of(cells).values if PERIOD in cells.dims else np.zeros(1)


def years_basis(part: EffectPart, cells: xr.Dataset) -> np.ndarray:
    """Make the basis of a part over the years of the cells; years by shapes."""
    return basis_over_years(part.over_years, middles_of_years(cells), part.effect.correlation)


def cell_design(part: EffectPart, cells: xr.Dataset) -> np.ndarray:
    """Make the design of a part over the groups and years of a pair of ICS and procedure.

    Returns
    -------
    numpy.ndarray
        Shape (groups x years, shapes), the years of a group together.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> part = parts_of(load_model().effect("ics_deviation"))[0]
    >>> cell_design(part, simulate_cells(seed=1)[0]).shape
    (5, 3)
    """
    return np.kron(part.effect.form.basis(cells), years_basis(part, cells))


def value_basis(part: EffectPart, cells: xr.Dataset) -> np.ndarray:
    """Make the map from the weights of the shapes of a part to its named values, along the dimensions of `tail`.

    Returns
    -------
    numpy.ndarray
        Shape (values, shapes).
    """
    own = part.effect.form.basis(cells) if part.effect.shaped else np.ones((1, 1))
    return own if part.over_years == CONSTANT else np.kron(own, years_basis(part, cells))
