"""The answer of other models: alternative specifications, and comparison methods in common use."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from equitymodel.comparison.segmented import CONTROLLED_LABELS, segmented_models
from equitymodel.comparison.segmented_ratios import NOT_ESTIMABLE
from equitymodel.errors import ComputationError, OptionError
from equitymodel.estimands.model_variants import other_models
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.jobs.run_fits import run_fits
from equitymodel.inference.progress import Progress, part_of
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.studies.evaluation import MAIN_MODELS, question_in_words
from equitymodel.studies.falsify import answer_of, check_job
from equitymodel.studies.left_out import Attempt, LeftOut, left_out_of

FOR_COMPARISON = "a companion, for comparison"
BESIDE = "shown beside the verdict; other models have no vote"


def fit_other_models(main: SeriesFit, progress: Progress, executor: ExecutorName | Executor = "serial") -> Attempt:
    """Fit alternative specifications, to be shown beside the verdict: they have no vote.

    Parameters
    ----------
    main
        The fit that the verdict rests on.
    progress
        Called with what is being done and the share of it that is done.
    executor
        Who fits; see `run_fits`. These fits are short: processes take longer to begin than to fit one series.

    Returns
    -------
    Attempt
        Its table has ``model, about`` (in words), ``estimate, lower, upper`` (log ratios, the way round of the words),
        ``probability`` (of its own sign),
        ``rho``, ``counted`` (the model of the verdict alone) and ``why_not_counted``; a model whose fit did not
        pass its diagnosis has no numbers, and is left out by name.

    Notes
    -----
    Votes of such models stopped 20 to 25 % of the changes that right models found, and nearly every change of slope.
    """
    models = other_models(main.model, main.plan)
    others = {name: check_job(f"trying other models: {name}", main, main.series, main.plan, other)
              for name, other in models.items() if name != "default"}  # fmt: skip
    found = run_fits(list(others.values()), executor=executor, progress=part_of(progress, 0.3, 0.5))
    asked = question_in_words(main)
    rows = [_row("default", main, asked, "")]
    left_out: list[LeftOut] = []
    for name, fit in zip(others, found, strict=True):
        left_out += left_out_of(f"model: {name}", fit)
        rows.append(_row(name, fit, asked, BESIDE if fit.publishable else _failed(fit)))
    return Attempt(pd.DataFrame(rows), tuple(left_out))


def _row(name: str, fit: SeriesFit, asked: tuple[str, Literal[1, -1]], why_not: str) -> dict[str, object]:
    rho = float(fit.posterior["rho"].mean()) if fit.publishable else np.nan
    return {
        "model": name,
        "about": asked[0],
        **answer_of(fit, asked[1]),
        "rho": rho,
        "counted": not why_not,
        "why_not_counted": why_not,
    }


def _failed(fit: SeriesFit) -> str:
    return f"its fit did not pass its diagnosis ({fit.diagnosis.failures})"


def models_table(specifications: pd.DataFrame, total: SeriesFit) -> pd.DataFrame:
    """Put the models of the verdict and the comparison methods in one table, as ratios.

    Parameters
    ----------
    specifications
        The table of `fit_other_models`.
    total
        The fit of all admissions: the comparison methods are fitted to the same, over the same months judged. Its
        series is without the months that the main fit leaves out: see `MainFit.for_checks`.

    Returns
    -------
    pandas.DataFrame
        One row a model and quantity; ``about`` says of what: companions are of admissions, also where the question is
        about the gap. ``average`` is over the months judged. ``counted`` says whether the verdict rests on it, and
        ``why_not_counted`` why not.
    """
    ratios = {name: np.exp(specifications[name]) for name in ("estimate", "lower", "upper")}
    label = "latent AR(1) counts: " + specifications["model"]
    ours = specifications.assign(**ratios, label=label, quantity="average", kind=MAIN_MODELS, note="")
    return pd.concat([ours, _comparison_methods(total)], ignore_index=True)


def _comparison_methods(total: SeriesFit) -> pd.DataFrame:
    """Fit the comparison methods to all who were exposed, and beside controls; where they cannot be fitted, say so."""
    whom = "the exposed alone, without controls" if total.plan.controlled else "all admissions"
    try:
        found = segmented_models(total.series, total.plan, harmonics=total.model.harmonics,
                                 slope=total.model.has("slope") and total.plan.may_slope, judged=True)  # fmt: skip
    except (OptionError, ComputationError) as error:
        found = pd.DataFrame([{"model": "companions", "label": "companions", "note": f"{NOT_ESTIMABLE}: {error}"}])
    beside = found["model"].isin(list(CONTROLLED_LABELS))
    kind = beside.map({True: "the exposed beside controls", False: whom}).radd("companions in common use, of ")
    return found.assign(kind=kind, about="admissions", counted=False, why_not_counted=FOR_COMPARISON)
