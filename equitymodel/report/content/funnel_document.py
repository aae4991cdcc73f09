"""The page of a funnel: who lies beyond its limits, how many would by chance, and what the limits allow for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.monitoring.area_funnel import NEAR, WIDE, AreaFunnel, outside_of
from equitymodel.report.content.monitor_document import SMALL_COUNT
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import Column
from equitymodel.report.document.count_column import CountColumn
from equitymodel.report.document.line_chart import LineChart
from equitymodel.report.plots.control_plot import VARIATION
from equitymodel.report.plots.funnel_plot import funnel_alt_text, plot_funnel
from equitymodel.report.wording.monitor_words import NO_EVIDENCE

FORMS = {
    "shmi": "as wide as areas vary, on the scale of log ratios (the form of the Summary Hospital-level Mortality "
            "Indicator, tails trimmed)",
    "cqc": "as wide as areas vary, on the scale of square roots (the form of the Care Quality Commission, tails "
           "brought in)",
    "exact": "of chance alone (Poisson): areas that differ for any other reason lie beyond them",
    "predictive": "what the fitted model predicts of an ICS of the same population and level, whose gap is like "
                  "that of the others; the fit saw the same counts, which makes the comparison a little too kind",
}  # fmt: skip
SIGNS = {"improvement": "★", "concern": "■", "higher": "▲", "lower": "▼"}
MOST_PLACES = 4


def funnel_document(found: AreaFunnel, record: Mapping[str, Any]) -> Document:
    """Say which areas lie beyond the limits of a funnel, and how many would if areas varied no further.

    Parameters
    ----------
    found
        From `area_funnel` or `fitted_funnel`.
    record
        Where the counts come from, as provenance has it.
    """
    points = found.points
    few = bool(((points["observed"] > 0) & (points["observed"] < SMALL_COUNT)).any())
    picture = Picture("chart", f"Funnel of {len(points)} areas, {found.period}", funnel_alt_text(found),
                      plot_funnel(found), observed=few, chart=_lines(points))  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(_answer(found), "answer"),
        Paragraph(_by_chance(found)),
        Paragraph(NO_EVIDENCE, "warning"),
        picture,
        Section(
            "Areas beyond the limits",
            (_table(points[points["rule"] != ""], "beyond", "Areas beyond the limits", counted=False),),
        ),
        Section("What this funnel rests on", (Bullets(tuple(rests_on_words(found))),), limits=True),
        _table(points, "points", "Every area", counted=True),
    )
    return Document(f"Funnel of areas: {found.counted} against expected", found.period, blocks,
                    about_of(record, "the fit and its draws" if found.funnel.form == "predictive" else ""))  # fmt: skip


def rests_on_words(found: AreaFunnel) -> list[str]:
    """Say what limits allow for, and what they do not.

    Examples
    --------
    >>> from equitymodel.monitoring.funnel_limits import funnel
    >>> made = funnel(pd.Series([12.0, 9.0]), pd.Series([10.0, 10.0]), form="exact")
    >>> rests_on_words(AreaFunnel(made, {}, "2023/24"))[0][:38]
    'Limits are of chance alone (Poisson): '
    """
    made = found.funnel
    said = [f"Limits are {FORMS[made.form]}."]
    if np.isfinite(made.dispersion):
        said.append(
            f"Areas vary {made.dispersion:.1f} times as much as chance alone would have it (mean square of scores); "
            f"the limits allow for a variance of {made.between:.4f} between areas on their own scale."
        )
    return [
        *said,
        "An area within the limits is not shown to be like the others: limits of small areas are wide.",
        "What is expected carries no error here; with an estimated need, areas near a limit may lie on "
        "either side of it.",
        "Areas are not ranked: the order of the table is by distance from what is expected, in standard deviations.",
    ]


def _answer(found: AreaFunnel) -> str:
    points = found.points
    own = points[points["signal"]]
    ways = ", ".join(f"{len(rows)} {SIGNS[str(reading)]} {reading}" for reading, rows in own.groupby("reading"))
    lie = "lies" if len(own) == 1 else "lie"
    return f"{found.period}: {len(own)} of {len(points)} areas {lie} beyond the 99.8 % limits{ways and f' ({ways})'}."


def _by_chance(found: AreaFunnel) -> str:
    return (
        f"Beyond the 95 % limits lie {found.beyond(NEAR)}, beyond those of 99.8 % {found.beyond(WIDE)}. If areas "
        f"varied as these limits have it and no further, it would be {found.by_chance(0.95):.1f} and "
        f"{found.by_chance(0.998):.2f} on average."
    )


def _table(points: pd.DataFrame, name: str, title: str, *, counted: bool) -> DataTable:
    """List areas; counts stand once, in the table of all."""
    rows = points.assign(area=points["ics_name"], means=_means(points)).reset_index(drop=True)
    rows["places"] = np.clip(np.ceil(-np.log10(rows["upper_95"] - rows["lower_95"])), 1, MOST_PLACES) + 1
    numbers = [Column(heading, (field,), "number", "places") for heading, field in (
        ("observed over expected", "value"), ("95 % limits, lower", "lower_95"), ("upper", "upper_95"),
        ("99.8 % limits, lower", "lower"), ("upper of 99.8 %", "upper"),
    )]  # fmt: skip
    counts = (Column("observed", ("observed",), "count"), Column("expected", ("expected",), "number", 0)) * counted
    columns = (
        Column("area", ("area",)),
        *counts,
        *numbers,
        Column("beyond", ("outside",)),
        Column("means", ("means",)),
    )
    column = CountColumn("observed", ("area",), "observed", beside=("value", "score"))
    return DataTable(name, title, columns, rows.assign(outside=outside_of(rows)), counts=(column,) * counted)


def _means(points: pd.DataFrame) -> pd.Series:
    """Say what each area comes to: a signal beyond the outer limits alone."""
    inner = points["rule"].ne("") & ~points["signal"]
    ways = points["value"].gt(1).map({True: "between the limits, higher", False: "between the limits, lower"})
    return points["reading"].map(VARIATION).mask(inner, ways)


def _lines(points: pd.DataFrame) -> LineChart:
    """Give the funnel for slides: points against their size, and limits at each size."""
    rows = points.sort_values("expected")
    out = rows["signal"]
    data = pd.DataFrame({
        "expected": rows["expected"].to_numpy(float), "within 99.8 % limits": rows["value"].where(~out).to_numpy(),
        "beyond 99.8 % limits": rows["value"].where(out).to_numpy(), "centre": 1.0,
        "lower 95 %": rows["lower_95"].to_numpy(), "upper 95 %": rows["upper_95"].to_numpy(),
        "lower 99.8 %": rows["lower"].to_numpy(), "upper 99.8 %": rows["upper"].to_numpy(),
    })  # fmt: skip
    looks = {"within 99.8 % limits": "values", "beyond 99.8 % limits": "marks", "centre": "centre"}
    lines = looks | {str(name): "limit" for name in data if str(name).startswith(("lower", "upper"))}
    known = {name: look for name, look in lines.items() if data[name].notna().any()}
    return LineChart(data, "expected", known, "observed over expected", "expected")


def about_of(record: Mapping[str, Any], seed_of: str = "the simulation") -> tuple[tuple[str, str], ...]:
    """Say where a page comes from, and what the seed is of; nothing of a seed where nothing is drawn.

    Examples
    --------
    >>> about_of({"made": "2026", "inputs": {}, "seed": 1, "versions": {"equitymodel": "0.9"}})[-1]
    ('Package', 'equitymodel 0.9')
    """
    inputs = ", ".join(f"{name}: {source['file']}" for name, source in record["inputs"].items())
    seed = ((f"Seed of {seed_of}", str(record["seed"])),) if seed_of else ()
    package = f"equitymodel {record['versions']['equitymodel']}"
    return ("Made", record["made"]), *seed, ("Table", inputs), ("Package", package)
