"""One look of a monitor at an evaluation: whether the gap narrowed by enough, and what it cost in looks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import count_middle
from equitymodel.errors import OptionError
from equitymodel.estimands.interrupted_series import average_rate_ratio, judged_periods
from equitymodel.estimands.series_gap import gap_change, narrowing
from equitymodel.monitoring.delay_until_seen import DelayUntilSeen, delay_until_seen
from equitymodel.spec.interim import PLANNED_MONTHS
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import CELL_DIMS, INTERVAL_KIND, INTERVAL_PROBABILITY, PERIOD

COLUMNS = [
    "until", "months_after", "quantity", "estimate", "lower", "upper", "interval_probability", "interval_kind", "unit",
    "by_at_least", "probability", "probability_of", "direction_probability", "threshold", "beyond_threshold",
    "looks_spent", "looks_declared", "verdict",
]  # fmt: skip


@refuses_other_types
def monthly_look(
    result: Evaluation, *, by_at_least: float | None = None, looks_spent: int | None = None
) -> pd.DataFrame:
    """Give the row of a monitor for one month: whether the gap narrowed by at least so much since the baseline.

    Parameters
    ----------
    result
        From `evaluate`, of the data up to that month; its start is the baseline.
    by_at_least
        The change that matters, as a share; that of the plan if not given.
    looks_spent
        How often was looked, this time included, from the record beside a lodged plan; not known if not given.

    Returns
    -------
    pandas.DataFrame
        One row: ``until``, the last period with a count; the narrowing of the gap (or, for a question about the level,
        the change of admissions) as a log ratio with its interval; ``probability`` that it is at least so large;
        ``direction_probability``, held against ``threshold`` in ``beyond_threshold``, which is one part of a verdict
        and none by itself; looks spent and declared; and the ``verdict``.

    Raises
    ------
    OptionError
        When `by_at_least` is below 0.
    DiagnosisError
        When the fit that the verdict rests on failed its diagnosis.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=36, before=24), seed=1)
    >>> row = monthly_look(evaluate(series, truth.plan, seed=1)).iloc[0]
    >>> row["probability_of"]
    'admissions changed by at least 5 % since 2019-01-01'
    """
    least = result.plan.smallest_change if by_at_least is None else by_at_least
    if least < 0:
        raise OptionError(f"a change of at least {least:g} has no meaning; give a share of 0 or more, such as 0.05")
    result = result.through_gate()
    draws, what, size = _draws(result)
    tail = (1 - INTERVAL_PROBABILITY) / 2
    lower, middle, upper = (float(end) for end in np.quantile(draws, [tail, 0.5, 1 - tail]))
    above = float((draws > 0).mean())
    direction = max(above, 1 - above)
    row = (
        str(_last_period(result.main.series)), result.months[1], what, middle, lower, upper, INTERVAL_PROBABILITY,
        INTERVAL_KIND, "log ratio", least, float((size >= np.log1p(least)).mean()),
        f"{_event(result)} by at least {100 * least:g} % since {result.plan.first_start}", direction,
        result.plan.threshold, direction > result.plan.threshold,
        np.nan if looks_spent is None else looks_spent, result.plan.looks, result.verdict.verdict,
    )  # fmt: skip
    return pd.DataFrame([row], columns=COLUMNS)


def look_draws(result: Evaluation) -> xr.DataArray:
    """Give draws of what is monitored: how far the gap narrowed, or for a question about the level, admissions changed.

    Parameters
    ----------
    result
        From `evaluate`; what is monitored is what its plan asks about, over the months judged.

    Returns
    -------
    xarray.DataArray
        Log ratios, above 0 where the gap narrowed or admissions rose;
        dims ``chain, draw``.
    """
    fit = result.main
    counted = judged_periods(fit.series, fit.plan)
    if fit.plan.outcome == "gap":
        return narrowing(gap_change(fit.posterior, fit.series, fit.plan, counted))
    return np.log(average_rate_ratio(fit.posterior, counted))


def delay_of(result: Evaluation) -> DelayUntilSeen | None:
    """Say how long until a change of the planned size is seen, by what was known before any result.

    Parameters
    ----------
    result
        From `evaluate`; looks are those the plan declares, of which none comes before a verdict can.

    Returns
    -------
    DelayUntilSeen or None
        None where what could be found is not known.
    """
    known = known_errors(result)
    plan = result.plan
    if known.empty:
        return None
    last = plan.planned_months or PLANNED_MONTHS
    wanted = {int(np.ceil(last * look / plan.looks)) for look in range(1, plan.looks + 1)}
    rows = known[known["months_after"].isin(sorted(wanted))]
    if rows.empty:
        rows = known.tail(1)
    months, errors = rows["months_after"].astype(int).tolist(), rows["standard_error"].tolist()
    return delay_until_seen(months, errors, change=plan.smallest_change, threshold=plan.threshold, seed=result.seed)


def known_errors(result: Evaluation) -> pd.DataFrame:
    """Give standard errors of what the question is about by months after the start, known before any result.

    Parameters
    ----------
    result
        From `evaluate`.

    Returns
    -------
    pandas.DataFrame
        ``months_after, standard_error``, of the declared model.
    """
    table = result.known_before.table
    of_gap = table["measure"].str.startswith("gap") == (result.plan.outcome == "gap")
    error = table["standard_error"]
    rows = table[of_gap & table["declared"].astype(bool) & np.isfinite(error) & (error > 0)]
    found: pd.DataFrame = rows[["months_after", "standard_error"]].reset_index(drop=True)
    return found


def _draws(result: Evaluation) -> tuple[np.ndarray, str, np.ndarray]:
    """Give draws, what they are of, and the size that is held against the change that matters."""
    draws = look_draws(result).values.ravel()
    if result.plan.outcome == "gap":
        return draws, "narrowing of the gap", draws
    return draws, "change of admissions", np.abs(draws)


def _event(result: Evaluation) -> str:
    return "the gap narrowed" if result.plan.outcome == "gap" else "admissions changed"


def _last_period(series: xr.Dataset) -> str:
    known = count_middle(series).notnull().any(CELL_DIMS).values
    return SeriesFacts.of(series).frequency.label(series.indexes[PERIOD][known][-1])
