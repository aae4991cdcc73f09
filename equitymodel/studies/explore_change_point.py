"""The posterior of the change point: when a change most probably started, had that not been declared."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import expit, logsumexp

from equitymodel.errors import SpecError
from equitymodel.inference.cores import one_thread_of_linear_algebra
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.series.hyperparameters import Hyper, StandardDeviation
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.spec.arms import add_up_exposed
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.change_point import ChangePoint
from equitymodel.vocabulary import PERIOD

Day = str | dt.date
FEWEST = 6
"""Periods that a start in the window must have on either side."""
SMALLEST, LARGEST = 0.002, 1.5
"""The range of standard deviations that the grid covers."""
POINTS = {"rho": 14, "sd": 20, "other": 12}
"""Points of the grid along each kind of hyperparameter."""


def explore_change_point(
    series: xr.Dataset, plan: Interruption, *, window: tuple[Day, Day], model: SeriesModel | None = None
) -> ChangePoint:
    r"""Ask when a change of the declared shape most probably started, within a window. Exploratory only.

    .. math:: P(T \mid y) \propto p(y \mid T) = \int p(y \mid T, \theta)\, p(\theta)\, d\theta

    Parameters
    ----------
    series
        From `read_series`; all admissions are taken as one series.
    plan
        The interruption as declared; every start is tried with its shape and lag, without wash-out.
    window
        First and last start to try, as text such as ``("2022-10", "2023-09")`` or as dates; to be chosen
        beforehand.
    model
        The model, if not the default one.

    Returns
    -------
    ChangePoint
        Prints as a sentence; probabilities add up to 1 over the window.

    Raises
    ------
    SpecError
        When fewer than two periods of the window have 6 periods with data or more on either side.

    Notes
    -----
    Every start is taken to be as likely beforehand. The evidence of each comes from the same data and
    the same grid of hyperparameters, noise and coefficients integrated out; a wash-out would leave
    out other data for every start, and evidence could not be compared. It says when, given that
    something changed; whether anything did is what `evaluate` is for.

    Examples
    --------
    >>> from equitymodel.simulate import Change, Sizes, Usual, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=48, before=30), change=Change(0.4), usual=Usual(500), seed=1)
    >>> from equitymodel.spec.library import load_series_model
    >>> model = load_series_model().leaving_out("slope")
    >>> found = explore_change_point(series, truth.plan, window=("2018-01", "2019-01"), model=model)
    >>> found.table.loc[found.table["probability"].idxmax(), "start"], str(truth.plan.start)
    ('2018-07-01', '2018-07-01')
    """
    (whole, own), chosen = add_up_exposed(series, plan), model or load_series_model()
    starts, declared = _starts(whole, window), _period_of(whole, own)
    plans = [replace(own, date=start, washout=0) for start in starts]
    evidence = np.array([_log_evidence(whole, each, chosen) for each in plans])
    table = pd.DataFrame({
        "start": starts,
        "probability": np.exp(evidence - logsumexp(evidence)),
        "log_evidence": evidence - evidence.max(),
        "declared": [start == declared for start in starts],
    })  # fmt: skip
    return ChangePoint(plan, table)


def _starts(whole: xr.Dataset, window: tuple[Day, Day]) -> list[str]:
    """List the periods of a window with enough data on either side."""
    first, last = (_day(day) for day in window)
    known = ((whole["exposure"] > 0) & ~whole["masked"]).values.ravel()
    before, after = np.cumsum(known) - known, np.cumsum(known[::-1])[::-1]
    periods = pd.DatetimeIndex(whole[PERIOD])
    fits = known & (before >= FEWEST) & (after >= FEWEST) & (periods >= first) & (periods <= last)
    if fits.sum() < 2:
        raise SpecError(
            f"the window {window[0]} to {window[1]} has {fits.sum()} periods with {FEWEST} or more on either side; "
            "a start can be looked for among two or more. Give a wider window inside the series"
        )
    return [f"{period:%Y-%m-%d}" for period in periods[fits]]


def _day(day: Day) -> pd.Timestamp:
    return pd.Timestamp(Interruption(day).start if isinstance(day, str) else day)


def _period_of(whole: xr.Dataset, plan: Interruption) -> str:
    """Give the period in which the declared start lies."""
    periods = pd.DatetimeIndex(whole[PERIOD])
    reached = periods[periods <= pd.Timestamp(plan.start)]
    return f"{reached[-1]:%Y-%m-%d}" if len(reached) else ""


def _log_evidence(whole: xr.Dataset, plan: Interruption, model: SeriesModel) -> float:
    """Add likelihood times prior up over a grid of hyperparameters that is the same for every start."""
    field = SeriesLatent(lay_out_series(whole, plan, model))
    hypers = field.layout.hypers
    axes, log_priors = zip(*(_axis(hyper) for hyper in hypers.each), strict=True)
    grid = dict(zip(hypers.names, (part.ravel() for part in np.meshgrid(*axes, indexing="ij")), strict=True))
    log_prior = sum(part.ravel() for part in np.meshgrid(*log_priors, indexing="ij"))
    hyper, (_, start) = hypers.standardise(grid), field.initial()
    with one_thread_of_linear_algebra():
        target = Target(field, 1)
        marginal = target.map(lambda modes, _: target.log_marginal(modes), hyper, start.repeat(len(hyper)))
        return float(logsumexp(np.concatenate(list(marginal)) + log_prior))


def _axis(hyper: Hyper) -> tuple[np.ndarray, np.ndarray]:
    """Lay out values evenly, of a standard deviation on the log scale, of a correlation on the logit scale.

    They come with the log prior density on that scale.
    """
    if isinstance(hyper, StandardDeviation):
        values = np.geomspace(SMALLEST, LARGEST, POINTS["sd" if hyper.name == "sd" else "other"])
        return values, hyper.log_density(values) + np.log(values)
    share = expit(np.linspace(-4, 4, POINTS["rho"]))
    return hyper.low + (hyper.high - hyper.low) * share, np.log(share * (1 - share))
