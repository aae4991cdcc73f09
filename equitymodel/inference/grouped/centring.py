"""Centred or non-centred parametrisation of pooled effects, chosen by how well data identify each value.

The posterior is the same either way; the efficiency of sampling is not. Where data identify the values
far beyond their own error, the centred parametrisation mixes ten times as fast. Where they do not, the
standard deviation of effects may be near zero, and the centred parametrisation diverges.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.suppression import count_middle
from equitymodel.inference.grouped.effect_parts import EffectPart
from equitymodel.inference.grouped.effect_shapes import value_dims, weight_in_cells
from equitymodel.spec.effect import Effect
from equitymodel.vocabulary import PERIOD, cell_dims, group_dim

CLEAR_SIGNAL = 10.0
"""Values are well identified when their variance is this many times that of their error."""
CELL_NOISE = 0.05
"""Overdispersion allowed for in a crude value, as a coefficient of variation."""
YEAR_NOISE = 0.1
"""Where cells have years, how far what all of them say may lie from the last year, on the log scale."""


def centred_groups(effect: Effect, cells: xr.Dataset) -> np.ndarray:
    """Choose the centred parametrisation for each group of values with one standard deviation, or the non-centred.

    Parameters
    ----------
    effect
        Any effect.
    cells
        The cells it will be fitted to.

    Returns
    -------
    numpy.ndarray
        True where values are sampled directly (centred); one entry for each group, in the order of
        `value_dims` without its last. Effects that are not pooled are always centred.

    References
    ----------
    Papaspiliopoulos O, Roberts GO, Sköld M (2007) A general framework for the parametrization
    of hierarchical models. Statistical Science 22:59. doi:10.1214/088342307000000014

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> level = load_model().effect("ics_by_procedure_level")
    >>> centred_groups(level, simulate_cells(expected=2.0, seed=1)[0])
    array([False, False, False])
    """
    dims = value_dims(effect)
    groups = int(np.prod([cells.sizes[dim] for dim in dims[:-1]]))
    if not effect.pooled or not _plain(effect):
        return np.full(groups, not effect.pooled)
    column = weight_in_cells(effect.form, cells)
    value, variance = _crude_values(effect, cells, column)
    last = dims[-1]
    for dim in [last] if isinstance(column, float) else dims:
        value = value - value.mean(dim)
    noise = variance.mean(last) + (YEAR_NOISE**2 if PERIOD in cells.dims else 0.0)
    signal = (value**2).sum(last) / max(cells.sizes[last] - 1, 1) - noise
    clear = (signal / noise > CLEAR_SIGNAL).transpose(*dims[:-1])
    return np.asarray(clear.values, dtype=bool).ravel()


def centred_in_part(part: EffectPart, cells: xr.Dataset) -> np.ndarray:
    """Choose as `centred_groups` does for a part of an effect; one whose variance is a share is never centred."""
    chosen = centred_groups(part.effect, cells)
    return chosen if part.lasts is None else np.zeros_like(chosen)


def _plain(effect: Effect) -> bool:
    """Whether values are normal with one variance that all years share, and crude ones can be had from the counts."""
    whole = effect.share is None and not effect.heavy_tails
    return effect.form.centrable and effect.change.constant and whole


def _crude_values(effect: Effect, cells: xr.Dataset, column: xr.DataArray | float) -> tuple[xr.DataArray, xr.DataArray]:
    """Estimate each value of an effect from its own cells alone, with the variance of the error.

    A value that shifts every group alike comes from their counts together; one that follows a column over the
    groups from a regression on it.
    """
    used, groups = likelihood_cells(cells), group_dim(cells.dims)
    keep = effect.over if isinstance(column, float) else (*effect.over, groups)
    rest = [dim for dim in cell_dims(cells.dims) if dim not in keep]
    observed = count_middle(cells).where(used).sum(rest) + 0.5
    expected = headline_expected(cells).where(used).sum(rest) + 0.5
    log_ratio = np.log(observed / expected)
    variance = 1 / observed + CELL_NOISE**2 / used.sum(rest).clip(min=1)
    if isinstance(column, float):
        return log_ratio, variance
    weight = (1 / variance).where(used.any(rest), 0.0)
    share = weight / weight.sum(groups)
    away = column - (share * column).sum(groups)
    information = (weight * away**2).sum(groups).clip(min=1e-9)
    return (weight * away * log_ratio).sum(groups) / information, 1 / information
