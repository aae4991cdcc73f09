"""The same model in PyMC: to look at, to change, or to sample by hand."""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from equitymodel.inference.interruption.layout import (
    NOISE_SCALE,
    RHO_RANGE,
    SPREAD_SCALE,
    VARIATION_SCALE,
    Choices,
    Layout,
    lay_out,
)
from equitymodel.spec.interruption import Interruption


def build_interruption_pymc(series: xr.Dataset, plan: Interruption, choices: Choices | None = None) -> pm.Model:
    """Build the model for interrupted time series in PyMC.

    Parameters
    ----------
    series, plan, choices
        As for `fit_interruption`.

    Returns
    -------
    pymc.Model
        With ``sd, rho``, spreads, ``shared_effect`` (over ``shared``, the names of shared terms:
        ``level``, ``kappa``, seasons) and ``own_effect`` (over ``series, own``).

    Raises
    ------
    SpecError
        When the interruption does not fit the series.
    ValueError
        When counts are hidden: this version needs them exact.

    Notes
    -----
    Sample it with ``target_accept=0.95``: the correlation of the noise makes steps short.

    Examples
    --------
    >>> from equitymodel.simulate.series import simulate_series
    >>> series, truth = simulate_series(periods=40, before=28, seed=1)
    >>> [variable.name for variable in build_interruption_pymc(series, truth.plan).free_RVs]
    ['sd', 'rho', 'shared_standard', 'own_effect', 'noise_standard']
    """
    layout = lay_out(series, plan, choices or Choices())
    if (layout.counts_low != layout.counts_high).any():
        raise ValueError("counts known only within bounds are for fit_interruption; here every count must be exact")
    coords = {
        "shared": list(layout.names),
        "series": range(layout.offset.shape[1]),
        "own": [layout.feature_names[k] for k in layout.own],
        "time": range(len(layout.features)),
    }
    with pm.Model(coords=coords) as model:
        sd = pm.HalfNormal("sd", NOISE_SCALE)
        rho = pm.Uniform("rho", *RHO_RANGE)
        shared = pm.Deterministic("shared_effect", _shared(layout), dims="shared")
        own = pm.Normal("own_effect", 0.0, np.broadcast_to(layout.own_sd, (layout.offset.shape[1], len(layout.own))),
                        dims=("series", "own"))  # fmt: skip
        standard = pm.Normal("noise_standard", dims=("time", "series"))
        line = layout.offset + sd * pt.dot(_root(layout, rho), standard) + layout.features[:, list(layout.own)] @ own.T
        by_feature = pt.dot(layout.shared, shared)
        line = line + layout.features[:, list(layout.shared_features)] @ by_feature
        mean = pt.exp(line[np.nonzero(layout.known)])
        counts = layout.counts_low[layout.known]
        if "variation" in layout.hyper:
            variation = pm.HalfNormal("variation", VARIATION_SCALE)
            pm.NegativeBinomial("admissions", mu=mean, alpha=variation**-2, observed=counts)
        else:
            pm.Poisson("admissions", mean, observed=counts)
    return model


def _shared(layout: Layout) -> pt.TensorVariable:
    """Give shared coefficients: those with a fixed spread, and those whose spread is learned."""
    spreads = [pm.HalfNormal(name.replace(" ", "_"), SPREAD_SCALE) for name in layout.hyper if name.endswith("spread")]
    fixed = pt.as_tensor_variable(np.where(layout.spread_of >= 0, 0.0, layout.shared_sd))
    standard = pm.Normal("shared_standard", dims="shared")
    sd = fixed
    for k, spread in enumerate(spreads):
        sd = sd + spread * (layout.spread_of == k)
    return sd * standard


def _root(layout: Layout, rho: pt.TensorVariable) -> pt.TensorVariable:
    """Give a root of the correlation of the noise over true gaps."""
    at = np.concatenate([[0], np.cumsum(np.round(layout.gap))]).astype(int)
    apart = np.abs(at[:, None] - at)
    return pt.linalg.cholesky(pt.power(rho, apart) + 1e-10 * np.eye(len(at)))
