"""Before any result: how large a change would have to be, and how long to wait, from the data before the start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.as_of import truncate_at
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import count_middle
from equitymodel.errors import OptionError, SpecError
from equitymodel.estimands.before_start import known_before
from equitymodel.estimands.least_months import least_months
from equitymodel.estimands.power import POWER, AutocorrelatedNoise, detectable, plan_terms, power_to_find
from equitymodel.estimands.series_gap import log_gap
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.arms import add_up_exposed
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import choose_series_model
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.detectable_change import TimeToKnow
from equitymodel.studies.left_out import LeftOut, left_out_of
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

DRAWS = 1000
NOISE_COLUMNS = ["measure", "months_before", "admissions", "sd", "rho"]
TABLE_COLUMNS = ["measure", "model", "declared", "months_after", "standard_error", "minimum_detectable_effect", "power"]
FEWEST = 0.5
ADMISSIONS, GAP = "admissions", "gap (least over most deprived)"
MODELS = {(True, True): "level and slope", (True, False): "level only", (False, True): "slope only"}
"""What may change, in words: by whether the level may, and the trend."""


@refuses_other_types
def time_to_know(
    series: xr.Dataset,
    plan: Interruption,
    *,
    model: SeriesModel | str | Path | None = None,
    within: int = 60,
    seed: int = 1,
) -> TimeToKnow:
    """Say, before any result, how large a change a series could find and how long that takes.

    Parameters
    ----------
    series
        From `read_series`; it may end before the start. Nothing from the start on is looked at.
    plan
        The interruption; its ``smallest_change`` is the smallest relevant change, its interim looks the threshold.
    model
        As for `evaluate`.
    within
        Months after the start up to which to look, 12 or more (of years, 36).
    seed
        Seed of the random numbers.

    Returns
    -------
    TimeToKnow
        Prints as a sentence for each measure and model; with deprivation groups, for the gap too. A measure
        whose fit did not pass its diagnosis is left out by name.

    Raises
    ------
    SpecError
        When there is no data before the start, or the interruption does not fit the calendar.
    OptionError
        When `within` is shorter than a verdict needs.

    Notes
    -----
    The noise is learned from the data before the start and then taken as known; see
    `minimum_detectable_effect` for the formula. The gap is the log relative index (with two groups,
    the log ratio); noise of groups is taken to be independent, which asks for larger changes than
    are needed where groups share shocks; so does leaving controls out. With a change of slope, more months
    do not always help. A finding here is the interval alone: the other parts of the verdict can
    only make it rarer.

    Examples
    --------
    >>> from equitymodel.simulate import MonthlyNoise, Sizes, Usual, simulate_series
    >>> series, truth = simulate_series(
    ...     Sizes(periods=48, before=36), noise=MonthlyNoise(0.03), usual=Usual(1000), seed=1
    ... )
    >>> found = time_to_know(series, truth.plan, within=24)
    >>> found.needed[["model", "months_needed"]].values.tolist()
    [['level and slope', nan], ['level only', nan]]
    """
    least = least_months(series).after
    if within < least:
        raise OptionError(f"within is {within} months; no verdict is given with fewer than {least} after the start")
    chosen = choose_series_model(plan, model)
    try:
        known = truncate_at(series, plan.first_start, months=within)
    except OptionError as error:
        raise SpecError(f"what a series could find is asked of the data before the start, and {error}") from error
    noise: list[dict[str, object]] = []
    rows: list[dict[str, object]] = []
    left_out: list[LeftOut] = []
    for measure, part, own in _parts(known, plan):
        fit = _fit_before(part, own, chosen, seed)
        left_out += left_out_of(f"what could be found before any result, of {measure}", fit)
        if not fit.publishable:
            continue
        found = _noise(fit, part)
        noise.append({"measure": measure, **found})
        rows += list(_rows(part, own, chosen, measure, found, within))
    table = pd.DataFrame(rows, columns=TABLE_COLUMNS)
    known_noise = pd.DataFrame(noise, columns=NOISE_COLUMNS)
    return TimeToKnow(plan, chosen, known_noise, table, _needed(table, within), tuple(left_out))


def _parts(known: xr.Dataset, plan: Interruption) -> Iterator[tuple[str, xr.Dataset, Interruption]]:
    """Add those exposed up; what controls would add is not known before."""
    yield ADMISSIONS, *add_up_exposed(known, plan)
    if known.sizes[DEPRIVATION] > 1:
        yield GAP, *add_up_exposed(known, plan, (ICS, PROCEDURE))


def _fit_before(part: xr.Dataset, plan: Interruption, model: SeriesModel, seed: int) -> SeriesFit:
    """Fit to the data before the start, from which the noise is learned."""
    without_common = model.leaving_out("common") if model.has("common") else model
    return fit_interruption(known_before(part, plan), plan, without_common, seed=seed, draws=DRAWS)


def _noise(fit: SeriesFit, part: xr.Dataset) -> dict[str, float]:
    """Say how many admissions there are before, and how they vary."""
    counts = count_middle(part).where(~part["masked"])
    months = SeriesFacts.of(part).frequency.in_months
    return {
        "months_before": float(counts.notnull().any(CELL_DIMS).sum()) * months,
        "admissions": float(counts.mean()) / months,
        "sd": float(fit.posterior["sd"].median()),
        "rho": float(fit.posterior["rho"].median()),
    }


def _rows(
    part: xr.Dataset, plan: Interruption, model: SeriesModel, measure: str, noise: dict[str, float], within: int
) -> Iterator[dict[str, object]]:
    weights, means = _contrast(part), count_middle(part).where(~part["masked"]).mean(PERIOD).values.ravel()
    lasting = AutocorrelatedNoise(rho=noise["rho"], sd=noise["sd"])
    for tried in _variants(plan, model):
        terms = plan_terms(part, plan, tried)
        for months in range(least_months(part).after, within + 1):
            errors = [terms.standard_error(months, admissions=max(mean, FEWEST), noise=lasting) for mean in means]
            error = float(np.sqrt(np.sum((weights * errors) ** 2)))
            yield {
                "measure": measure,
                "model": MODELS[plan.may_step, plan.may_slope and tried.has("slope")],
                "declared": tried is model,
                "months_after": months,
                "standard_error": error,
                "minimum_detectable_effect": detectable(error, threshold=plan.threshold),
                "power": power_to_find(plan.smallest_change, error, threshold=plan.threshold),
            }


def _variants(plan: Interruption, model: SeriesModel) -> Iterator[SeriesModel]:
    """Give the declared model, then the one that differs in whether the trend may change."""
    yield model
    if plan.may_slope and plan.may_step and model.knows("slope"):
        yield model.leaving_out("slope") if model.has("slope") else model.including("slope")


def _contrast(part: xr.Dataset) -> np.ndarray:
    """Give the weight of each group's log rate in the log gap; one series has weight 1."""
    size = part.sizes[DEPRIVATION]
    if size == 1:
        return np.ones(1)
    exposure = part["exposure"].mean([PERIOD, ICS, PROCEDURE])
    units = xr.DataArray(np.exp(np.eye(size)), {DEPRIVATION: part[DEPRIVATION]}, ("unit", DEPRIVATION))
    return np.asarray(log_gap(units, exposure, part["position"]).values)


def _needed(table: pd.DataFrame, within: int) -> pd.DataFrame:
    found = table[table["power"] >= POWER]
    first = found.groupby(["measure", "model"])["months_after"].min().rename("months_needed")
    asked = table[["measure", "model", "declared"]].drop_duplicates()
    return asked.join(first, on=["measure", "model"]).assign(within=within).reset_index(drop=True)
