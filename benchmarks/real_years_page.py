"""Write the page of `real_years.py`: what intervals held, what is left in residuals, and against what was reported."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from page import markdown
from real_years_held_out import BEFORE
from real_years_tables import SOURCES

QUANTITIES = ("counts", "within area", "zero_sum", "gap", "slope")
PREDICTIVE, AS_PUBLISHED = "next_year", "fitted with count noise"
KINDS = ("one year to the next", "two or three years to the next", "across the pandemic")
COUNTED = [name for name, source in SOURCES.items() if source.counted]
PLACED = ["source", "seen", "following", "quantity", "place"]


def clustered(rows: pd.DataFrame, column: str) -> tuple[float, float]:
    """Give a share and its standard error, places of an area taken as one cluster through all years."""
    share, clusters = float(rows[column].mean()), [rows["source"], rows["area"]]
    surplus = (rows[column] - share).groupby(clusters).sum()
    number = len(surplus)
    if number < 2:
        return share, np.nan
    return share, float(np.sqrt(number / (number - 1) * (surplus**2).sum()) / len(rows))


def verdict(share: float, error: float, nominal: float = 0.9) -> str:
    """Say whether a share is what an interval says within two standard errors."""
    if not np.isfinite(error) or abs(share - nominal) <= 2 * error:
        return "yes"
    return "too few" if share < nominal else "too many"


def relative_width(rows: pd.DataFrame, every: pd.DataFrame) -> str:
    """Give the geometric mean of widths of 90 % intervals over those that the default model of before predicts with."""
    before = every[(every["model"] == BEFORE) & (every["predictive"] == PREDICTIVE)].set_index(PLACED)["width 90"]
    both = rows.set_index(PLACED)["width 90"].to_frame("own").join(before.rename("before"), how="inner")
    both = both[(both > 0).all(axis=1)]
    return f"{np.exp(np.log(both['own'] / both['before']).mean()):.2f}" if len(both) else ""


def pooled(every: pd.DataFrame, kind: str, sources: Iterable[str] = COUNTED) -> list[str]:
    """Lay out what all sources together held: a row a model, predictive and quantity."""
    chosen = every[(every["kind"] == kind) & every["source"].isin(list(sources))]
    lines = []
    for (model, predictive, quantity), rows in _grouped(chosen, ["model", "predictive", "quantity"]):
        share, error = clustered(rows, "inside 90")
        lines.append((
            model, predictive, quantity, f"{len(rows):,}", rows.groupby(["source", "area"]).ngroups,
            _percent(rows["inside 50"].mean()), f"{_percent(share)} ({100 * error:.1f})", verdict(share, error),
            _percent(rows["below 90"].mean()), _percent(1 - share - rows["below 90"].mean()),
            _percent(rows["inside 95"].mean()), relative_width(rows, every),
        ))  # fmt: skip
    header = ("model", "predictive", "quantity", "places", "areas", "50 % hold", "90 % hold (s.e.)", "as stated?",
              "below", "above", "95 % hold", "width")  # fmt: skip
    return markdown(header, lines)


def in_short(every: pd.DataFrame) -> list[str]:
    """Say of each model what its predictive intervals hold from one year to the next, and what residuals keep."""
    said = []
    chosen = every[(every["kind"] == KINDS[0]) & every["source"].isin(COUNTED) & (every["predictive"] == PREDICTIVE)]
    for (model,), rows in _grouped(chosen, ["model"]):
        parts = []
        for quantity in QUANTITIES:
            share, error = clustered(rows[rows["quantity"] == quantity], "inside 90")
            stated = verdict(share, error)
            parts.append(f"{quantity} {_percent(share)} %{'' if stated == 'yes' else f' ({stated})'}")
        left = [
            _correlation(own[own["quantity"] == "counts"], "after") for _, own in _grouped(rows, ["source", "seen"])
        ]
        said.append(
            f"- `{model}`: 90 % intervals for next year hold {', '.join(parts)}; residuals of one year and the next "
            f"under one fit go together by {min(left, key=float)} to {max(left, key=float)}."
        )
    return said


def by_source(every: pd.DataFrame, kind: str) -> list[str]:
    """Lay out the 90 % predictive intervals source by source and hold-out by hold-out."""
    chosen = every[(every["kind"] == kind) & (every["predictive"] == PREDICTIVE)]
    lines = []
    for (source, seen, following, model), rows in _grouped(chosen, ["source", "seen", "following", "model"]):
        cells = []
        for quantity in QUANTITIES:
            share, error = clustered(rows[rows["quantity"] == quantity], "inside 90")
            cells.append(f"{_percent(share)} ({100 * error:.0f})")
        number = int((rows["quantity"] == "counts").sum())
        lines.append((source, f"{seen} > {following}", model, rows["verdict"].iloc[0], number, *cells))
    return markdown(("source", "years", "model", "diagnosis", "cells", *QUANTITIES), lines)


def left_in_residuals(every: pd.DataFrame) -> list[str]:
    """Lay out how residuals and gaps of one year go with those of the next."""
    chosen = every[(every["predictive"] == PREDICTIVE) & every["quantity"].isin(["counts", "gap"])]
    lines = []
    for (source, seen, following, model), rows in _grouped(chosen, ["source", "seen", "following", "model"]):
        cells, gaps = (rows[rows["quantity"] == quantity] for quantity in ("counts", "gap"))
        lines.append((
            source, f"{seen} > {following}", model, _correlation(cells, "after, own fit"), _correlation(cells, "after"),
            len(gaps), f"{gaps['before'].std():.3f}", _correlation(gaps, "after"), f"{gaps['fitted gap'].std():.3f}",
        ))  # fmt: skip
    header = ("source", "years", "model", "residuals, each year's own fit", "residuals, fit of the years seen",
              "areas with a gap", "sd of crude gaps", "their correlation", "sd of fitted gaps")  # fmt: skip
    return markdown(header, lines)


REPORTED = (
    ("residuals of 2021/22 and 2022/23, 79 cells, correlation", "+0.69"),
    ("next year's counts inside 95 %, the same cells", "81"),
    ("sd of crude log gaps; their correlation; fitted", "0.095; 0.69; 0.015 to 0.032"),
    ("next_year, counts inside 50 / 90 %", "42 / 81"),
    ("next_year, within area", "57 / 94"),
    ("next_year, zero_sum", "56 / 93"),
    ("next_year, gap", "63 / 95"),
    ("fitted with count noise, counts", "25 / 58"),
    ("fitted with count noise, within area", "33 / 67"),
    ("fitted with count noise, zero_sum", "31 / 65"),
    ("fitted with count noise, gap", "45 / 85"),
    ("width of fitted with count noise against next_year, counts", "0.47"),
)


def against_reports(every: pd.DataFrame) -> list[str]:
    """Hold what was reported of the default model of before against the same figures made here."""
    before = every[(every["model"] == BEFORE) & (every["kind"] == KINDS[0])]
    scotland = before[(before["source"] == "partnerships") & (before["predictive"] == PREDICTIVE)]
    counts, gaps = (scotland[scotland["quantity"] == quantity] for quantity in ("counts", "gap"))
    found = [
        _correlation(counts, "after, own fit"),
        _percent(counts["inside 95"].mean()),
        f"{gaps['before'].std():.3f}; {_correlation(gaps, 'after')}; {gaps['fitted gap'].std():.3f}",
    ]
    pool = before[before["source"].isin(["partnerships", "boards without Borders", "therapies"])]
    for predictive in (PREDICTIVE, AS_PUBLISHED):
        for quantity in QUANTITIES[:-1]:
            rows = pool[(pool["quantity"] == quantity) & (pool["predictive"] == predictive)]
            found.append(f"{_percent(rows['inside 50'].mean())} / {_percent(rows['inside 90'].mean())}")
    published = pool[(pool["quantity"] == "counts") & (pool["predictive"] == AS_PUBLISHED)]
    found.append(relative_width(published, every))
    return markdown(("what", "first trials", "here"), [(*told, own) for told, own in zip(REPORTED, found, strict=True)])


def sources(every: pd.DataFrame, missing: Iterable[str]) -> list[str]:
    """List the sources that were read, and those whose file is missing."""
    lines = [
        (name, SOURCES[name].words, "yes" if SOURCES[name].counted else "shown apart",
         ", ".join(sorted({year for text in (*rows["seen"], *rows["following"]) for year in text.split(" + ")})),
         rows.groupby(["area"]).ngroups)
        for name, rows in every[every["quantity"] == "counts"].groupby("source", sort=False)
    ]  # fmt: skip
    lines += [(name, SOURCES[name].words, "its file is missing: left out", "", "") for name in missing]
    return markdown(("source", "what", "in the pooled figures", "years", "areas"), lines)


def _grouped(rows: pd.DataFrame, by: list[str]) -> Iterable[tuple[tuple[str, ...], pd.DataFrame]]:
    return rows.groupby(by, sort=False)


def _correlation(rows: pd.DataFrame, column: str) -> str:
    value = rows["before"].corr(rows[column]) if column in rows else np.nan
    return f"{value:+.2f}" if np.isfinite(value) else ""


def _percent(share: float) -> str:
    return f"{100 * share:.0f}" if np.isfinite(share) else ""
