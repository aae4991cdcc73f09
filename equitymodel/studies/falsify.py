"""Attempts to prove a change wrong: other models, dates and outcomes that it cannot have touched, forecasts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.comparison.segmented import segmented_models
from equitymodel.errors import EquityModelError, SpecError
from equitymodel.estimands.verdict import probability_of_direction
from equitymodel.inference.progress import Progress
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.interruption_fit import InterruptionFit
from equitymodel.spec.arms import add_up_arms, add_up_exposed
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.evaluation import outcome_draws
from equitymodel.studies.other_models import (
    other_models,
    placebo_plans,
    terms_called_for,
    why_not_defensible,
)
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, INTERVAL_PROBABILITY, PROCEDURE

CHECK_DRAWS = 1000
PLACEBO_COLUMNS = ["date", "estimate", "lower", "upper", "probability"]
MAIN = "main model and its variants"
FOR_COMPARISON = "a companion, for comparison"


def try_models(main: InterruptionFit, tell: Progress) -> pd.DataFrame:
    """Fit the other models, and say which count: those against which the data before the start do not speak.

    Parameters
    ----------
    main
        The fit that the verdict rests on.
    tell
        Called with what is being done and the share of it that is done.

    Returns
    -------
    pandas.DataFrame
        ``model, estimate, lower, upper`` (log ratios), ``probability`` (of its own sign), ``rho``,
        ``counted`` and ``why_not_counted``.
    """
    called_for = terms_called_for(main.series, main.plan, main.model, seed=main.seed)
    rows = []
    models = other_models(main.model)
    for step, (name, other) in enumerate(models.items()):
        tell(f"trying other models: {name}", 0.3 + 0.2 * step / len(models))
        fit = main if name == "default" else _fit_again(main, main.series, main.plan, other)
        why = why_not_defensible(main.model, other, called_for)
        rows.append({"model": name, **_answer(outcome_draws(fit)), "rho": float(fit.draws["rho"].mean()),
                     "counted": not why, "why_not_counted": why})  # fmt: skip
    return pd.DataFrame(rows)


def try_dates(main: InterruptionFit, tell: Progress) -> pd.DataFrame:
    """Give the answer at dates before the start: ``date, estimate, lower, upper, probability``; log ratios."""
    earlier, plans = placebo_plans(main.series, main.plan)
    rows = []
    for step, plan in enumerate(plans):
        tell(f"trying a date at which nothing happened: {plan.start}", 0.5 + 0.3 * step / len(plans))
        fit = fit_interruption(earlier, plan, main.model, seed=main.seed, draws=CHECK_DRAWS)
        rows.append({"date": str(plan.start), **_answer(outcome_draws(fit))})
    return pd.DataFrame(rows, columns=PLACEBO_COLUMNS)


def try_placebo_outcome(main: InterruptionFit, placebo: xr.Dataset, plan: Interruption) -> InterruptionFit:
    """Ask the same question of an outcome that the interruption cannot have changed.

    Parameters
    ----------
    main
        The fit that the verdict rests on.
    placebo
        From `read_series`: the other outcome.
    plan
        The interruption as it was declared.

    Returns
    -------
    InterruptionFit
        Of all of its admissions as one series or, for a question about the gap, of its groups; of
        exposed and controls apart.

    Raises
    ------
    SpecError
        When the other series does not hold the interruption, or has no groups for a question about
        the gap.
    """
    gap = plan.outcome == "gap"
    if gap and placebo.sizes[DEPRIVATION] < 2:
        raise SpecError("placebo outcome: the question is about the gap, and this series has no deprivation groups")
    try:
        return _fit_again(main, *add_up_arms(placebo, plan, (ICS, PROCEDURE) if gap else CELL_DIMS), main.model)
    except EquityModelError as error:
        raise SpecError(f"placebo outcome: {error}") from error


def models_table(specifications: pd.DataFrame, total: InterruptionFit) -> pd.DataFrame:
    """Put the models of the verdict and the companions in one table, as ratios.

    Parameters
    ----------
    specifications
        From `try_models`.
    total
        The fit of all admissions: the companions are fitted to the same.

    Returns
    -------
    pandas.DataFrame
        One row a model and quantity; ``counted`` says whether the verdict counts it, and
        ``why_not_counted`` why not.
    """
    ratios = {name: np.exp(specifications[name]) for name in ("estimate", "lower", "upper")}
    label = "latent AR(1) counts: " + specifications["model"]
    ours = specifications.assign(**ratios, label=label, quantity="average", kind=MAIN, note="")
    return pd.concat([ours, _companions(total)], ignore_index=True)


def _companions(total: InterruptionFit) -> pd.DataFrame:
    """Fit the companions to all who were exposed; where they cannot be fitted, say so."""
    series, plan, model = total.series, total.plan, total.model
    whom = "the exposed alone, without controls" if plan.controlled else "all admissions"
    try:
        if plan.starts:
            raise ValueError("they know one start only")
        found = segmented_models(*add_up_exposed(series, plan), harmonics=model.harmonics, slope=model.has("slope"))
    except ValueError as error:
        found = pd.DataFrame([{"model": "companions", "label": "companions", "note": f"not fitted: {error}"}])
    return found.assign(kind=f"companions in common use, of {whom}", counted=False, why_not_counted=FOR_COMPARISON)


def _fit_again(main: InterruptionFit, series: xr.Dataset, plan: Interruption, model: SeriesModel) -> InterruptionFit:
    return fit_interruption(series, plan, model, seed=main.seed, draws=CHECK_DRAWS)


def _answer(log_ratio: np.ndarray) -> dict[str, float]:
    tail = (1 - INTERVAL_PROBABILITY) / 2
    lower, middle, upper = np.quantile(log_ratio, [tail, 0.5, 1 - tail])
    likely = probability_of_direction(log_ratio)
    return {"estimate": middle, "lower": lower, "upper": upper, "probability": likely}
