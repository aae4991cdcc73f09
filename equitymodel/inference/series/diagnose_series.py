"""Diagnose the fit of a series: whether the computation can be relied on."""

from __future__ import annotations

import xarray as xr

from equitymodel.inference.diagnosis import Check, Diagnosis

ENOUGH_POINTS = 10.0
"""Effective points at which an importance sample is sound."""
WAY_OUT = "way out: add ICSs, procedures or groups up, so that counts are larger"


def diagnose_series(stats: xr.Dataset) -> Diagnosis:
    """Check how the hyperparameters of a series were integrated over.

    Parameters
    ----------
    stats
        The group ``sample_stats``: ``optimum_found``, ``effective_points``, and the attribute
        ``integration``. On a grid, points are enough by construction.

    Returns
    -------
    Diagnosis
        Checks named as those of `check_laplace`.

    Examples
    --------
    >>> stats = xr.Dataset({"optimum_found": True, "effective_points": 9.0}, attrs={"integration": "importance"})
    >>> diagnose_series(stats).verdict
    'FAIL'
    """
    found, points = bool(stats["optimum_found"]), float(stats["effective_points"])
    enough = stats.attrs["integration"] == "grid" or points >= ENOUGH_POINTS
    return Diagnosis((
        _passed("optimum of the spreads found (1 = yes)", float(found), "1", passed=found),
        _passed("effective points of the spreads", points, f"at least {ENOUGH_POINTS:g}, unless on a grid",
                passed=enough),
    ))  # fmt: skip


def _passed(name: str, value: float, limit: str, *, passed: bool) -> Check:
    return Check(name, value, "PASS" if passed else "FAIL", limit, "" if passed else WAY_OUT)
