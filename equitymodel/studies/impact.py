"""Tables of an evaluation: how admissions changed, for whom and where, and how the gap did."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.estimands.false_discovery import largest_set
from equitymodel.estimands.interrupted_series import (
    admissions_added,
    average_rate_ratio,
    counted_periods,
    gap_change,
    narrowing,
    predicted_added,
)
from equitymodel.estimands.summary import probability_above, summarise
from equitymodel.inference.series.interruption_fit import InterruptionFit
from equitymodel.spec.arms import EXPOSED
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ALL_PROCEDURES, DEPRIVATION, ICS, PERIOD, PROCEDURE

RATIO, SHARE = "ratio", "log ratio a year"
GAP_UNITS = {
    "log_relative_index": "log ratio",
    "log_rate_ratio": "log ratio",
    "slope_index": "",
    "shortfall_most": "admissions a year",
    "shortfall": "admissions a year",
}
LABELS = ["quantity", "ics", "group", "procedure"]
COLUMNS = [*LABELS, "estimate", "lower", "upper", "interval_probability", "interval_kind", "probability",
           "probability_of", "unit"]  # fmt: skip
FOUND = ["tested", "probability_matters", "found_at_false_discovery_rate"]


def impact_table(
    total: InterruptionFit, by_group: InterruptionFit | None, parts: InterruptionFit | None
) -> pd.DataFrame:
    """Say how admissions changed: in all, by group, and by ICS, procedure and both.

    Parameters
    ----------
    total, by_group, parts
        Fits of all admissions, of the deprivation groups, and of all ICSs and procedures together.

    Returns
    -------
    pandas.DataFrame
        ``quantity, ics, group, procedure, estimate, lower, upper, interval_probability,
        interval_kind, probability, probability_of, unit, tested, probability_matters,
        found_at_false_discovery_rate``. The last three are there for rate ratios of ICSs and
        procedures: how many units were tested together, the probability of a change in the direction
        found that is as large as matters, and whether the unit belongs to the largest set of which
        no more than 5 % are expected not to have so changed (`largest_set`).
    """
    tables = [_rows_of(total, ()), _predicted(total)]
    if by_group is not None:
        tables.append(_rows_of(by_group, (DEPRIVATION,)))
    if parts is not None:
        tables += [_rows_of(parts, by) for by in _units(parts)]
    return pd.concat([table for table in tables if len(table)], ignore_index=True)[[*COLUMNS, *FOUND]]


def _units(parts: InterruptionFit) -> Iterator[tuple[str, ...]]:
    several = [dim for dim in (ICS, PROCEDURE) if parts.series.sizes[dim] > 1]
    yield from ((dim,) for dim in several)
    if len(several) > 1:
        yield tuple(several)


def _rows_of(fit: InterruptionFit, by: tuple[str, ...]) -> pd.DataFrame:
    counted = counted_periods(fit.series, fit.plan)
    ratio, added = (measure(fit.draws, counted, by=by) for measure in (average_rate_ratio, admissions_added))
    quantities = {
        "average_rate_ratio": (ratio, 1.0, RATIO, "ratio above 1"),
        "admissions_added": (added, 0.0, "admissions", "more admissions"),
    }
    if set(by) & {ICS, PROCEDURE}:
        quantities = {name: (_of_exposed(values, fit, by), *rest) for name, (values, *rest) in quantities.items()}
    if not by and not fit.plan.starts:
        single = dict.fromkeys((ICS, DEPRIVATION, PROCEDURE), 0)
        quantities["level_ratio"] = (np.exp(fit.draws["level"].isel(single, drop=True)), 1.0, RATIO, "ratio above 1")
        if "slope" in fit.draws:
            quantities["slope_change"] = (fit.draws["slope"].isel(single, drop=True), 0.0, SHARE, "steeper")
    tables = [
        summarise(values, unit=unit, probability=probability_above(values, none)).assign(
            quantity=name, probability_of=of
        )
        for name, (values, none, unit, of) in quantities.items()
    ]
    if by and by != (DEPRIVATION,):
        found = _discoveries(quantities["average_rate_ratio"][0], fit.plan.smallest_change)
        tables[0] = pd.concat([tables[0], found], axis=1)
    table = pd.concat(tables, ignore_index=True).rename(columns={DEPRIVATION: "group"})
    return _labelled(table, fit)


def _of_exposed(values: xr.DataArray, fit: InterruptionFit, by: tuple[str, ...]) -> xr.DataArray:
    """Keep the units in which anybody was exposed; the others are controls, whose effect is none by definition."""
    counted = counted_periods(fit.series, fit.plan).broadcast_like(fit.series["exposure"])
    some = counted.any([dim for dim in (PERIOD, ICS, DEPRIVATION, PROCEDURE) if dim not in by])
    return values.where(some) if len(by) > 1 else values.isel({by[0]: some.values})


def _discoveries(ratio: xr.DataArray, smallest_change: float) -> pd.DataFrame:
    """Say in which units a change that matters is found, so that few of those found are false."""
    least = np.log1p(smallest_change)
    log_ratio = np.log(ratio)
    likely = np.maximum(probability_above(log_ratio, least), probability_above(-log_ratio, least))
    column = likely.to_series().dropna().to_numpy()
    return pd.DataFrame({"tested": len(column), "probability_matters": column,
                         "found_at_false_discovery_rate": largest_set(column)})  # fmt: skip


def _labelled(table: pd.DataFrame, fit: InterruptionFit) -> pd.DataFrame:
    everywhere = _everywhere(fit)
    return table.assign(**{name: label for name, label in everywhere.items() if name not in table}).reindex(
        columns=[*COLUMNS, *FOUND]
    )


def _everywhere(fit: InterruptionFit) -> dict[str, str]:
    whom = EXPOSED if fit.plan.controlled else ALL_ICS
    return {ICS: whom, "group": ALL_GROUPS, PROCEDURE: ALL_PROCEDURES}


def _predicted(total: InterruptionFit) -> pd.DataFrame:
    counted = counted_periods(total.series, total.plan)
    values = predicted_added(total.draws, total.series["admissions"], counted, seed=total.seed)
    return _labelled(summarise(values, unit="admissions", probability=probability_above(values)).assign(
        quantity="observed_less_predicted", probability_of="more admissions"), total)  # fmt: skip


def gap_table(fit: InterruptionFit) -> pd.DataFrame:
    """Say how the gap between deprivation groups changed, in five measures, and whether it narrowed.

    Parameters
    ----------
    fit
        The fit of the groups.

    Returns
    -------
    pandas.DataFrame
        The first twelve columns of `impact_table`.
    """
    change = gap_change(fit.draws, fit.series, fit.plan)
    unit = {"slope_index": _slope_unit(fit.series)}
    measures = {name: change[name] for name in GAP_UNITS}
    tables = [
        summarise(values, unit=unit.get(name, GAP_UNITS[name]), probability=probability_above(-values)).assign(
            quantity=f"change in {name}", probability_of="a fall: most deprived nearer to least"
        )
        for name, values in measures.items()
    ]
    narrowed, least = narrowing(change), np.log1p(fit.plan.smallest_change)
    for name, threshold, of in (
        ("narrowing", 0.0, "narrowed"),
        (f"narrowing by {100 * fit.plan.smallest_change:g} %", least, "narrowed by at least that"),
    ):
        tables.append(summarise(narrowed, unit="log ratio", probability=probability_above(narrowed, threshold)).assign(
            quantity=name, probability_of=of))  # fmt: skip
    gaps = {"gap before": "before", "gap after, with it": "log_relative_index_with",
            "gap after, without it": "log_relative_index_without"}  # fmt: skip
    for name, path in gaps.items():
        tables.append(summarise(change[path], unit="log ratio", probability=probability_above(change[path])).assign(
            quantity=name, probability_of="most deprived have fewer"))  # fmt: skip
    return pd.concat(tables, ignore_index=True).assign(**_everywhere(fit))[COLUMNS]


def _slope_unit(series: xr.Dataset) -> str:
    if series.attrs["exposure"] == "expected_admissions":
        return "admissions per 100 expected"
    return "admissions per 100,000 a year"
