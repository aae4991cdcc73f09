"""New values of effects, from what the model believes of values like them: of the next year, or of another ICS."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.inference.grouped.effect_parts import EffectPart
from equitymodel.inference.grouped.smooth_areas import mixing_of
from equitymodel.vocabulary import SAMPLE_DIMS, group_dim


def sd_of_part(part: EffectPart, draws: xr.Dataset, rng: np.random.Generator) -> xr.DataArray:
    """Give the standard deviation of a part, draw by draw; from its prior where it was not estimated.

    Parameters
    ----------
    part
        A part of an effect.
    draws
        Draws of hyperparameters.
    rng
        Random numbers.

    Returns
    -------
    xarray.DataArray
        On the log scale; dims ``chain, draw`` and what standard deviations vary over.
    """
    effect = part.effect
    empty = xr.DataArray(np.zeros((draws.sizes["chain"], draws.sizes["draw"])), dims=SAMPLE_DIMS)
    if not effect.pooled:
        return empty + effect.belief.scale
    if effect.spread_variable not in draws:
        return empty + effect.belief.draw(rng, empty.shape)
    total = draws[effect.spread_variable]
    if part.lasts is None:
        return total
    share = draws[effect.share_variable]
    return total * np.sqrt(share if part.lasts else 1.0 - share)


def draw_new_values(
    part: EffectPart,
    sd: xr.DataArray,
    draws: xr.Dataset,
    cells: xr.Dataset,
    rng: np.random.Generator,
    *,
    held: bool = True,
) -> xr.DataArray:
    """Draw new values of a part of an effect with this standard deviation.

    Parameters
    ----------
    part, sd
        A part of an effect, and its standard deviation.
    draws, cells
        How many draws, and for which cells of one year.
    rng
        Random numbers.
    held
        Whether values that sum to zero among those fitted do so among the new ones; not where these are beside them.

    Returns
    -------
    xarray.DataArray
        On the log scale; dims ``chain, draw``, those of the effect, and groups if it has shapes.
    """
    groups, basis = group_dim(cells.dims), part.effect.form.basis(cells)
    shapes = basis.shape[1]
    weights = draw_weights(part, (draws.sizes["chain"], draws.sizes["draw"]), cells, shapes, rng) * sd
    if part.sum_to_zero and held:
        weights = weights - weights.mean(part.sum_to_zero)
    if not part.effect.shaped:
        return weights.isel(shape=0, drop=True)
    return xr.dot(
        weights, xr.DataArray(basis, dims=(groups, "shape"), coords={groups: cells[groups].values}), dim="shape"
    )


def draw_weights(
    part: EffectPart, draws: tuple[int, int], cells: xr.Dataset, shapes: int, rng: np.random.Generator
) -> xr.DataArray:
    """Draw weights of scale one for the shapes of a part of an effect: with heavy tails, or shared by neighbours.

    As many chains, and draws of each, as `draws` says; dims ``chain, draw``, those of the effect, and ``shape``.
    """
    effect = part.effect
    size = (*draws, *(cells.sizes[dim] for dim in effect.dims), shapes)
    standard = rng.standard_t(2.0, size) if effect.heavy_tails else rng.standard_normal(size)
    coords = {dim: cells[dim].values for dim in effect.dims}
    mixing = mixing_of(part, cells)
    if mixing is not None:
        standard = np.moveaxis(np.moveaxis(standard, -2, -1) @ mixing, -1, -2)
    return xr.DataArray(standard, dims=(*SAMPLE_DIMS, *effect.dims, "shape"), coords=coords)
