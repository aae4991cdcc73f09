"""Tables of an evaluation: how admissions changed, for whom and where, and how the gap did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.estimands.effect_measure import RECORD_COLUMNS, EffectMeasure, Scale, change_table
from equitymodel.estimands.false_discovery import found_at_false_discovery_rate
from equitymodel.estimands.interrupted_series import (
    admissions_added,
    average_rate_ratio,
    counted_periods,
    predicted_added,
)
from equitymodel.estimands.series_gap import gap_change, narrowing, way_round
from equitymodel.estimands.summary import probability_above
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.arms import EXPOSED
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
"""What brings the most deprived nearer to the least: a fall where the least have more, a rise where the most do."""
LABELS = ["quantity", "ics", "group", "procedure"]
COLUMNS = [*LABELS, "estimate", "lower", "upper", "interval_probability", "interval_kind", "probability",
           "probability_of", "unit"]  # fmt: skip
FOUND = ["tested", "probability_matters", "found_at_false_discovery_rate"]
GAP_COLUMNS = [*COLUMNS, *RECORD_COLUMNS]


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
        found_at_false_discovery_rate, measure, scale, event``. Three are there for rate ratios of ICSs
        and procedures alone: how many units were tested together, the probability of a change in the
        direction found that is relevant, and whether one is found at a false discovery rate of 5 %
        (`found_at_false_discovery_rate`). The last three say what a row is, for machines.

    Examples
    --------
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> fit = fit_interruption(series, truth.plan, seed=1, draws=400)
    >>> impact_table(fit, None, None)["quantity"].tolist()
    ['average_rate_ratio', 'admissions_added', 'level_ratio', 'slope_change', 'observed_less_predicted']
    """
    tables = []
    if total is not None:
        tables += [_table_of(total, ()), _labelled(change_table([_predicted(total)]), total)]
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
        The first twelve columns of `impact_table`, and its last three.

    Examples
    --------
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> fit = fit_interruption(series, truth.plan, seed=1, draws=400)
    >>> gap_table(fit)["quantity"].tolist()[:3]
    ['change in log_relative_index', 'change in log_rate_ratio', 'change in slope_index']
    """
    return change_table(_gap_changes(fit)).assign(**_everywhere(fit))[GAP_COLUMNS]


def _units(parts: SeriesFit) -> Iterator[tuple[str, ...]]:
    several = [dim for dim in (ICS, PROCEDURE) if parts.series.sizes[dim] > 1]
    yield from ((dim,) for dim in several)
    if len(several) > 1:
        yield tuple(several)


def _table_of(fit: SeriesFit, by: tuple[str, ...]) -> pd.DataFrame:
    """Tabulate changes of admissions of each unit; of ICSs and procedures, also in which a change is found."""
    changes = list(_changes(fit, by))
    table = change_table(changes).rename(columns={DEPRIVATION: "group"})
    if by and by != (DEPRIVATION,):
        table = table.join(_found(changes[0].draws, fit.plan.smallest_change))
    return _labelled(table, fit)


def _changes(fit: SeriesFit, by: tuple[str, ...]) -> Iterator[EffectMeasure]:
    counted = counted_periods(fit.require_sound().series, fit.plan)
    ratio, added = (measure(fit.posterior, counted, by=by) for measure in (average_rate_ratio, admissions_added))
    if set(by) & {ICS, PROCEDURE}:
        ratio, added = (_of_exposed(values, fit, by) for values in (ratio, added))
    yield EffectMeasure(
        "average_rate_ratio", "average_rate_ratio", RATIO, "ratio", "ratio_above_1", ratio, threshold=1.0
    )
    yield EffectMeasure("admissions_added", "admissions_added", "admissions", "amount", "more_admissions", added)
    if not by and not fit.plan.starts:
        yield from _level_and_slope(fit)


def _level_and_slope(fit: SeriesFit) -> Iterator[EffectMeasure]:
    single = dict.fromkeys(CELL_DIMS, 0)
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
    return table.assign(**everywhere).reindex(columns=[*COLUMNS, *FOUND, *RECORD_COLUMNS])


def _everywhere(fit: SeriesFit) -> dict[str, str]:
    whom = EXPOSED if fit.plan.controlled else ALL_ICS
    return {ICS: whom, "group": ALL_GROUPS, PROCEDURE: ALL_PROCEDURES}


def _predicted(total: SeriesFit) -> EffectMeasure:
    counted = counted_periods(total.series, total.plan)
    values = predicted_added(total.posterior, total.series["admissions"], counted, seed=total.seed)
    return EffectMeasure(
        "observed_less_predicted", "observed_less_predicted", "admissions", "amount", "more_admissions", values
    )


def _gap_changes(fit: SeriesFit) -> Iterator[EffectMeasure]:
    change = gap_change(fit.require_sound().posterior, fit.series, fit.plan)
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
