"""Numbers of an evaluation as a board reads them: per cent for log ratios, the likelier direction, thousands."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.report.wording.confidence import percent
from equitymodel.spec.arms import EVERYWHERE
from equitymodel.studies.detectable_change import MONTHS_SHOWN, TimeToKnow
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ALL_PROCEDURES, ICS, PROCEDURE

OPPOSITE = {
    "ratio above 1": "ratio below 1",
    "more admissions": "fewer admissions",
    "steeper": "less steep",
    "narrowed": "widened",
    "most deprived have fewer": "most deprived have more",
    "a fall: most deprived nearer to least": "a rise: most deprived further from least",
}
"""So that a page can state the likelier direction: a small probability is easily read as one of error."""
READING = {
    "average_rate_ratio": "average rate ratio after the start",
    "admissions_added": "admissions added",
    "level_ratio": "change of level, ratio",
    "slope_change": "change of trend",
    "observed_less_predicted": "observed less predicted admissions",
    "change in log_relative_index": "change of the ratio, least over most deprived end",
    "change in log_rate_ratio": "change of the ratio, least over most deprived group",
    "change in slope_index": "change of the slope index",
    "change in shortfall_most": "change of the shortfall of the most deprived",
    "change in shortfall": "change of the shortfall of all groups",
    "gap before": "ratio before, least over most deprived end",
    "gap after, with it": "ratio after, with the intervention",
    "gap after, without it": "ratio after, had there been none",
}
MOST_NAMED = 20
ROUND_FROM = 100
LIKELY = 0.5


def number(value: float) -> str:
    """Write a number with thousands apart, or with three figures.

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
    return _rows(gap[~gap["quantity"].str.startswith("narrowing")])


def gap_sentences(gap: pd.DataFrame) -> list[str]:
    """Say whether the gap narrowed, and whether it now opens the other way.

    Examples
    --------
    >>> rows = pd.DataFrame({"quantity": ["narrowing", "narrowing by 5 %", "gap before", "gap after, with it"],
    ...                      "probability": [0.98, 0.7, 0.99, 0.1]})
    >>> gap_sentences(rows)[1]
    'With the intervention the gap probably (90 %) opens the other way: the most deprived now have more.'
    """
    if not len(gap):
        return []
    likely = gap.set_index("quantity")["probability"]
    least = next(name for name in likely.index if name.startswith("narrowing by"))
    said = [f"Probability that the gap narrowed: {percent(likely['narrowing'])}; {least.removeprefix('narrowing ')} or "
            f"more: {percent(likely[least])}."]  # fmt: skip
    before, after = likely["gap before"], likely["gap after, with it"]
    if (before > LIKELY) != (after > LIKELY):
        now, sure = ("fewer", after) if after > LIKELY else ("more", 1 - after)
        said.append(f"With the intervention the gap probably ({percent(sure)}) opens the other way: the most deprived "
                    f"now have {now}.")  # fmt: skip
    return said


def found_units(impact: pd.DataFrame) -> list[str]:
    """Say in how many units a change that matters is found, one phrase each for ICSs, procedures and pairs."""
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
    """Lay out the answers at dates before the start, as changes in per cent."""
    rows = []
    for row in placebos.to_dict("records"):
        estimate, lower, upper = (f"{100 * np.expm1(row[name]):+.1f}" for name in ("estimate", "lower", "upper"))
        rows.append({"date": str(row["date"]), "estimate": estimate, "interval": f"{lower} to {upper}",
                     "probability": percent(row["probability"])})  # fmt: skip
    return rows


def forecasts_by_origin(forecasts: pd.DataFrame) -> list[dict[str, Any]]:
    """Sum forecasts up by the day from which they were made."""
    grouped = forecasts.groupby("origin").agg(
        counts=("held", "size"), held=("held", "mean"), scaled_error=("scaled_error", "mean")
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
    """Say what a row is, whom it is of, and the likelier direction."""
    quantity, unit, of, likely = str(row["quantity"]), str(row["unit"]), str(row["probability_of"]), row["probability"]
    if likely < LIKELY and of in OPPOSITE:
        of, likely = OPPOSITE[of], 1 - likely
    whom = [*_named(row), *([] if row["group"] == ALL_GROUPS else [f"deprivation group {row['group']}"])]
    ends = [float(row[name]) for name in ("estimate", "lower", "upper")]
    if unit.startswith("log ratio"):
        ratio = quantity.startswith("gap ")
        ends = [float(np.exp(end)) if ratio else 100 * float(np.expm1(end)) for end in ends]
        unit = "ratio" if ratio else unit.replace("log ratio", "%")
    estimate, lower, upper = map(number, ends)
    return {
        "quantity": READING.get(quantity, quantity.replace("_", " ")),
        "whom": ", ".join(whom) or "all",
        "estimate": estimate,
        "interval": f"{lower} to {upper}",
        "unit": unit,
        "likely": f"{percent(likely)} {of}",
    }


def _named(row: Mapping[Hashable, Any]) -> list[str]:
    return [str(row[dim]) for dim, all_of in ((ICS, ALL_ICS), (PROCEDURE, ALL_PROCEDURES)) if row[dim] != all_of]
