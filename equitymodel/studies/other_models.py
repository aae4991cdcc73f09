"""The answer of other models: alternative specifications, and comparison methods in common use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.comparison.segmented import CONTROLLED_LABELS, segmented_models
from equitymodel.comparison.segmented_ratios import NOT_ESTIMABLE
from equitymodel.errors import ComputationError, OptionError
from equitymodel.estimands.before_start import known_before
from equitymodel.estimands.defensible_models import other_models, share_nearer_than_zero, why_not_defensible
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.jobs.run_fits import run_fits
from equitymodel.inference.laplace.approximate import approximate
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.progress import Progress, part_of, silent
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.evaluation import MAIN_MODELS
from equitymodel.studies.falsify import CHECK_DRAWS, answer_of, check_job
from equitymodel.studies.left_out import Attempt, LeftOut, left_out_of

FOR_COMPARISON = "a companion, for comparison"


def fit_other_models(main: SeriesFit, progress: Progress, executor: ExecutorName | Executor = "serial") -> Attempt:
    """Fit alternative specifications, and say which count: those that the data before the start do not contradict.

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
        Its table has ``model, estimate, lower, upper`` (log ratios), ``probability`` (of its own sign),
        ``rho``, ``counted`` and ``why_not_counted``; a model whose fit did not pass its diagnosis has no
        numbers, does not count, and is left out by name.
    """
    called_for = terms_called_for(main.series, main.plan, main.model, seed=main.seed)
    models = other_models(main.model)
    others = {name: check_job(f"trying other models: {name}", main, main.series, main.plan, other)
              for name, other in models.items() if name != "default"}  # fmt: skip
    found = run_fits(list(others.values()), executor=executor, progress=part_of(progress, 0.3, 0.5))
    fits = {"default": main, **dict(zip(others, found, strict=True))}
    rows: list[dict[str, object]] = []
    left_out: list[LeftOut] = []
    for name, other in models.items():
        fit = fits[name]
        left_out += left_out_of(f"model: {name}", fit)
        why = why_not_defensible(main.model, other, called_for) if fit.publishable else _failed(fit)
        rho = float(fit.posterior["rho"].mean()) if fit.publishable else np.nan
        rows.append({"model": name, **answer_of(fit), "rho": rho, "counted": not why, "why_not_counted": why})
    return Attempt(pd.DataFrame(rows), tuple(left_out))


def _failed(fit: SeriesFit) -> str:
    return f"its fit did not pass its diagnosis ({fit.diagnosis.failures})"


def terms_called_for(series: xr.Dataset, plan: Interruption, model: SeriesModel, *, seed: int) -> dict[str, float]:
    r"""Say which terms of a model the data before the start support, so that one without them is not defensible.

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
        For ``trend`` and each further harmonic of the season (``wave 2``): how much of the posterior lies
        nearer to its centre than zero does. Above 0.9 the data support the term.

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
    >>> found["trend"] > 0.9, list(found)
    (True, ['trend', 'wave 2'])
    """
    layout = lay_out_series(known_before(series, plan), plan.for_all(), model)
    settings = Laplace(draws=CHECK_DRAWS, chains=1)
    beta = approximate(SeriesLatent(layout), settings, seed=seed, progress=silent).draws.beta
    terms: dict[str, tuple[str, ...]] = {"trend": ("trend",)} if model.has("trend") else {}
    terms |= {f"wave {k}": (f"sin {k}", f"cos {k}") for k in range(2, model.harmonics + 1)}
    columns = {
        term: [at for at, name in enumerate(layout.feature_names) if name in names] for term, names in terms.items()
    }
    return {term: share_nearer_than_zero(beta[:, :, at].reshape(len(beta), -1)) for term, at in columns.items() if at}


def models_table(specifications: pd.DataFrame, total: SeriesFit) -> pd.DataFrame:
    """Put the models of the verdict and the comparison methods in one table, as ratios.

    Parameters
    ----------
    specifications
        The table of `fit_other_models`.
    total
        The fit of all admissions: the comparison methods are fitted to the same.

    Returns
    -------
    pandas.DataFrame
        One row a model and quantity; ``counted`` says whether the verdict counts it, and
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
                                 slope=total.model.has("slope") and total.plan.may_slope)  # fmt: skip
    except (OptionError, ComputationError) as error:
        found = pd.DataFrame([{"model": "companions", "label": "companions", "note": f"{NOT_ESTIMABLE}: {error}"}])
    beside = found["model"].isin(list(CONTROLLED_LABELS))
    kind = beside.map({True: "the exposed beside controls", False: whom}).radd("companions in common use, of ")
    return found.assign(kind=kind, counted=False, why_not_counted=FOR_COMPARISON)
