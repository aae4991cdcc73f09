"""Write the page of errors of interrupted series, from the tables of the studies."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd
from guards_page import guards, power
from kept_cells import Cell
from page import markdown

RULES = {"twin": "twin", "called": "interval", "verdict": "verdict", "poisson": "Poisson",
         "quasi_poisson": "quasi-Poisson", "newey_west": "Newey-West", "prais_winsten": "Prais-Winsten",
         "reml_ar1": "REML AR(1)"}  # fmt: skip
TITLES = {"none": "where nothing changed", "some": "where something changed", "groups": "whether the gap changed",
          "power": "what the verdict finds", "guards": "what each part of the rule stops"}  # fmt: skip
LIMIT, ERRORS = 0.05, 3
BAND = (0.93, 0.97)


def page(
    tables: dict[str, pd.DataFrame], judged: dict[str, dict[Cell, pd.DataFrame]], twins: int, remark: str = ""
) -> str:
    """Lay out the studies that were run, each with what it shows, and name those that were not."""
    parts = {"none": partial(_none, twins=twins), "some": _some, "groups": _groups}
    missing = [words for name, words in TITLES.items() if name not in tables | judged]
    verdicts = power(judged["power"]) if "power" in judged else []
    stops = guards(judged.get("power", {}), judged.get("guards", {})) if judged else []
    return "\n".join([
        "# How often a verdict on an interrupted series is wrong",
        "",
        "Written by `benchmarks/interruption_errors.py`; its first lines say how to run it. Months are simulated with a",
        "season, noise whose standard deviation is 5 % and whose correlation from month to month is given, and Poisson",
        "counts. The model is the shipped one; intervals are those of the months on which the verdict rests (the first 12",
        "where both level and trend may change, all where a step, a ramp or a slope is declared).",
        "",
        *([remark, ""] if remark else []),
        *(line for name, table in tables.items() for line in (*parts[name](table), "")),
        *verdicts,
        *stops,
        *([f"Not run yet: {'; '.join(missing)}.", ""] if missing else []),
    ])  # fmt: skip


def _none(table: pd.DataFrame, twins: int) -> list[str]:
    rows = [
        [f"{before}+{after}", expected, rho, *(_percent(row[name]) for name in RULES)]
        for (rho, (before, after), expected), (_, row) in zip(table["cell"], table.iterrows(), strict=True)
    ]
    replicates = int(table["replicates"].min())
    limits = {name: LIMIT + ERRORS * _error(count) for name, count in (("twin", twins), ("called", replicates))}
    over = {name: int((table[name] > limit).sum()) for name, limit in limits.items()}
    return [
        "## Where nothing changed",
        "",
        f"Share of series in which a change is called, in per cent: {twins:,} series a cell for the twin, {replicates:,}",
        "for the shipped model and the companions. *Interval*: the 95 % credible interval of the average change excludes",
        "none. *Verdict*: the whole rule says *real change*. The twin takes logs of counts as normal; it is there to show",
        "that the shipped model's figures are those of the method.",
        "",
        *markdown(["months", "a month", "correlation", *RULES.values()], rows),
        "",
        f"On average {', '.join(f'{words} {_percent(table[name].mean())}' for name, words in RULES.items())}.",
        f"Simulation error of one cell at 5 %: {_percent(_error(twins))} for the twin, {_percent(_error(replicates))} for the",
        f"others. Cells above 5 % by more than {ERRORS} such errors: twin {over['twin']}, interval {over['called']}, of "
        f"{len(table)}; largest verdict {_percent(table['verdict'].max())}.",
    ]  # fmt: skip


def _some(table: pd.DataFrame) -> list[str]:
    rows = [
        [form, f"{100 * change:+g} %", f"{before}+{after}", expected, _percent(row["held"]), _percent(row["found"]),
         f"{100 * math.expm1(row['width'] / 2):.0f} %"]
        for (form, change, _, (before, after), expected), (_, row) in zip(table["cell"], table.iterrows(), strict=True)
    ]  # fmt: skip
    replicates = int(table["replicates"].min())
    below, above = int((table["held"] < BAND[0]).sum()), int((table["held"] > BAND[1]).sum())
    return [
        "## Where something changed",
        "",
        f"{replicates:,} series a row, correlation 0.3; a ramp takes six months. *Held*: the 95 % interval of the average",
        "change holds the true one, in per cent. *Found*: the interval lies above no change. *Half width* of the interval.",
        "",
        *markdown(["shape", "change", "months", "a month", "held", "found", "half width"], rows),
        "",
        f"Held on average: {_percent(table['held'].mean())}; simulation error of a row {_percent(_error(replicates))}. Of "
        f"{len(table)} rows {below} lie below {100 * BAND[0]:.0f} and {above} above {100 * BAND[1]:.0f}. The prior lets the",
        "noise be larger than a short series shows, so that intervals err on the wide side.",
    ]  # fmt: skip


def _groups(table: pd.DataFrame) -> list[str]:
    rows = [
        [words, f"{100 * shared:.0f} %", expected, *(_percent(row[name]) for name in ("held", "narrowed", "widened"))]
        for (words, shared, expected), (_, row) in zip(table["cell"], table.iterrows(), strict=True)
    ]
    return [
        "## Whether the gap changed",
        "",
        f"{int(table['replicates'].min()):,} sets of five groups a row, 48 months before and 24 after; the more deprived",
        "have fewer admissions before. *Shared*: the part of the noise's variance that all groups have in common. *Held*:",
        "the 95 % interval of the change of the log relative index holds the true one. *Narrowed*, *widened*: said with more",
        "than 97.5 % probability. All in per cent.",
        "",
        *markdown(["change", "shared", "a month and group", "held", "narrowed", "widened"], rows),
        "",
        f"Simulation error of a row at 95 %: {_percent(_error(int(table['replicates'].min())))}; held on average "
        f"{_percent(table['held'].mean())}.",
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _error(replicates: int) -> float:
    return float(np.sqrt(LIMIT * (1 - LIMIT) / replicates))
