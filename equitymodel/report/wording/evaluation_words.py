"""Numbers of an evaluation as a board reads them: per cent for log ratios, the likelier direction, thousands."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.estimands.effect_measure import EVENT, MEASURE, SCALE
from equitymodel.estimands.series_gap import WayRound
from equitymodel.estimands.written_numbers import TENFOLD, change_in_per_cent, size_in_per_cent
from equitymodel.report.document.columns import decimals_of
from equitymodel.spec.arms import EVERYWHERE
from equitymodel.studies.detectable_change import MONTHS_SHOWN, TimeToKnow
from equitymodel.studies.impact import ALL_MONTHS, MONTHS, without_all_months
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ALL_PROCEDURES, ICS, PROCEDURE

NO_NAMES: Mapping[str, str] = MappingProxyType({})
LIKELIER = {
    "ratio_above_1": ("ratio above 1", "ratio below 1"),
    "more_admissions": ("more admissions", "fewer admissions"),
    "steeper": ("steeper", "less steep"),
    "gap_narrowed": ("narrowed", "widened"),
    "most_deprived_have_fewer": ("most deprived have fewer", "most deprived have more"),
    "gap_falls": ("most deprived gain on least", "most deprived lose against least"),
    "gap_rises": ("least deprived gain on most", "least deprived lose against most"),
}
"""An event and its opposite: a page states the likelier, as a small probability is easily read as one of error."""
READING = {
    "average_rate_ratio": "average rate ratio after the start",
    "admissions_added": "admissions added",
    "level_ratio": "change of level, ratio",
    "slope_change": "change of trend",
    "observed_less_predicted": "observed less predicted admissions",
    "change_in_log_relative_index": "change of the ratio, {more} over {fewer} deprived end",
    "change_in_log_rate_ratio": "change of the ratio, {more} over {fewer} deprived group",
    "change_in_slope_index": "change of the slope index, {more} less {fewer} deprived end",
    "change_in_shortfall_most": "change of the {short} of the most deprived",
    "change_in_shortfall": "change of the {short} of all groups",
    "gap_before": "ratio before, {more} over {fewer} deprived end",
    "gap_with": "ratio after, with the intervention",
    "gap_without": "ratio after, had there been none",
}
"""What each measure is called on a page; the end of the gradient that has more is named first."""
SHORT = {1: "shortfall against the least deprived", -1: "excess over the least deprived"}
UNITS = {"log_ratio": "ratio", "log_change": "%", "log_change_a_year": "% a year"}
"""The unit in which a page gives numbers of a scale; of the others, it is that of the table."""
ALL_ADMISSIONS = "all admissions of the question"
"""What a row is of that is of no group, ICS or procedure alone."""
OVER_ALL = ", over all months"
NARROWED, NARROWED_ENOUGH = "narrowing", "narrowing_by_smallest_change"
MOST_NAMED = 20
FINEST = 6
"""The most decimals of a quantity whose unit is its own, such as a difference of rates a person."""
LIKELY = 0.5


def names_of(series: xr.Dataset) -> dict[str, str]:
    """Give the name of each ICS by its code, where the series knows it; of others, nothing."""
    if "ics_name" not in series.coords:
        return {}
    return dict(zip(map(str, series[ICS].values), map(str, series["ics_name"].values), strict=True))


def whom_words(row: Mapping[Any, Any], names: Mapping[str, str] = NO_NAMES) -> str:
    """Name what a row of a table of changes is of.

    Examples
    --------
    >>> whom_words({"ics": "QJK", "procedure": "hip", "group": "All groups"}, {"QJK": "Devon"})
    'Devon, hip'
    """
    said = [] if row[ICS] in EVERYWHERE else [names.get(str(row[ICS]), str(row[ICS]))]
    said += [str(row[PROCEDURE])] if row[PROCEDURE] != ALL_PROCEDURES else []
    said += [f"deprivation group {row['group']}"] if row["group"] != ALL_GROUPS else []
    return ", ".join(said) or ALL_ADMISSIONS


def way_of(gap: pd.DataFrame) -> WayRound:
    """Say which end of the gradient has more without the intervention, by the table of changes of the gap.

    Examples
    --------
    >>> way_of(pd.DataFrame({"measure": ["gap_without"], "estimate": [-0.2]})).more
    'most'
    """
    return WayRound.of_log_ratio(float(gap.set_index(MEASURE)["estimate"]["gap_without"]))


def impact_rows(impact: pd.DataFrame, names: Mapping[str, str] = NO_NAMES) -> list[dict[str, Any]]:
    """Lay out changes of admissions for a page; pairs of ICS and procedure are too many for one."""
    return effect_rows(impact[impact[ICS].isin(EVERYWHERE) | (impact[PROCEDURE] == ALL_PROCEDURES)], names)


def gap_rows(gap: pd.DataFrame) -> list[dict[str, Any]]:
    """Lay out the gap and its change for a page, the end that has more first; whether it narrowed is said in words."""
    if gap.empty:
        return []
    way = way_of(without_all_months(gap))
    shown = gap[~gap[MEASURE].isin([NARROWED, NARROWED_ENOUGH])]
    return effect_rows(_said_round(shown, way), way=way)


def _said_round(gap: pd.DataFrame, way: WayRound) -> pd.DataFrame:
    """Turn numbers that are least over most deprived into the way round in which they are said."""
    ends = (way.sign * gap[["lower", "upper"]].astype(float)).agg(["min", "max"], axis=1)
    return gap.assign(estimate=way.sign * gap["estimate"].astype(float), lower=ends["min"], upper=ends["max"])


def found_units(impact: pd.DataFrame, names: Mapping[str, str] = NO_NAMES) -> list[str]:
    """Say in how many units a relevant change is found, one phrase each for ICSs, procedures and pairs."""
    tested = impact.dropna(subset=["tested"])
    kinds = {"ICSs": (True, False), "procedures": (False, True), "pairs of ICS and procedure": (True, True)}
    by_ics, by_procedure = ~tested[ICS].isin(EVERYWHERE), tested[PROCEDURE] != ALL_PROCEDURES
    found = []
    for name, (ics, procedure) in kinds.items():
        rows = tested[(by_ics == ics) & (by_procedure == procedure)]
        if len(rows):
            called = rows[rows["found_at_false_discovery_rate"].astype(bool)].to_dict("records")
            listed = [", ".join(_named(row, names)) for row in called[:MOST_NAMED]]
            listed += ["..."] * (len(called) > MOST_NAMED)
            found.append(f"{len(called)} of {len(rows)} {name}" + (f" ({'; '.join(listed)})" if listed else ""))
    return found


def trend_rows(trends: pd.DataFrame, way: WayRound) -> list[dict[str, str]]:
    """Lay out by how much the trends of exposed and controls differed before the start, the gap the way round given."""
    rows = []
    for row in trends.to_dict("records"):
        of_gap = row["quantity"] == "gap"
        estimate, *ends = (float(row[name]) ** (way.sign if of_gap else 1) for name in ("estimate", "lower", "upper"))
        kind = f"{100 * row['interval_probability']:.0f} % {row['interval_kind']}"
        rows.append({"what": way.words if of_gap else str(row["quantity"]), "estimate": f"{estimate:.3f}",
                     "interval": f"{min(ends):.3f} to {max(ends):.3f}", "kind": kind})  # fmt: skip
    return rows


def forecasts_by_origin(forecasts: pd.DataFrame) -> list[dict[str, Any]]:
    """Sum forecasts up by the day from which they were made; those left out are named elsewhere."""
    grouped = (
        forecasts.dropna(subset=["held"])
        .groupby("origin")
        .agg(counts=("held", "size"), held=("held", "mean"), scaled_error=("scaled_error", "mean"))
    )
    return [{str(key): value for key, value in row.items()} for row in grouped.reset_index().to_dict("records")]


def detectable_rows(known: TimeToKnow) -> list[dict[str, Any]]:
    """Lay out what could be found: a row a measure and model, a size for each number of months."""
    rows = []
    for row in known.needed.to_dict("records"):
        part = known.table[(known.table["measure"] == row["measure"]) & (known.table["model"] == row["model"])]
        sizes = part.set_index("months_after")["minimum_detectable_effect"]
        months = row["months_needed"]
        rows.append({
            "measure": row["measure"],
            "model": row["model"] + (", as declared" if row["declared"] else ", for comparison"),
            "sizes": [_size(sizes[at]) if at in sizes else np.nan for at in MONTHS_SHOWN],
            "first": f"never within {row['within']}" if pd.isna(months) else float(months),
        })  # fmt: skip
    return rows


def _size(share: float) -> float | str:
    """Give a share; from tenfold on, only that it is more."""
    return size_in_per_cent(share) if share > TENFOLD else float(share)


def effect_rows(
    table: pd.DataFrame, names: Mapping[str, str] = NO_NAMES, way: WayRound | None = None
) -> list[dict[str, Any]]:
    """Lay out changes of any unit for a page, pairs too: as `impact_rows` and `gap_rows` do."""
    return [_row(row, names, way or WayRound()) for row in table.to_dict("records")]


def _row(row: Mapping[Hashable, Any], names: Mapping[str, str], way: WayRound) -> dict[str, Any]:
    """Say what a row is, which cells it is about, and the likelier direction; numbers stay numbers of its unit."""
    whom = [*_named(row, names), *([] if row["group"] == ALL_GROUPS else [f"deprivation group {row['group']}"])]
    over_all = OVER_ALL if row[MONTHS] == ALL_MONTHS else ""
    shown = {name: _shown(float(row[name]), row[SCALE]) for name in ("estimate", "lower", "upper")}
    likely, likelier = _likelier(row[EVENT], row["probability"])
    return {
        "quantity": READING[row[MEASURE]].format(more=way.more, fewer=way.fewer, short=SHORT[way.sign]) + over_all,
        "whom": ", ".join(whom) or "all",
        **shown,
        "places": decimals_of([shown["lower"]], [shown["upper"]], most=FINEST)[0],  # type: ignore[list-item]
        "unit": UNITS.get(row[SCALE], row["unit"]),
        "likely": likely,
        "likelier": likelier,
    }


def _shown(value: float, scale: str) -> float | str:
    """Give a log ratio as a ratio of two groups, or as a change in per cent: from tenfold on, only that it is more."""
    if scale not in UNITS:
        return value
    if scale == "log_ratio":
        return float(np.exp(value))
    share = float(np.expm1(value))
    return change_in_per_cent(value) if share > TENFOLD else 100 * share


def _likelier(event: str, probability: float) -> tuple[float, str]:
    so, not_so = LIKELIER[event]
    return (probability, so) if probability >= LIKELY else (1 - probability, not_so)


def _named(row: Mapping[Hashable, Any], names: Mapping[str, str]) -> list[str]:
    return [
        names.get(str(row[dim]), str(row[dim]))
        for dim, all_of in ((ICS, ALL_ICS), (PROCEDURE, ALL_PROCEDURES))
        if row[dim] != all_of
    ]
