"""The model for interrupted series in PyMC: to look at, to change, or to sample by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from equitymodel.inference.grouped.grouped_pymc import log_within
from equitymodel.inference.series.hyperparameters import Hyper, StandardDeviation
from equitymodel.inference.series.series_layout import CoefficientPrior, SeriesLayout, lay_out_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.spec.series_model import SeriesModel


def build_interruption_pymc(series: xr.Dataset, plan: Interruption, model: SeriesModel | None = None) -> pm.Model:
    """Build the model for interrupted time series in PyMC.

    Parameters
    ----------
    series, plan, model
        As for `fit_interruption`.

    Returns
    -------
    pymc.Model
        With ``sd, rho``, standard deviations of effects, those of shared noise, ``shared_effect`` (over
        ``shared``, the names of shared terms: ``level``, ``kappa``, seasons) and ``own_effect`` (over ``series, own``).

    Raises
    ------
    SpecError
        When the interruption does not fit the series.

    Notes
    -----
    Sample it with ``target_accept=0.95``: autocorrelated noise makes steps short.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=40, before=28), seed=1)
    >>> [variable.name for variable in build_interruption_pymc(series, truth.plan).free_RVs]
    ['sd', 'rho', 'bend_sd', 'shared_standard', 'own_standard', 'noise_standard']
    """
    layout = lay_out_series(series, plan, model or load_series_model())
    coords = {
        "shared": list(layout.names),
        "series": range(layout.offset.shape[1]),
        "own": list(layout.feature_names[: layout.own]),
        "time": range(len(layout.features)),
    }
    with pm.Model(coords=coords) as built:
        hyper = {each.name: _hyper(each) for each in layout.hypers.each}
        shared = pm.Deterministic("shared_effect", _shared(layout, hyper), dims="shared")
        own_sd = _sds(layout.own_prior, hyper)
        own = pm.Deterministic("own_effect", own_sd * pm.Normal("own_standard", dims=("series", "own")),
                               dims=("series", "own"))  # fmt: skip
        standard = pm.Normal("noise_standard", dims=("time", "series"))
        predictor = layout.offset + hyper["sd"] * pt.dot(_root(layout, hyper["rho"]), standard)
        predictor += (layout.features[..., : layout.own] * own).sum(axis=-1)
        predictor += (layout.features[..., layout.own :] * pt.dot(layout.map.dense, shared).T).sum(axis=-1)
        predictor += _common(layout, hyper)
        _observe(layout, pt.exp(predictor), hyper)
    return built


def _observe(layout: SeriesLayout, mean: pt.TensorVariable, hyper: Mapping[str, pt.TensorVariable]) -> None:
    """Observe exact counts, and add the log probability of every interval-censored one."""
    low, high, known = layout.counts
    exact, hidden = np.nonzero(known & (low == high)), np.nonzero(known & (low < high))
    shape = hyper["variation"] ** -2 if "variation" in hyper else None
    if shape is not None:
        pm.NegativeBinomial("admissions", mu=mean[exact], alpha=shape, observed=low[exact])
    else:
        pm.Poisson("admissions", mean[exact], observed=low[exact])
    if len(hidden[0]):
        pm.Potential("hidden_admissions", log_within(low[hidden], high[hidden], mean[hidden][:, None], shape))


def _hyper(hyper: Hyper) -> pt.TensorVariable:
    """Make a hyperparameter with its prior."""
    name = hyper.name.replace(" ", "_")
    return (
        pm.HalfNormal(name, hyper.scale)
        if isinstance(hyper, StandardDeviation)
        else pm.Uniform(name, hyper.low, hyper.high)
    )


def _shared(layout: SeriesLayout, hyper: Mapping[str, pt.TensorVariable]) -> pt.TensorVariable:
    """Make shared coefficients."""
    return _sds(layout.shared_prior, hyper) * pm.Normal("shared_standard", dims="shared")


def _sds(prior: CoefficientPrior, hyper: Mapping[str, pt.TensorVariable]) -> pt.TensorVariable:
    """Give the standard deviations of coefficients, fixed ones and hyperparameters."""
    each = zip(prior.fixed, prior.learned, strict=True)
    return pt.stack([hyper[name] if name else pt.as_tensor_variable(fixed) for fixed, name in each])


def _common(layout: SeriesLayout, hyper: Mapping[str, pt.TensorVariable]) -> pt.TensorVariable | float:
    """Make the AR(1) noise that series share; none where they share none."""
    if not layout.common:
        return 0.0
    standard = pm.Normal("common_standard", dims="time")
    return (hyper["common sd"] * pt.dot(_root(layout, hyper["common rho"]), standard))[:, None]


def _root(layout: SeriesLayout, rho: pt.TensorVariable) -> pt.TensorVariable:
    """Cholesky factor of the AR(1) correlation matrix over true gaps."""
    at = np.concatenate([[0], np.cumsum(np.round(layout.gap))]).astype(int)
    lag = np.abs(at[:, None] - at)
    return pt.linalg.cholesky(pt.power(rho, lag) + 1e-10 * np.eye(len(at)))
