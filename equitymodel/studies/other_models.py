"""Ways to prove a change wrong: dates at which nothing happened, and other models, as far as they are defensible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.as_of import ended_by, truncate_at
from equitymodel.data.series.read_series import series_frequency
from equitymodel.errors import SpecError
from equitymodel.inference.series.series_draw import draw_series
from equitymodel.inference.series.series_integration import integrate
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.vocabulary import PERIOD

PLACEBO_BEFORE, PLACEBO_AFTER = 18, 6
"""Months that a date before the start must have on either side."""
MOST_PLACEBOS = 8
CALLED_FOR = 0.90
"""The data before the start call for a term when zero lies outside the credible region of this probability."""
DRAWS = 1000
LONGEST_PERIOD = 3
"""Months in the longest period there is, a quarter."""
VARIANTS = {
    "slope": ("level only", "level and slope"),
    "variation": ("no extra variation", "extra variation"),
    "trend": ("no trend before", "with a trend before"),
}
"""What a model is called without a term, and with it."""


def placebo_plans(series: xr.Dataset, plan: Interruption) -> tuple[xr.Dataset, list[Interruption]]:
    """Give the part of a series before an interruption, and dates in it at which nothing happened.

    Parameters
    ----------
    series
        From `read_series`.
    plan
        The interruption.

    Returns
    -------
    tuple
        The earlier part, and up to 8 declarations like the plan at dates spread over it, each with
        18 months or more before and 6 or more after.

    Raises
    ------
    SpecError
        When the interruption does not fit the series.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=30), seed=1)
    >>> [placebo.date for placebo in placebo_plans(series, truth.plan)[1]][:2]
    ['2016-07-01', '2016-08-01']
    """
    plan.design(series)
    months = 12 / series_frequency(series).per_year
    earlier = series.isel({PERIOD: ended_by(series, plan.first_start)})
    starts = pd.DatetimeIndex(earlier[PERIOD])
    elapsed, used = earlier["elapsed"].values, ~earlier["masked"].values
    candidates = [
        f"{starts[k]:%Y-%m-%d}"
        for k in range(len(starts))
        if used[:k].sum() * months >= PLACEBO_BEFORE
        and (used[k:] & (elapsed[k:] - elapsed[k] >= (plan.washout + plan.lag) / months)).sum() * months
        >= PLACEBO_AFTER
    ]
    at = np.unique(np.round(np.linspace(0, len(candidates) - 1, min(MOST_PLACEBOS, len(candidates)))).astype(int))
    return earlier, list(_fitting(earlier, plan, [candidates[k] for k in at]))


def _fitting(earlier: xr.Dataset, plan: Interruption, dates: list[str]) -> Iterator[Interruption]:
    for date in dates:
        moved = plan.starting(dt.date.fromisoformat(date))
        try:
            moved.design(earlier)
        except SpecError:
            continue
        yield moved


def other_models(model: SeriesModel) -> dict[str, SeriesModel]:
    """Give the model of the verdict and others that can be defended, by name; see `terms_called_for`.

    Each variant has one term more or less, with the priors of the file; a term the file does not know is not tried.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> list(other_models(load_series_model()))[:3]
    ['default', '1 harmonic', 'level only']
    """
    waves, wave_words = (1, "1 harmonic") if model.harmonics != 1 else (2, "2 harmonics")
    found = {"default": model}
    if model.knows("season"):
        found[wave_words] = model.including("season").with_harmonics(waves)
    for term, (without, with_it) in VARIANTS.items():
        if model.knows(term):
            had = model.has(term)
            found[without if had else with_it] = model.leaving_out(term) if had else model.including(term)
    if model.knows("season") and model.knows("slope"):
        words = VARIANTS["slope"][0 if model.has("slope") else 1]
        found[f"{wave_words}, {words}"] = found[words].including("season").with_harmonics(waves)
    return found


def known_before(series: xr.Dataset, plan: Interruption) -> xr.Dataset:
    """Give the part of a series before an interruption, with just enough calendar after it to lay the plan out.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> known_before(series, truth.plan).sizes["period"]
    39
    """
    return truncate_at(series, plan.first_start, months=int(np.ceil(plan.lag + plan.washout)) + LONGEST_PERIOD)


def terms_called_for(series: xr.Dataset, plan: Interruption, model: SeriesModel, *, seed: int) -> dict[str, float]:
    r"""Say for which terms of a model the data before the start call, so that one without them is not defensible.

    Parameters
    ----------
    series
        From `read_series`; nothing from the start on is looked at.
    plan, model
        The interruption and the model.
    seed
        Seed of the random numbers.

    Returns
    -------
    dict
        For ``trend`` and each further wave of the season (``wave 2``): how much of the posterior lies
        nearer to its centre than zero does. Above 0.9 the term is called for.

    Notes
    -----
    A joint question where there are several series: is there no trend in any? Distances are those of
    Mahalanobis, over draws, so that for one series this is its 90 % interval.

    Examples
    --------
    >>> from equitymodel.simulate import Usual, simulate_series
    >>> series, truth = simulate_series(usual=Usual(1000, trend=0.2), seed=1)
    >>> from equitymodel.spec.library import load_series_model
    >>> found = terms_called_for(series, truth.plan, load_series_model(), seed=1)
    >>> found["trend"] > CALLED_FOR, list(found)
    (True, ['trend', 'wave 2'])
    """
    layout = lay_out_series(known_before(series, plan), plan.for_all(), model)
    field = SeriesLatent(layout)
    beta = draw_series(field, integrate(field, seed=seed), draws=DRAWS, seed=seed).beta
    terms: dict[str, tuple[str, ...]] = {"trend": ("trend",)} if model.has("trend") else {}
    terms |= {f"wave {k}": (f"sin {k}", f"cos {k}") for k in range(2, model.harmonics + 1)}
    columns = {
        term: [at for at, name in enumerate(layout.feature_names) if name in names] for term, names in terms.items()
    }
    return {term: _share_nearer(beta[:, :, at].reshape(len(beta), -1)) for term, at in columns.items() if at}


def _share_nearer(draws: np.ndarray) -> float:
    """Give the share of draws that lie nearer to their centre than zero does."""
    centre, precision = draws.mean(axis=0), np.linalg.pinv(np.atleast_2d(np.cov(draws.T)), rcond=1e-8)
    away = draws - centre
    distance = np.einsum("di,ij,dj->d", away, precision, away)
    return float((distance < centre @ precision @ centre).mean())


def why_not_defensible(model: SeriesModel, other: SeriesModel, called_for: dict[str, float]) -> str:
    """Say why a model cannot be defended: it leaves out terms for which the data before the start call.

    Parameters
    ----------
    model, other
        The model of the verdict, and the other.
    called_for
        From `terms_called_for`.

    Returns
    -------
    str
        The reason; empty for a model that can be defended.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> model = load_series_model()
    >>> why_not_defensible(model, model.leaving_out("trend"), {"trend": 0.98})
    'the data before the start call for the trend that it leaves out (zero lies outside its 98 % region)'
    >>> why_not_defensible(model, model.leaving_out("trend"), {"trend": 0.6})
    ''
    """
    left_out = [f"wave {k}" for k in range(other.harmonics + 1, model.harmonics + 1)]
    left_out += ["trend"] if model.has("trend") and not other.has("trend") else []
    found = {term: called_for[term] for term in left_out if called_for.get(term, 0.0) > CALLED_FOR}
    if not found:
        return ""
    shares = ", ".join(f"{100 * share:.3g}" for share in found.values())
    return (
        f"the data before the start call for the {' and the '.join(found)} that it leaves out "
        f"(zero lies outside its {shares} % region)"
    )
