"""Check when a nested Laplace approximation is good enough; every check names the way out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.inference.diagnosis import Check, grade


@dataclass(frozen=True)
class CheckedModel:
    """What the checks of a model are about, in words.

    Attributes
    ----------
    block
        Counts that are independent of others given shared effects.
    small
        What is counted as small.
    way_out
        What to do where a check does not pass.
    """

    block: str
    small: str
    way_out: str


CELLS = CheckedModel("ICS and procedure", "cells fitted below 1 admission", "way out: engine='nuts'")


def check_laplace(stats: xr.Dataset, model: CheckedModel = CELLS) -> list[Check]:
    """Check the approximation: the optimum, the integration, skewness of the latent field, small cells.

    Parameters
    ----------
    stats
        The group ``sample_stats`` that `sample_laplace` returns.
    model
        What was fitted, in words: cells unless said otherwise.

    Returns
    -------
    list of Check
        Each names the way out when it does not pass.

    Notes
    -----
    Pareto k is computed for each block, such as a pair of ICS and procedure, by itself; a limit is missed
    only when it lies beyond by more than two of its Monte Carlo standard errors. For the latent field as a whole,
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
    error = 2.0 * stats["pareto_k_error"].values if "pareto_k_error" in stats else np.zeros(len(k))
    worst = int(np.argmax(k - error)) if len(k) else 0
    largest, margin = (k[worst], error[worst]) if len(k) else (0.0, 0.0)
    noise = f", each within two Monte Carlo standard errors ({margin:.2f})" if margin else ""

    def check(name: str, value: float, good: float, bad: float, limit: str, where: str = "") -> Check:
        verdict = grade(value, good, bad)
        detail = "; ".join(part for part in (where, "" if verdict == "PASS" else model.way_out) if part)
        return Check(name, abs(value), verdict, limit, detail)

    return [
        Check("optimum of the spreads found (1 = yes)", float(found), "PASS" if found else "FAIL", "1",
              "" if found else model.way_out),
        check("effective points of the spreads", -float(stats["effective_points"]), -100.0, -50.0,
              "at least 100, failing below 50"),
        check("R-hat of the points of the spreads", float(stats["points_agreement"]), 1.05, 1.1,
              "at most 1.05, failing above 1.1"),
        check("largest distance of mean and mode (sd), corrected for", float(stats["largest_shift"]), 0.5, 1.0,
              "at most 0.5, failing above 1"),
        check(f"largest Pareto k of one {model.block}", float(largest), 0.7 + margin, 1.0 + margin,
              f"at most 0.7, failing above 1{noise}", _label(stats, worst) if len(k) else ""),
        check(f"share of {model.small}", float(stats["small_cells"]), 0.25, 0.75,
              "at most 0.25, failing above 0.75"),
    ]  # fmt: skip


def _label(stats: xr.Dataset, at: int) -> str:
    """Say which block it is."""
    labels = [str(stats[name].values[at]) for name in stats.coords if str(name).startswith("pair_")]
    return f"worst: {', '.join(labels)}" if labels else ""
