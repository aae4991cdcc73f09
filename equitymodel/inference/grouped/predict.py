"""From draws of effects to draws of ratios and admissions, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from equitymodel.data.cells.rate_error import RATE_ERROR
from equitymodel.inference.grouped.effect_parts import EffectPart, all_parts
from equitymodel.inference.grouped.effect_shapes import weight_in_cells
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import PERIOD, SAMPLE_DIMS, cell_dims

NEED_ERROR, AGE_ERROR = "need_error", "age_error"
ERRORS_OF_EXPECTED = (NEED_ERROR, RATE_ERROR, AGE_ERROR)
"""What makes expected admissions uncertain; with one of them, draws are pooled over several posteriors."""
COUNTED_AS_NEED = "counted_as_need"
"""What covariates that count as need add to the log of expected admissions."""
LARGE = 1e100
"""Sums of relative probabilities are scaled down by this before they overflow."""


def errors_of_expected(posterior: xr.Dataset) -> list[str]:
    """Name what makes expected admissions uncertain: such draws come from several posteriors and are not reweighted.

    Examples
    --------
    >>> errors_of_expected(xr.Dataset({"need_error": 0.0}))
    ['need_error']
    """
    return [name for name in ERRORS_OF_EXPECTED if name in posterior]


def draw_ratios(spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset, *, this_year: bool = False) -> xr.DataArray:
    r"""Combine effects into the standardised ratio of every cell, draw by draw.

    .. math:: \theta_{iqp} = \exp(\text{levels} + \text{gradients} \times (x_q - 1/2)
              + \text{departures} + \text{contrasts})

    Parameters
    ----------
    spec
        The specification that was fitted.
    draws
        Draws of its effects; dims ``chain, draw`` and those of each effect. What is ``counted_as_need`` among them is
        in expected admissions, and therefore not in the ratio.
    cells
        The cells it was fitted to.
    this_year
        Whether to keep the noise of a year that procedures of an ICS have in common; without it the ratio is that
        of the area as it is, which lasts.

    Returns
    -------
    xarray.DataArray
        Ratio of fitted to expected admissions; dims ``chain, draw, ics, deprivation,
        procedure``, and ``period`` if the cells have years; no unit; 1 = as expected. Missing where a cell does
        not exist.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=2, procedures=1, seed=1)
    >>> spec = load_model("gap_by_procedure").for_sizes(cells.sizes)
    >>> zero = {effect.variable: 0.0 for effect in spec.effects}
    >>> float(draw_ratios(spec, xr.Dataset(zero).expand_dims(chain=1, draw=1), cells).max())
    1.0
    """
    parts = all_parts(spec.for_sizes(cells.sizes))
    terms = [_contribution(part, draws, cells) for part in parts if this_year or not part.this_year]
    log_ratio = sum(terms[1:], terms[0]) - draws.get(COUNTED_AS_NEED, 0.0)
    exists = cells["offered"]
    ratio = np.exp(log_ratio).where(exists)
    if PERIOD in cells.dims and PERIOD not in ratio.dims:
        ratio = ratio.expand_dims({PERIOD: cells[PERIOD]})
    return ratio.transpose(*SAMPLE_DIMS, *cell_dims(cells.dims)).rename("standardised_ratio")


def _contribution(part: EffectPart, draws: xr.Dataset, cells: xr.Dataset) -> xr.DataArray:
    """Compute what a part of an effect adds to the log ratio of each cell."""
    values = draws[part.variable]
    return values if part.effect.shaped else values * weight_in_cells(part.effect.form, cells)


def hyperparameters(posterior: xr.Dataset) -> xr.Dataset:
    """Choose the hyperparameters among the draws: standard deviations of effects, and overdispersions.

    Parameters
    ----------
    posterior
        Draws by name, as an engine gives them.

    Returns
    -------
    xarray.Dataset
        Only the hyperparameters, with their dims; standard deviations on the log scale, overdispersions as
        coefficients of variation.

    Examples
    --------
    >>> list(hyperparameters(xr.Dataset({"ics_gradient_effect": 0.1, "ics_gradient_sd": 0.2})))
    ['ics_gradient_sd']
    """
    ends = ("_sd", "_share")
    names = [name for name in posterior.data_vars if str(name).endswith(ends) or name == "extra_variation"]
    return posterior[names]


def draw_expected(cells: xr.Dataset, draws: xr.Dataset, adjustment: str | None = None) -> xr.DataArray:
    """Compute expected admissions, draw by draw where they are uncertain.

    Parameters
    ----------
    cells
        From `read_cells`.
    draws
        Draws that hold ``need_error``, ``rate_error`` or ``age_error``, the log of true over reported
        expected admissions, if need or rates have an error or there are age bands; and ``counted_as_need``, what
        covariates add that count as need.
    adjustment
        What they are adjusted for; by default the fullest adjustment, which alone has need in it.

    Returns
    -------
    xarray.DataArray
        In admissions; dims of cells, and ``chain, draw`` where something is uncertain.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> cells, _ = simulate_cells(areas=2, seed=1)
    >>> draw_expected(cells, xr.Dataset()).dims
    ('ics', 'deprivation', 'procedure')
    """
    fullest = cells["adjustment"].values[-1]
    expected = cells["expected_admissions"].sel(adjustment=adjustment or fullest, drop=True)
    uncertain = [NEED_ERROR, COUNTED_AS_NEED] if adjustment in (None, fullest) else []
    uncertain += [RATE_ERROR, AGE_ERROR] if adjustment != "population" else []
    errors = [draws[name] for name in uncertain if name in draws]
    if not errors:
        return expected
    return (expected * np.exp(sum(errors[1:], errors[0]))).transpose(*SAMPLE_DIMS, *cell_dims(cells.dims))


def draw_fitted(ratio: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    """Turn ratios into fitted admissions: expected x ratio, without count noise.

    Parameters
    ----------
    ratio
        From `draw_ratios`.
    expected
        From `draw_expected`.

    Returns
    -------
    xarray.DataArray
        Mean admissions, same dims, in admissions.

    Examples
    --------
    >>> one = xr.DataArray([[[1.5]]], dims=("chain", "draw", "ics"))
    >>> draw_fitted(one, xr.DataArray([20.0], dims="ics")).item()
    30.0
    """
    return (ratio * expected).rename("fitted")


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


def complete_counts(
    fitted: xr.DataArray, draws: xr.Dataset, low: xr.DataArray, high: xr.DataArray, *, seed: int
) -> xr.DataArray:
    """Impute interval-censored counts from their posterior predictive distribution, in each draw of the model.

    Parameters
    ----------
    fitted
        From `draw_fitted`.
    draws
        Draws that hold ``extra_variation``, if the model has it.
    low, high
        What the counts may be; missing where nothing is known.
    seed
        Seed of the random numbers.

    Returns
    -------
    xarray.DataArray
        The counts where all are known; otherwise whole numbers with the dims of `fitted`.

    References
    ----------
    Gelman A et al (2005) Multiple imputation for model checking: completed-data plots with
    missing and latent data. Biometrics 61:74. doi:10.1111/j.0006-341X.2005.031010.x

    Examples
    --------
    >>> mean = xr.DataArray(np.full((1, 200, 1), 2.0), dims=("chain", "draw", "procedure"))
    >>> one = xr.DataArray([1.0], dims="procedure")
    >>> within = complete_counts(mean, xr.Dataset(), one, one * 7, seed=1)
    >>> int(within.min()), int(within.max()) <= 7
    (1, True)
    """
    censored = (low < high).transpose(*(dim for dim in fitted.dims if dim in low.dims))
    if not bool(censored.any()):
        return low
    names = list(censored.dims)
    here = np.nonzero(censored.values.ravel())[0]
    own, bottom, top = (array.stack(cell=names).isel(cell=here) for array in (fitted, low, high))
    squared = None
    if "extra_variation" in draws:
        wide = draws["extra_variation"].broadcast_like(fitted).transpose(*fitted.dims).stack(cell=names)
        squared = wide.isel(cell=here).transpose(..., "cell").values ** 2
    count = (own * 0 + bottom).transpose(..., "cell")
    rng = np.random.default_rng([seed, 7])
    chosen = _draw_within(own.transpose(..., "cell").values, squared, bottom.values, top.values, rng)
    complete = (fitted * 0 + low).stack(cell=names).transpose(..., "cell")
    complete[{"cell": here}] = count.copy(data=chosen)
    return complete.unstack("cell").transpose(*fitted.dims)


def _relative_chances(
    mean: np.ndarray, squared: np.ndarray | None, low: np.ndarray, high: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Iterate over the counts from low to high: the relative probability of each, and their cumulative sum.

    Each follows from the one before by a ratio; beyond the highest count probabilities are 0. Both are
    rescaled together where numbers grow large.
    """
    weight = np.ones(np.broadcast_shapes(mean.shape, np.shape(low)))
    total = weight.copy()
    yield weight, total
    for step in range(int(np.nanmax(high - low, initial=0))):
        count = low + step
        more = mean / (count + 1.0)
        if squared is not None:
            more = more * (1.0 + squared * count) / (1.0 + squared * mean)
        weight = np.where(count < high, weight * more, 0.0)
        total = total + weight
        large = np.where(total > LARGE, 1.0 / LARGE, 1.0)
        weight, total = weight * large, total * large
        yield weight, total


def _draw_within(
    mean: np.ndarray, squared: np.ndarray | None, low: np.ndarray, high: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw counts between two bounds in one pass over them (reservoir sampling); shape of `mean`."""
    chosen = np.broadcast_to(low, mean.shape)
    for step, (weight, total) in enumerate(_relative_chances(mean, squared, low, high)):
        taken = rng.random(mean.shape) * total < weight
        chosen = np.where(taken, low + step, chosen)
    return chosen
