"""Check when a nested Laplace approximation is good enough; every check names NUTS as the way out."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.inference.diagnosis import Check, grade

WAY_OUT = "way out: engine='nuts'"


def check_laplace(stats: xr.Dataset) -> list[Check]:
    """Check the approximation: the optimum, the integration, skewness of the latent field, small cells.

    Parameters
    ----------
    stats
        The group ``sample_stats`` that `sample_laplace` returns.

    Returns
    -------
    list of Check
        Each names NUTS as the way out when it does not pass.

    Notes
    -----
    Pareto k is computed for each pair of ICS and procedure by itself. For the latent field as a whole,
    with its thousands of dimensions, it would always fail and mean nothing.

    References
    ----------
    Vehtari A et al (2024) Pareto smoothed importance sampling. JMLR 25:72.

    Examples
    --------
    >>> stats = xr.Dataset({"optimum_found": True, "effective_points": 180.0, "points_agreement": 1.0,
    ...                     "largest_shift": 0.1, "small_cells": 0.0, "pareto_k": ("pair", [0.3, 0.8])})
    >>> [check.verdict for check in check_laplace(stats)]
    ['PASS', 'PASS', 'PASS', 'PASS', 'WARN', 'PASS']
    """
    found = bool(stats["optimum_found"])
    k = np.nan_to_num(stats["pareto_k"].values, nan=np.inf)
    return [
        Check("optimum of the spreads found (1 = yes)", float(found), "PASS" if found else "FAIL", "1",
              "" if found else WAY_OUT),
        _graded("effective points of the spreads", -float(stats["effective_points"]), -100.0, -50.0,
               "at least 100, failing below 50"),
        _graded("R-hat of the points of the spreads", float(stats["points_agreement"]), 1.05, 1.1,
               "at most 1.05, failing above 1.1"),
        _graded("largest distance of mean and mode (sd), corrected for", float(stats["largest_shift"]), 0.5, 1.0,
               "at most 0.5, failing above 1"),
        _graded("largest Pareto k of one ICS and procedure", float(np.max(k, initial=0.0)), 0.7, 1.0,
               "at most 0.7, failing above 1", _pair(stats, int(np.argmax(k))) if len(k) else ""),
        _graded("share of cells fitted below 1 admission", float(stats["small_cells"]), 0.25, 0.75,
               "at most 0.25, failing above 0.75"),
    ]  # fmt: skip


def _graded(name: str, value: float, good: float, bad: float, limit: str, where: str = "") -> Check:
    verdict = grade(value, good, bad)
    detail = "; ".join(part for part in (where, "" if verdict == "PASS" else WAY_OUT) if part)
    return Check(name, abs(value), verdict, limit, detail)


def _pair(stats: xr.Dataset, at: int) -> str:
    labels = [str(stats[name].values[at]) for name in stats.coords if str(name).startswith("pair_")]
    return f"worst: {', '.join(labels)}" if labels else ""
