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
from equitymodel.inference.grouped.effect_shapes import value_dims
from equitymodel.spec.effect import COVARIATES, Effect
from equitymodel.vocabulary import DEPRIVATION, cell_dims

CLEAR_SIGNAL = 10.0
"""Values are well identified when their variance is this many times that of their error."""
CELL_NOISE = 0.05
"""Overdispersion allowed for in a crude value, as a coefficient of variation."""


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
    if not effect.pooled or effect.shaped or effect.kind in COVARIATES:
        return np.full(groups, not effect.pooled)
    value, variance = _crude_values(effect, cells)
    last = dims[-1]
    for dim in dims if effect.kind == "gradient" else [last]:
        value = value - value.mean(dim)
    noise = variance.mean(last)
    signal = (value**2).sum(last) / max(cells.sizes[last] - 1, 1) - noise
    clear = (signal / noise > CLEAR_SIGNAL).transpose(*dims[:-1])
    return np.asarray(clear.values, dtype=bool).ravel()


def _crude_values(effect: Effect, cells: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Estimate each value of an effect from its own cells alone, with the variance of the error."""
    used = likelihood_cells(cells)
    keep = (*effect.over, DEPRIVATION) if effect.kind == "gradient" else effect.over
    rest = [dim for dim in cell_dims(cells.dims) if dim not in keep]
    observed = count_middle(cells).where(used).sum(rest) + 0.5
    expected = headline_expected(cells).where(used).sum(rest) + 0.5
    log_ratio = np.log(observed / expected)
    variance = 1 / observed + CELL_NOISE**2 / used.sum(rest).clip(min=1)
    if effect.kind == "level":
        return log_ratio, variance
    weight = (1 / variance).where(used.any(rest), 0.0)
    share = weight / weight.sum(DEPRIVATION)
    away = cells["position"] - (share * cells["position"]).sum(DEPRIVATION)
    information = (weight * away**2).sum(DEPRIVATION).clip(min=1e-9)
    return (weight * away * log_ratio).sum(DEPRIVATION) / information, 1 / information
