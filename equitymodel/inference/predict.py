"""From draws of effects to draws of ratios and admissions, cell by cell."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy import stats

from equitymodel.data.cells import headline_expected
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import CELL_DIMS, SAMPLE_DIMS


def draw_ratios(spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset) -> xr.DataArray:
    r"""Combine effects into the standardised ratio of every cell, draw by draw.

    .. math:: \theta_{iqp} = \exp(\text{levels} + \text{gradients} \times (x_q - 1/2) + \text{departures})

    Parameters
    ----------
    spec
        The specification that was fitted.
    draws
        Draws of its effects; dims ``chain, draw`` and those of each effect.
    cells
        The cells it was fitted to.

    Returns
    -------
    xarray.DataArray
        Ratio of fitted to expected admissions; dims ``chain, draw, ics, deprivation,
        procedure``; no unit; 1 = as expected. Missing where a cell does not exist.

    Examples
    --------
    >>> from equitymodel.simulate.counts import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=2, procedures=1, seed=1)
    >>> spec = load_model("gap_by_procedure").for_sizes(cells.sizes)
    >>> zero = {effect.variable: 0.0 for effect in spec.effects}
    >>> float(draw_ratios(spec, xr.Dataset(zero).expand_dims(chain=1, draw=1), cells).max())
    1.0
    """
    distance = cells["position"] - 0.5
    terms = [_contribution(effect, draws, distance) for effect in spec.for_sizes(cells.sizes).effects]
    log_ratio = sum(terms[1:], terms[0])
    exists = cells["offered"]
    return np.exp(log_ratio).where(exists).transpose(*SAMPLE_DIMS, *CELL_DIMS).rename("standardised_ratio")


def _contribution(effect: Effect, draws: xr.Dataset, distance: xr.DataArray) -> xr.DataArray:
    values = draws[effect.variable]
    return values * distance if effect.kind == "gradient" else values


def hyperparameters(posterior: xr.Dataset) -> xr.Dataset:
    """Choose the spreads of pooled effects and the extra variations among the draws.

    Parameters
    ----------
    posterior
        Draws by name, as an engine gives them.

    Returns
    -------
    xarray.Dataset
        Only the hyperparameters, with their dims; log scale for spreads, a share for extra variation.

    Examples
    --------
    >>> list(hyperparameters(xr.Dataset({"ics_gradient_effect": 0.1, "ics_gradient_sd": 0.2})))
    ['ics_gradient_sd']
    """
    names = [name for name in posterior.data_vars if str(name).endswith("_sd") or name == "extra_variation"]
    return posterior[names]


def draw_fitted(ratio: xr.DataArray, cells: xr.Dataset) -> xr.DataArray:
    """Turn ratios into fitted admissions: expected x ratio, without count noise.

    Parameters
    ----------
    ratio
        From `draw_ratios`.
    cells
        The cells it was fitted to.

    Returns
    -------
    xarray.DataArray
        Mean admissions, same dims, in admissions.

    Examples
    --------
    >>> from equitymodel.simulate.counts import simulate_cells
    >>> cells, truth = simulate_cells(areas=2, seed=1)
    >>> bool((draw_fitted(truth.ratio * 0 + 1, cells) == headline_expected(cells)).all())
    True
    """
    return (ratio * headline_expected(cells).drop_vars("adjustment", errors="ignore")).rename("fitted")


def draw_predicted(fitted: xr.DataArray, draws: xr.Dataset, *, seed: int) -> xr.DataArray:
    """Draw new counts of admissions, with count noise, for posterior predictive checks.

    Parameters
    ----------
    fitted
        From `draw_fitted`.
    draws
        Draws that hold ``extra_variation`` by procedure, if the model has it.
    seed
        Seed of the random numbers.

    Returns
    -------
    xarray.DataArray
        Whole numbers of admissions, same dims.

    Examples
    --------
    >>> mean = xr.DataArray(np.full((1, 2, 3), 50.0), dims=("chain", "draw", "procedure"))
    >>> draw_predicted(mean, xr.Dataset(), seed=1).shape
    (1, 2, 3)
    """
    rng = np.random.default_rng(seed)
    mean = fitted.fillna(0.0)
    if "extra_variation" in draws:
        shape = (draws["extra_variation"] ** -2).broadcast_like(fitted).transpose(*fitted.dims)
        mean = mean * mean.copy(data=rng.gamma(shape.values, 1.0 / shape.values))
    return mean.copy(data=rng.poisson(mean.values)).rename("predicted")


def log_likelihood(fitted: xr.DataArray, draws: xr.Dataset, admissions: xr.DataArray) -> xr.DataArray:
    """Give the log probability of each observed count in each draw.

    Parameters
    ----------
    fitted
        From `draw_fitted`.
    draws
        Draws that hold ``extra_variation`` by procedure, if the model has it.
    admissions
        Observed counts; missing where not known.

    Returns
    -------
    xarray.DataArray
        Log probabilities, dims of `fitted`; missing where the count is.

    Examples
    --------
    >>> mean = xr.DataArray([[[2.0]]], dims=("chain", "draw", "procedure"))
    >>> log_likelihood(mean, xr.Dataset(), xr.DataArray([2.0], dims="procedure")).round(3).item()
    -1.307
    """
    if "extra_variation" not in draws:
        return xr.apply_ufunc(stats.poisson.logpmf, admissions, fitted).transpose(*fitted.dims)
    shape = draws["extra_variation"] ** -2
    result = xr.apply_ufunc(stats.nbinom.logpmf, admissions, shape, shape / (shape + fitted))
    return result.transpose(*fitted.dims)
