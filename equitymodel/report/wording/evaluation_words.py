"""Numbers of an evaluation as a board reads them: per cent for log ratios, the likelier direction, thousands."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.estimands.effect_measure import EVENT, MEASURE, SCALE
from equitymodel.report.wording.confidence import percent
from equitymodel.spec.arms import EVERYWHERE
from equitymodel.studies.detectable_change import MONTHS_SHOWN, TimeToKnow
from equitymodel.studies.impact import ALL_MONTHS, MONTHS
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ALL_PROCEDURES, ICS, PROCEDURE

LIKELIER = {
    "ratio_above_1": ("ratio above 1", "ratio below 1"),
    "more_admissions": ("more admissions", "fewer admissions"),
    "steeper": ("steeper", "less steep"),
    "gap_narrowed": ("narrowed", "widened"),
    "most_deprived_have_fewer": ("most deprived have fewer", "most deprived have more"),
    "gap_falls": ("a fall: most deprived nearer to least", "a rise: most deprived further from least"),
}
"""An event and its opposite: a page states the likelier, as a small probability is easily read as one of error."""
READING = {
    "average_rate_ratio": "average rate ratio after the start",
    "admissions_added": "admissions added",
    "level_ratio": "change of level, ratio",
    "slope_change": "change of trend",
    "observed_less_predicted": "observed less predicted admissions",
    "change_in_log_relative_index": "change of the ratio, least over most deprived end",
    "change_in_log_rate_ratio": "change of the ratio, least over most deprived group",
    "change_in_slope_index": "change of the slope index",
    "change_in_shortfall_most": "change of the shortfall of the most deprived",
    "change_in_shortfall": "change of the shortfall of all groups",
    "gap_before": "ratio before, least over most deprived end",
    "gap_with": "ratio after, with the intervention",
    "gap_without": "ratio after, had there been none",
}
"""What each measure is called on a page."""
UNITS = {"log_ratio": "ratio", "log_change": "%", "log_change_a_year": "% a year"}
"""The unit in which a page gives numbers of a scale; of the others, it is that of the table."""
NARROWED, NARROWED_ENOUGH = "narrowing", "narrowing_by_smallest_change"
MOST_NAMED = 20
ROUND_FROM = 100
LIKELY = 0.5


def number(value: float) -> str:
    """Write a number with separators of thousands, or with three significant figures.

    Examples
    --------
    >>> number(11160.2), number(0.98754), number(-236.3)
    ('11,160', '0.988', '-236')
    """
    return f"{value:,.0f}" if abs(value) >= ROUND_FROM else f"{value:.3g}"


def impact_rows(impact: pd.DataFrame) -> list[dict[str, str]]:
    """Lay out changes of admissions for a page; pairs of ICS and procedure are too many for one."""
    return _rows(impact[impact[ICS].isin(EVERYWHERE) | (impact[PROCEDURE] == ALL_PROCEDURES)])


def gap_rows(gap: pd.DataFrame) -> list[dict[str, str]]:
    """Lay out the gap and its change for a page; whether it narrowed is said in words."""
    return _rows(gap[~gap[MEASURE].isin([NARROWED, NARROWED_ENOUGH])])


def gap_sentences(gap: pd.DataFrame, *, smallest_change: float) -> list[str]:
    """Say whether the gap narrowed, and whether it now opens the other way.

    Parameters
    ----------
    gap
        The table of changes of the gap, from `Evaluation.gap_change`.
    smallest_change
        The smallest relevant change, as a share.

    Returns
    -------
    list
        Sentences; none without groups.

    Examples
    --------
    >>> rows = pd.DataFrame({"measure": ["narrowing", "narrowing_by_smallest_change", "gap_before", "gap_with"],
    ...                      "probability": [0.98, 0.7, 0.99, 0.1]})
    >>> gap_sentences(rows, smallest_change=0.05)[1]
    'With the intervention the gap probably (90 %) opens the other way: the most deprived now have more.'
    """
    if not len(gap):
        return []
    likely = gap.set_index(MEASURE)["probability"]
    said = [f"Probability that the gap narrowed: {percent(likely[NARROWED])}; by {100 * smallest_change:g} % or "
            f"more: {percent(likely[NARROWED_ENOUGH])}."]  # fmt: skip
    before, after = likely["gap_before"], likely["gap_with"]
    if (before > LIKELY) != (after > LIKELY):
        now, sure = ("fewer", after) if after > LIKELY else ("more", 1 - after)
        said.append(f"With the intervention the gap probably ({percent(sure)}) opens the other way: the most deprived "
                    f"now have {now}.")  # fmt: skip
    return said


def found_units(impact: pd.DataFrame) -> list[str]:
    """Say in how many units a relevant change is found, one phrase each for ICSs, procedures and pairs."""
    tested = impact.dropna(subset=["tested"])
    kinds = {"ICSs": (True, False), "procedures": (False, True), "pairs of ICS and procedure": (True, True)}
    by_ics, by_procedure = ~tested[ICS].isin(EVERYWHERE), tested[PROCEDURE] != ALL_PROCEDURES
    found = []
    for name, (ics, procedure) in kinds.items():
        rows = tested[(by_ics == ics) & (by_procedure == procedure)]
        if len(rows):
            called = rows[rows["found_at_false_discovery_rate"].astype(bool)].to_dict("records")
            listed = [", ".join(_named(row)) for row in called[:MOST_NAMED]]
            listed += ["..."] * (len(called) > MOST_NAMED)
            found.append(f"{len(called)} of {len(rows)} {name}" + (f" ({'; '.join(listed)})" if listed else ""))
    return found


def placebo_rows(placebos: pd.DataFrame) -> list[dict[str, str]]:
    """Lay out the answers at dates before the start, as changes in per cent; those left out are named elsewhere."""
    rows = []
    for row in placebos.dropna(subset=["estimate"]).to_dict("records"):
        estimate, lower, upper = (f"{100 * np.expm1(row[name]):+.1f}" for name in ("estimate", "lower", "upper"))
        rows.append({"date": str(row["date"]), "estimate": estimate, "interval": f"{lower} to {upper}",
                     "probability": percent(row["probability"])})  # fmt: skip
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
            "sizes": [f"{sizes[at]:.0%}" if at in sizes else "" for at in MONTHS_SHOWN],
            "first": f"never within {row['within']}" if pd.isna(months) else f"{months:.0f}",
        })  # fmt: skip
    return rows


def _rows(table: pd.DataFrame) -> list[dict[str, str]]:
    return [_row(row) for row in table.to_dict("records")]


def _row(row: Mapping[Hashable, Any]) -> dict[str, str]:
    """Say what a row is, which cells it is about, and the likelier direction."""
    whom = [*_named(row), *([] if row["group"] == ALL_GROUPS else [f"deprivation group {row['group']}"])]
    over_all = ", over all months" if row[MONTHS] == ALL_MONTHS else ""
    estimate, lower, upper = (number(_shown(float(row[name]), row[SCALE])) for name in ("estimate", "lower", "upper"))
    return {
        "quantity": READING[row[MEASURE]] + over_all,
        "whom": ", ".join(whom) or "all",
        "estimate": estimate,
        "interval": f"{lower} to {upper}",
        "unit": UNITS.get(row[SCALE], row["unit"]),
        "likely": _likelier(row[EVENT], row["probability"]),
    }


def _shown(value: float, scale: str) -> float:
    """Turn a log ratio into what a page gives: a ratio of two groups, or a change in per cent."""
    if scale not in UNITS:
        return value
    return float(np.exp(value)) if scale == "log_ratio" else 100 * float(np.expm1(value))


def _likelier(event: str, probability: float) -> str:
    so, not_so = LIKELIER[event]
    return f"{percent(probability)} {so}" if probability >= LIKELY else f"{percent(1 - probability)} {not_so}"


def _named(row: Mapping[Hashable, Any]) -> list[str]:
    return [str(row[dim]) for dim, all_of in ((ICS, ALL_ICS), (PROCEDURE, ALL_PROCEDURES)) if row[dim] != all_of]
