"""Tables of what the whole verdict finds, and of what each part of its rule stops: the right, and the wrong."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from interruption_worlds_page import Estimated, Limit, right_way, stopped
from judged_worlds import FOUND, PARTS
from kept_cells import Cell
from page import markdown

from equitymodel.simulate.series_worlds import SERIES_WORLDS

EACH, TOGETHER = Limit("stopped", 2.0), Limit("stopped", 5.0)
THERE_FOR = {
    "forecasts": ("two_months", "random_walk"),
    "placebo": ("random_walk",),
    "drift": ("random_walk",),
    "one_month": ("surge_half",),
    "parallel_trends": ("unlike_trends",),
    "recovery": ("straight_25",),
}
"""The wrong worlds that parts of the rule are there for."""
Judged = Mapping[Cell, pd.DataFrame]


def power(cells: Judged) -> list[str]:
    """Lay out how often a true change is found: by the interval, and by the whole verdict."""
    rows = [
        [outcome, form, declared, f"{100 * size:+.0f} %", f"{before}+{after}", expected, *_found(rows)]
        for (outcome, form, declared, size, (before, after), expected), rows in cells.items()
    ]
    replicates = min(len(rows) for rows in cells.values())
    return [
        "## What the verdict finds",
        "",
        f"{replicates} series a row that are the model's, correlation 0.3, with a true change: of the level, or of the gap (five",
        "groups that share half of the noise's variance, numbers for all together). A slope is given by its average over all",
        "months after. *Interval*: the 95 % interval excludes none, in the true direction. *Matters*: also a change of 5 % or",
        "more has probability 0.8. *Real change*: the verdict. *Held*: the interval holds the truth. Per cent, with Monte Carlo",
        "standard errors in brackets.",
        "",
        *markdown(["question", "change", "declared", "size", "months", "a month", "interval", "matters", "real change",
                   "held"], rows),
        "",
    ]  # fmt: skip


def _found(rows: pd.DataFrame) -> list[str]:
    way = right_way(rows)
    held = (rows["lower"] <= rows["truth"]) & (rows["truth"] <= rows["upper"])
    found = [Estimated.share(part) for part in (rows["called"] & way, rows["called"] & rows["matters"] & way, held)]
    return [str(part) for part in (*found[:2], Estimated.share_of_found(rows, "real", way), found[2])]


def guards(right: Judged, wrong: Judged) -> list[str]:
    """Lay out how many of the changes found each part stops, where the model is right and where it is not."""
    found = {
        outcome: _changes([rows for cell, rows in right.items() if cell[0] == outcome]) for outcome in ("level", "gap")
    }
    lines = [[words, *(_share(found[outcome], part) for outcome in found), _wrong(part, wrong)]
             for part, words in PARTS.items() if part in THERE_FOR or any(f"stopped_{part}" in rows for rows in found.values())]  # fmt: skip
    together = [f"{_any_stopped(rows)}" for rows in found.values()]
    return [
        "## What each part of the rule stops",
        "",
        f"Of the changes found (interval and {FOUND[1]}), per cent that a part does not let be called real, with Monte Carlo",
        "standard errors. *Right*: the series of the table above, whose changes are true; they have no break and no controls,",
        "so that recovery and parallel trends are not asked. *There for*: worlds of",
        "[the other page](interruption_worlds.md) in which what is found is wrong: stopped of found. An aim is missed when",
        "the share lies beyond it by more than two standard errors: each part at most 2 %, all together at most 5 %.",
        "",
        *markdown(["part", "right, level", "right, gap", "the wrong it is there for"],
                  [*lines, ["all together", *together, _wrong(None, wrong)]]),
        "",
        _left_out(right, wrong),
        "",
    ]  # fmt: skip


def _changes(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Put together the replicates in which the interval finds a change that matters, and the fit was sound."""
    if not tables:
        return pd.DataFrame()
    rows = pd.concat(tables, ignore_index=True)
    return rows[rows["called"] & rows["matters"] & ~rows["failed"] & rows["real"].notna()]


def _share(rows: pd.DataFrame, part: str) -> str:
    return _against(stopped(rows, part), EACH) if len(rows) and f"stopped_{part}" in rows else "-"


def _any_stopped(rows: pd.DataFrame) -> str:
    return _against(~rows["real"].astype(bool), TOGETHER) if len(rows) else "-"


def _against(stops: pd.Series, limit: Limit) -> str:
    share = Estimated.share(stops)
    return f"{share} {'**missed**' if limit.missed_by(share.value, len(stops)) else 'met'}"


def _wrong(part: str | None, wrong: Judged) -> str:
    """Say how many of what is found in the worlds that a part is there for it stops; all parts where none is named."""
    names = THERE_FOR.get(part, ()) if part else dict.fromkeys(name for name, _ in wrong)
    found = {(name, outcome): _changes([wrong[name, outcome]]) for name in names for outcome in ("level", "gap")
             if (name, outcome) in wrong}  # fmt: skip
    return "; ".join(
        f"{SERIES_WORLDS[name].words}, {outcome}: {int((stopped(rows, part) if part else ~rows['real'].astype(bool)).sum())}"
        f" of {len(rows)}"
        for (name, outcome), rows in found.items()
    ) or "-"  # fmt: skip


def _left_out(right: Judged, wrong: Judged) -> str:
    """Say how often months just before the start are left out, which stops nothing."""
    groups = {"where nothing happened before the start": list(right.values()),
              "where admissions were held back": [rows for (name, _), rows in wrong.items() if name == "anticipation"]}  # fmt: skip
    said = [
        f"{Estimated.share(pd.concat(rows)['early'].astype(bool))} % {words}" for words, rows in groups.items() if rows
    ]
    return f"The months just before the start are left out of the fit, and it is said, in {' and '.join(said)}."
