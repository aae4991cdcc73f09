"""The draws that a folder of results keeps: all of them as 32-bit numbers, or some of them in three digits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.inference.grouped.cell_fit import CellFit

KEPT = "kept"
"""The attribute of draws that says how many were kept, and how."""
BITS_AWAY = 14
"""So many of the 23 binary digits of a 32-bit number are left out where draws are: three decimal digits remain."""


def fewer_draws(fit: CellFit, keep: int | None = None) -> CellFit:
    """Give a fit with the draws that are to be kept with its results.

    Parameters
    ----------
    fit
        A fit.
    keep
        How many draws of each chain, evenly spaced, rounded by at most 1 in 1,000; by default all, to 32 bits (1 in
        10 million).

    Returns
    -------
    CellFit
        The same fit; where draws were left out its ``posterior.attrs["kept"]`` says so.

    Notes
    -----
    The Monte Carlo error of what is worked out from fewer draws is larger: of independent draws, by the square root of
    the share that is left out. Published tables are of all draws.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> fewer_draws(fit, 50)
    <Fit of gap_by_procedure to 4 ics x 5 deprivation x 1 procedure, by laplace, seed 1: PASS, 50 of 1000 draws a chain>
    """
    posterior, of = fit.posterior, fit.posterior.sizes["draw"]
    if keep is None or keep >= of:
        return _with(fit, posterior.map(_single, keep_attrs=True))
    chosen = posterior.isel(draw=np.linspace(0, of - 1, keep).round().astype(int))
    said = f"{keep} of {of} draws a chain"
    return _with(fit, chosen.map(_rounded, keep_attrs=True).assign_attrs(posterior.attrs | {KEPT: said}))


def _with(fit: CellFit, posterior: xr.Dataset) -> CellFit:
    groups = {"/posterior": posterior, "/sample_stats": fit.draws["sample_stats"].to_dataset()}
    return replace(fit, draws=xr.DataTree.from_dict(groups))


def _single(draws: xr.DataArray) -> xr.DataArray:
    return draws.astype(np.float32) if draws.dtype.kind == "f" else draws


def _rounded(draws: xr.DataArray) -> xr.DataArray:
    """Round to the nearest number with fewer binary digits, which takes less room when compressed."""
    if draws.dtype.kind != "f":
        return draws
    whole = np.ascontiguousarray(draws.values, dtype=np.float32).view(np.uint32)
    half, mask = np.uint32(1 << (BITS_AWAY - 1)), np.uint32(0xFFFFFFFF ^ ((1 << BITS_AWAY) - 1))
    return draws.copy(data=((whole + half) & mask).view(np.float32))


def as_doubles(posterior: xr.Dataset) -> xr.Dataset:
    """Give draws as 64-bit numbers, in which all arithmetic is done."""
    single = [name for name, draws in posterior.data_vars.items() if draws.dtype == np.float32]
    return posterior.assign({name: posterior[name].astype(np.float64) for name in single})
