"""Age that acts differently by deprivation: what each cell would have if its ages were those of the nation.

Each age band of a procedure is first fitted as a procedure of its own. Every draw of that fit says
how the admissions of a cell divide among its bands, and so by how much its expected admissions
must change for ratios to be directly standardised. The model of all ages is then fitted to those
draws, as it is to draws of need: variation that the ages of a cell share is counted once, and
results are per procedure.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.cells.bands import add_up_bands, by_band, weigh_bands
from equitymodel.data.cells.rate_error import RATE_DRAW, RATE_ERROR
from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.inference.grouped.predict import AGE_ERROR, draw_expected, draw_fitted, draw_ratios
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import SAMPLE_DIMS, cell_dims


def draw_age_error(spec: ModelSpec, cells: xr.Dataset, posterior: xr.Dataset, *, draws: int, seed: int) -> xr.DataArray:
    """Draw how expected admissions change when ratios are directly standardised over age bands.

    Parameters
    ----------
    spec
        The specification that was fitted to the bands.
    cells
        From `read_cells`, with `age_bands`.
    posterior
        Draws of the fit to `by_band` of these cells.
    draws
        How many of them to take.
    seed
        Seed of the choice.

    Returns
    -------
    xarray.DataArray
        Log of `equalising_expected` over reported expected admissions; dims ``draw, ics, deprivation,
        procedure``; 0 where there is nobody. Where reference rates are drawn, so are those of bands.
    """
    own = by_band(cells)
    every = posterior.stack(every=SAMPLE_DIMS, create_index=False).drop_vars(SAMPLE_DIMS)
    chosen = np.random.default_rng([seed, 19]).choice(every.sizes["every"], draws, replace=False)
    some = every.isel(every=chosen).rename_dims(every="draw").expand_dims(chain=1)
    ratio = draw_ratios(spec, some, own)
    fitted = draw_fitted(ratio, draw_expected(own, some))
    if RATE_ERROR in own:
        at = np.arange(draws) % own.sizes[RATE_DRAW]
        ratio = ratio * np.exp(-own[RATE_ERROR].rename({RATE_DRAW: "draw"}).isel(draw=at))
    reported = headline_expected(cells).drop_vars("adjustment")
    away = np.log(equalising_expected(fitted, ratio, cells) / reported.where(reported > 0))
    return away.isel(chain=0, drop=True).fillna(0.0).transpose("draw", *cell_dims(away.dims)).rename(AGE_ERROR)


def equalising_expected(fitted: xr.DataArray, ratio: xr.DataArray, cells: xr.Dataset) -> xr.DataArray:
    r"""Compute the expected admissions whose ratio to fitted ones is the directly standardised ratio.

    .. math:: m = \frac{\sum_b \mu_b}{\sum_b w_b\, r_b}

    Parameters
    ----------
    fitted
        Fitted admissions by band, at the ages that live in each cell.
    ratio
        Fitted over expected admissions, by band.
    cells
        The cells that carry the bands, and the national age structure *w*.

    Returns
    -------
    xarray.DataArray
        In admissions, by procedure; dims of `fitted`. Without interaction, where the ratios of a
        cell are equal, these are the expected admissions of indirect standardisation.

    Examples
    --------
    >>> own = {"ics": ["QE1"], "deprivation": [1], "procedure": ["hip, 0-64", "hip, 65+"]}
    >>> fitted, ratio = (xr.DataArray([[values]], own) for values in ([20.0, 60.0], [0.5, 1.0]))
    >>> cells = xr.Dataset(
    ...     {"band_share": (("band", "procedure"), [[0.4], [0.6]]), "offered": (list(own), [[[True]]])},
    ...     {"ics": ["QE1"], "deprivation": [1], "procedure": ["hip"], "band": own["procedure"]},
    ... )
    >>> equalising_expected(fitted, ratio, cells).item()
    100.0
    """
    direct = weigh_bands(ratio, cells)
    return add_up_bands(fitted, cells) / direct.where(direct > 0)
