"""Diagnose the fit of a series: whether the computation can be relied on."""

from __future__ import annotations

import xarray as xr

from equitymodel.inference.diagnosis import Diagnosis
from equitymodel.inference.laplace.laplace_checks import CheckedModel, check_laplace
from equitymodel.inference.series.series_fit import WAY_OUT
from equitymodel.inference.series.series_latent import FEW_ADMISSIONS

SERIES = CheckedModel(
    block="series",
    small=f"series fitted below {FEW_ADMISSIONS:g} admissions in all",
    way_out=f"way out: {WAY_OUT}",
)


def diagnose_series(stats: xr.Dataset) -> Diagnosis:
    """Check how the hyperparameters of a series were integrated over, and how good the approximation is.

    Parameters
    ----------
    stats
        The group ``sample_stats``, as `approximate` gives it.

    Returns
    -------
    Diagnosis
        The checks and limits of `check_laplace`.

    Examples
    --------
    >>> stats = xr.Dataset({"optimum_found": True, "effective_points": 9.0, "points_agreement": 1.0,
    ...                     "largest_shift": 0.1, "small_cells": 0.0, "pareto_k": ("pair", [0.3])})
    >>> diagnose_series(stats).verdict
    'FAIL'
    """
    return Diagnosis(tuple(check_laplace(stats, SERIES)))
