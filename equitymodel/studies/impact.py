"""Tables of an evaluation: how admissions changed, for whom and where, and how the gap did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.estimands.effect_measure import MEASURE, RECORD_COLUMNS, EffectMeasure, Scale, change_table
from equitymodel.estimands.false_discovery import found_at_false_discovery_rate
from equitymodel.estimands.interrupted_series import (
    admissions_added,
    average_rate_ratio,
    counted_periods,
    judged_periods,
    predicted_added,
)
from equitymodel.estimands.series_gap import gap_change, narrowing, way_round
from equitymodel.estimands.summary import probability_above
from equitymodel.estimands.verdict import Assessment
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.arms import EVERYWHERE, EXPOSED
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ALL_PROCEDURES, CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

RATIO, LOG_RATIO, SLOPE, YEARLY = "ratio", "log ratio", "log ratio a year", "admissions a year"
GAP_MEASURES: dict[str, tuple[str, Scale]] = {
    "log_relative_index": (LOG_RATIO, "log_change"),
    "log_rate_ratio": (LOG_RATIO, "log_change"),
    "slope_index": ("", "amount"),
    "shortfall_most": (YEARLY, "amount"),
    "shortfall": (YEARLY, "amount"),
}
"""Unit and scale of the change of each measure of the gap; the unit of the slope index depends on the series."""
GAPS = {
    "gap_before": ("gap before", "before"),
    "gap_with": ("gap after, with it", "log_relative_index_with"),
    "gap_without": ("gap after, without it", "log_relative_index_without"),
}
NEARER: dict[int, tuple[str, Literal[1, -1]]] = {1: ("gap_falls", -1), -1: ("gap_rises", 1)}
"""What the end that has fewer gains by: a fall where the least deprived have more, a rise where the most do."""
LABELS = ["quantity", "ics", "group", "procedure"]
COLUMNS = [*LABELS, "estimate", "lower", "upper", "interval_probability", "interval_kind", "probability",
           "probability_of", "unit"]  # fmt: skip
FOUND = ["tested", "probability_matters", "found_at_false_discovery_rate"]
MONTHS, JUDGED, ALL_MONTHS = "months", "judged", "all"
"""The column that says over which months after the start a row is an average or a sum, and its values."""
ANSWER = ["verdict", JUDGED, "months_out_of_line"]
"""Columns of every row: the verdict of the evaluation, and whether this row is what it is about."""
GAP_COLUMNS = [*COLUMNS, *RECORD_COLUMNS, MONTHS]
ABOUT = {"level": ("average_rate_ratio",),
         "gap": ("change_in_log_relative_index", "narrowing", "narrowing_by_smallest_change")}  # fmt: skip
"""The measures that the verdict is about, by the outcome declared."""


def impact_table(total: SeriesFit | None, by_group: SeriesFit | None, parts: SeriesFit | None) -> pd.DataFrame:
    """Say how admissions changed: in all, by group, and by ICS, procedure and both.

    Parameters
    ----------
    total, by_group, parts
        Fits of all admissions, of the deprivation groups, and of all ICSs and procedures together; none
        for what there is not, or what is left out.

    Returns
    -------
    pandas.DataFrame
        ``quantity, ics, group, procedure, estimate, lower, upper, interval_probability,
        interval_kind, probability, probability_of, unit, tested, probability_matters,
        found_at_false_discovery_rate, measure, scale, event, months``. Three are there for rate ratios of ICSs
        and procedures alone: how many units were tested together, the probability of a change in the
        direction found that is relevant, and whether one is found at a false discovery rate of 5 %
        (`found_at_false_discovery_rate`); not where there is one unit alone, which is the whole. Three
        say what a row is, for machines. ``months`` is ``judged``, ``all`` (only where those judged are
        not all), or missing where a row is not of months after the start.

    Examples
    --------
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> fit = fit_interruption(series, truth.plan, seed=1, draws=400)
    >>> without_all_months(impact_table(fit, None, None))["quantity"].tolist()
    ['average_rate_ratio', 'admissions_added', 'level_ratio', 'slope_change', 'observed_less_predicted']
    """
    tables = []
    if total is not None:
        tables += [_table_of(total, ()), _level_and_slope_table(total), _predicted_table(total)]
    if by_group is not None:
        tables.append(_table_of(by_group, (DEPRIVATION,)))
    if parts is not None:
        tables += [_table_of(parts, by) for by in _units(parts)]
    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def gap_table(fit: SeriesFit) -> pd.DataFrame:
    """Say how the gap between deprivation groups changed, in five measures, and whether it narrowed.

    Parameters
    ----------
    fit
        The fit of the groups.

    Returns
    -------
    pandas.DataFrame
        The first twelve columns of `impact_table`, and its last four.

    Examples
    --------
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> fit = fit_interruption(series, truth.plan, seed=1, draws=400)
    >>> gap_table(fit)["quantity"].tolist()[:3]
    ['change in log_relative_index', 'change in log_rate_ratio', 'change in slope_index']
    """
    return _of_months(fit, lambda counted: _gap_changes(fit, counted)).assign(**_everywhere(fit))[GAP_COLUMNS]


def with_verdict(table: pd.DataFrame, verdict: Assessment, plan: Interruption) -> pd.DataFrame:
    """Put the verdict on every row, and say which rows it is about.

    Parameters
    ----------
    table
        From `impact_table` or `gap_table`.
    verdict
        Of the whole evaluation.
    plan
        What was declared: a verdict on admissions is about their average rate ratio in all, one on the
        gap about the log relative index and whether it narrowed; both over the months judged.

    Returns
    -------
    pandas.DataFrame
        The table with ``verdict``, ``judged`` (a row with false has no verdict of its own), and
        ``months_out_of_line``: what they count as, ``noise`` or ``effect``.
    """
    about = table[MEASURE].isin(ABOUT[plan.outcome]) & (table[MONTHS] == JUDGED) & table[ICS].isin(EVERYWHERE)
    whole = (table["group"] == ALL_GROUPS) & (table[PROCEDURE] == ALL_PROCEDURES)
    return table.assign(**dict(zip(ANSWER, (verdict.verdict, about & whole, plan.surges), strict=True)))


def without_all_months(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out rows over all months where those judged have rows of their own: one row a quantity and unit.

    Examples
    --------
    >>> table = pd.DataFrame({"estimate": [1.1, 1.2, 0.3], "months": ["judged", "all", None]})
    >>> without_all_months(table).index.tolist()
    [0, 2]
    """
    return table[table[MONTHS] != ALL_MONTHS]


def judged_months(fit: SeriesFit) -> dict[str, xr.DataArray]:
    """Give the months judged and, where they are not the same, all months that count."""
    counted = counted_periods(fit.series, fit.plan)
    judged = judged_periods(fit.series, fit.plan)
    return {JUDGED: judged} | ({} if bool((judged == counted).all()) else {ALL_MONTHS: counted})


def _of_months(fit: SeriesFit, changes: Callable[[xr.DataArray], Iterable[EffectMeasure]]) -> pd.DataFrame:
    """Tabulate changes over the months judged and over all; what is not of those months stands once."""
    tables = [
        change_table(changes(counted)).assign(**{MONTHS: name})
        for name, counted in judged_months(fit.require_sound()).items()
    ]
    found = pd.concat(tables, ignore_index=True)
    before = found[MEASURE] == "gap_before"
    return found[~before | ~found[MEASURE].duplicated()].assign(**{MONTHS: found[MONTHS].mask(before)})


def _units(parts: SeriesFit) -> Iterator[tuple[str, ...]]:
    several = [dim for dim in (ICS, PROCEDURE) if parts.series.sizes[dim] > 1]
    yield from ((dim,) for dim in several)
    if len(several) > 1:
        yield tuple(several)


def _table_of(fit: SeriesFit, by: tuple[str, ...]) -> pd.DataFrame:
    """Tabulate changes of admissions of each unit; of ICSs and procedures, also in which a change is found."""
    table = _of_months(fit, lambda counted: _changes(fit, by, counted)).rename(columns={DEPRIVATION: "group"})
    if by and by != (DEPRIVATION,):
        ratio = next(iter(_changes(fit, by, judged_months(fit)[JUDGED]))).draws
        found = _found(ratio, fit.plan.smallest_change)
        table = table.join(found) if len(found) > 1 else table
    return _labelled(table, fit)


def _changes(fit: SeriesFit, by: tuple[str, ...], counted: xr.DataArray) -> Iterator[EffectMeasure]:
    ratio, added = (measure(fit.posterior, counted, by=by) for measure in (average_rate_ratio, admissions_added))
    if set(by) & {ICS, PROCEDURE}:
        ratio, added = (_of_exposed(values, fit, by) for values in (ratio, added))
    yield EffectMeasure(
        "average_rate_ratio", "average_rate_ratio", RATIO, "ratio", "ratio_above_1", ratio, threshold=1.0
    )
    yield EffectMeasure("admissions_added", "admissions_added", "admissions", "amount", "more_admissions", added)


def _level_and_slope_table(fit: SeriesFit) -> pd.DataFrame:
    changes = [] if fit.plan.starts else list(_level_and_slope(fit))
    return _labelled(change_table(changes), fit) if changes else pd.DataFrame()


def _level_and_slope(fit: SeriesFit) -> Iterator[EffectMeasure]:
    single = dict.fromkeys(CELL_DIMS, 0)
    if "level" in fit.posterior:
        level = np.exp(fit.posterior["level"].isel(single, drop=True))
        yield EffectMeasure("level_ratio", "level_ratio", RATIO, "ratio", "ratio_above_1", level, threshold=1.0)
    if "slope" in fit.posterior:
        slope = fit.posterior["slope"].isel(single, drop=True)
        yield EffectMeasure("slope_change", "slope_change", SLOPE, "log_change_a_year", "steeper", slope)


def _of_exposed(values: xr.DataArray, fit: SeriesFit, by: tuple[str, ...]) -> xr.DataArray:
    """Keep the units in which anybody was exposed; the others are controls, whose effect is none by definition."""
    counted = counted_periods(fit.series, fit.plan).broadcast_like(fit.series["exposure"])
    some = counted.any([dim for dim in (PERIOD, *CELL_DIMS) if dim not in by])
    return values.where(some) if len(by) > 1 else values.isel({by[0]: some.values})


def _found(ratio: xr.DataArray, smallest_change: float) -> pd.DataFrame:
    """Say in which units a relevant change is found, so that few of those found are false."""
    least = np.log1p(smallest_change)
    log_ratio = np.log(ratio)
    likely = np.maximum(probability_above(log_ratio, least), probability_above(-log_ratio, least))
    column = likely.to_series().dropna().to_numpy()
    return pd.DataFrame({"tested": len(column), "probability_matters": column,
                         "found_at_false_discovery_rate": found_at_false_discovery_rate(column)})  # fmt: skip


def _labelled(table: pd.DataFrame, fit: SeriesFit) -> pd.DataFrame:
    everywhere = {name: label for name, label in _everywhere(fit).items() if name not in table}
    return table.assign(**everywhere).reindex(columns=[*COLUMNS, *FOUND, *RECORD_COLUMNS, MONTHS])


def _everywhere(fit: SeriesFit) -> dict[str, str]:
    whom = EXPOSED if fit.plan.controlled else ALL_ICS
    return {ICS: whom, "group": ALL_GROUPS, PROCEDURE: ALL_PROCEDURES}


def _predicted_table(total: SeriesFit) -> pd.DataFrame:
    return _labelled(_of_months(total, lambda counted: [_predicted(total, counted)]), total)


def _predicted(total: SeriesFit, counted: xr.DataArray) -> EffectMeasure:
    values = predicted_added(total.posterior, total.series["admissions"], counted, seed=total.seed)
    return EffectMeasure(
        "observed_less_predicted", "observed_less_predicted", "admissions", "amount", "more_admissions", values
    )


def _gap_changes(fit: SeriesFit, counted: xr.DataArray) -> Iterator[EffectMeasure]:
    change = gap_change(fit.posterior, fit.series, fit.plan, counted)
    event, sign = NEARER[way_round(change).sign]
    for name, (unit, scale) in GAP_MEASURES.items():
        counted_in = unit or _slope_unit(fit.series)
        yield EffectMeasure(f"change_in_{name}", f"change in {name}", counted_in, scale, event, change[name], sign=sign)
    narrowed, least = narrowing(change), fit.plan.smallest_change
    yield EffectMeasure("narrowing", "narrowing", LOG_RATIO, "log_change", "gap_narrowed", narrowed)
    yield EffectMeasure("narrowing_by_smallest_change", f"narrowing by {100 * least:g} %", LOG_RATIO, "log_change",
                 "gap_narrowed_by_smallest_change", narrowed, threshold=np.log1p(least))  # fmt: skip
    for key, (quantity, path) in GAPS.items():
        yield EffectMeasure(key, quantity, LOG_RATIO, "log_ratio", "most_deprived_have_fewer", change[path])


def _slope_unit(series: xr.Dataset) -> str:
    if SeriesFacts.of(series).exposure == "expected_admissions":
        return "admissions per 100 expected"
    return "admissions per 100,000 a year"
