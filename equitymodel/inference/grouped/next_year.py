"""Predict counts of a year: this one as it was, and the next one before it is seen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from equitymodel.data.cells.years import PERIOD_YEARS, one_year
from equitymodel.inference.grouped.effect_parts import EffectPart, middles_of_years, parts_of
from equitymodel.inference.grouped.effect_shapes import weight_in_cells
from equitymodel.inference.grouped.new_values import draw_new_values, sd_of_part
from equitymodel.inference.grouped.predict import draw_predicted
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.over_years import TREND, WALK
from equitymodel.vocabulary import PERIOD

TWO_YEARS = 2
"""With two years or more, effects may change between them."""


def draw_this_year(mean: xr.DataArray, draws: xr.Dataset, counts: xr.DataArray, *, seed: int) -> xr.DataArray:
    r"""Draw what the counts of a year would be on average if its noise were the same again.

    .. math:: \mu\, g, \quad g \sim \mathrm{Gamma}(\varphi^{-2} + y,\ \varphi^{-2} + \mu)

    with :math:`\varphi` the extra variation of a cell and *y* its count.

    Parameters
    ----------
    mean
        Fitted admissions with the noise of the year that procedures have in common.
    draws
        Draws that hold ``extra_variation``, if the model has it.
    counts
        From `complete_counts`: imputed where they are hidden, missing where nothing is known.
    seed
        Seed of the random numbers.

    Returns
    -------
    xarray.DataArray
        In admissions, count noise left out; dims of `mean`.

    Examples
    --------
    >>> mean = xr.DataArray(np.full((1, 500, 1), 100.0), dims=("chain", "draw", "procedure"))
    >>> noise = xr.Dataset({"extra_variation": (("chain", "draw", "procedure"), np.full((1, 500, 1), 1.0))})
    >>> count = xr.DataArray([150.0], dims="procedure")
    >>> bool(abs(draw_this_year(mean, noise, count, seed=1).mean() - 149.5) < 2)
    True
    """
    if "extra_variation" not in draws:
        return mean.rename("this_year")
    rng = np.random.default_rng([seed, 23])
    shape = (draws["extra_variation"] ** -2).broadcast_like(mean).transpose(*mean.dims)
    known = (counts + mean * 0).transpose(*mean.dims)
    more = shape + known.fillna(0.0)
    rate = shape + mean.where(known.notnull(), 0.0)
    noise = mean.copy(data=rng.gamma(more.values, 1.0 / rate.values))
    return (mean * noise).rename("this_year")


def draw_next_year(
    spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset, fitted: xr.DataArray, *, seed: int
) -> xr.DataArray:
    """Predict the counts of the year after the last, for the expected admissions of the last.

    Parameters
    ----------
    spec, draws, cells
        The model, its draws, and the cells they were fitted to.
    fitted
        Fitted admissions as the area is; dims of cells and draws.
    seed
        Seed of the random numbers.

    Returns
    -------
    xarray.DataArray
        Whole numbers of admissions in a year: with the noise of a year, a step of what changes from year to year,
        and count noise; dims ``chain, draw, ics, deprivation, procedure``.

    Notes
    -----
    By how much levels change from year to year only several years can tell; where the cells are of one year it comes
    from the priors, and no trend is assumed.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=5, seed=1)
    >>> fit = em.fit_model(em.load_model(), cells, engine="laplace", seed=1)
    >>> coming = draw_next_year(fit.spec, fit.posterior, cells, fit.fitted, seed=1)
    >>> bool(coming.std(["chain", "draw"]).mean() > fit.fitted.std(["chain", "draw"]).mean())
    True
    """
    mean = draw_next_mean(spec, draws, cells, fitted, seed=seed)
    return draw_predicted(mean, draws, seed=seed).where(mean.notnull()).rename("next_year")


def draw_next_mean(
    spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset, fitted: xr.DataArray, *, seed: int
) -> xr.DataArray:
    """Draw the mean of next year's counts: with all of the next year but the noise of each cell and of counting.

    Parameters
    ----------
    spec, draws, cells, fitted, seed
        As for `draw_next_year`.

    Returns
    -------
    xarray.DataArray
        In admissions a year; dims ``chain, draw, ics, deprivation, procedure``.
    """
    last = one_year(cells)
    length = float(cells[PERIOD_YEARS].values[-1]) if PERIOD_YEARS in cells.coords else 1.0
    mean = (fitted.isel({PERIOD: -1}, drop=True) if PERIOD in fitted.dims else fitted) / length
    rng = np.random.default_rng([seed, 29])
    changing, dims = spec.for_sizes({**cells.sizes, PERIOD: TWO_YEARS}), mean.dims
    for step in _steps(changing, draws, cells, last, rng):
        mean = mean * np.exp(step)
    return mean.transpose(*dims)


def _steps(
    spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset, last: xr.Dataset, rng: np.random.Generator
) -> Iterator[xr.DataArray]:
    """Draw by how much the log ratio of each cell changes to the next year, effect by effect."""
    for effect in spec.effects:
        for part in parts_of(effect):
            values = draw_step(part, draws, cells, last, rng)
            if values is not None:
                yield values if effect.shaped else values * weight_in_cells(effect.form, last)


def draw_step(
    part: EffectPart, draws: xr.Dataset, cells: xr.Dataset, last: xr.Dataset, rng: np.random.Generator,
    *, years: float = 1.0,
) -> xr.DataArray | None:  # fmt: skip
    """Draw by how much a part of an effect changes from the last year; none where it does not.

    Parameters
    ----------
    part, draws, cells
        A part of an effect, its draws, and the cells they were fitted to.
    last, rng
        For which ICSs and procedures, as cells of one year; and random numbers.
    years
        How many years after the last.

    Returns
    -------
    xarray.DataArray or None
        On the log scale; noise of a year is that of the year it is drawn for, however far.
    """  # fmt: skip
    effect = part.effect
    if part.this_year:
        return draw_new_values(part, sd_of_part(part, draws, rng), draws, last, rng)
    if part.over_years == WALK:
        return np.sqrt(years) * draw_new_values(part, sd_of_part(part, draws, rng), draws, last, rng)
    if part.over_years == TREND:
        return _trend_a_year(part, draws, cells, years)
    if part.over_years == "fading":
        kept = (effect.correlation or 0.0) ** years
        now = draws[part.variable]
        now = now.isel({PERIOD: -1}, drop=True) if PERIOD in now.dims else now
        new = draw_new_values(part, sd_of_part(part, draws, rng), draws, last, rng)
        return (kept - 1.0) * now + np.sqrt(1.0 - kept**2) * new
    return None


def _trend_a_year(part: EffectPart, draws: xr.Dataset, cells: xr.Dataset, years: float) -> xr.DataArray | None:
    """Give the change of a trend over so many years; none is assumed where there is one year only."""
    if part.variable in draws:
        middles = middles_of_years(cells)
        return years * draws[part.variable].isel({PERIOD: 0}, drop=True) / (middles[0] - middles[-1])
    return None
