"""The page of a refresh: what moved first, then everything that was different, revisions, and months not complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from equitymodel.monitoring.causes import Cause
from equitymodel.monitoring.nowcast import Nowcast
from equitymodel.monitoring.vintages import Vintages
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Section
from equitymodel.report.document.columns import Column, decimals_of, estimate
from equitymodel.report.earlier_results import EarlierResults
from equitymodel.report.look_record import LookRecord
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.vocabulary import ALL_ICS, ICS, PERIOD

TITLE = "What moved since the last report"
MOST_ROWS = 40
MOST_WAITED = 12
LEAST_WORTH = 0.0001
"""What is worth less, on a log ratio, would be printed as nothing."""
LABELS = ("table", "procedure", "group", "deprivation", "measure", "variant", "quantity", "route", "scope", "months")
"""Labels of a row that moved, as far as it has them, in the order in which they are read."""
NOTHING = "Nothing moved: every published number is what it was."
SIGNALS = (
    "A number that moved is something to look into. Whether an intervention did it is what an evaluation says, by the "
    "rule declared for it."
)


@dataclass(frozen=True)
class Refreshed:
    """How results came about from those before.

    Attributes
    ----------
    before, after
        Both, as they were written.
    day
        Of the new table.
    vintages
        Every table as it was reported.
    causes
        Everything that was different.
    tables
        ``causes, changes, revisions``, and of months ``triangle`` and ``nowcast``.
    nowcast, why_not
        What months that are not complete will come to; or why that is not said.
    monitor
        Of an evaluation, the looks of the monitor, month by month.
    """

    before: EarlierResults
    after: EarlierResults
    day: str
    vintages: Vintages
    causes: tuple[Cause, ...]
    tables: Mapping[str, pd.DataFrame]
    nowcast: Nowcast | None
    why_not: str
    monitor: LookRecord | None = None

    @property
    def lines(self) -> list[str]:
        """What is said on screen and first on the page, a sentence or two each."""
        seen = [] if self.monitor is None else self.monitor.lines
        return [*_answer(self), *(f"{first_upper(str(cause))}." for cause in self.causes), *seen, *self.looks]

    @property
    def looks(self) -> list[str]:
        """How often was looked, of how often was declared, where a plan was lodged."""
        plan = self.after.verdict.get("lodged_plan", {})
        return [str(line) for line in plan.get("said", []) if str(line).startswith("Look ")]

    def record(self) -> dict[str, Any]:
        """Give it in plain types, for JSON."""
        kept = [{"number": number, "vintage": each.day, "rows": len(each.rows)}
                for number, each in enumerate(self.vintages.kept, start=1)]  # fmt: skip
        return {
            "made": self.after.provenance["made"],
            "before": {"folder": self.before.folder.name, "made": self.before.provenance["made"]},
            "vintage": self.day,
            "vintages": kept,
            "causes": [str(cause) for cause in self.causes],
            "moved": len(self.tables["changes"]),
            "held_back": None if self.nowcast is None else self.nowcast.hold_back,
            "nowcast_not_said": self.why_not or None,
            "looks": self.looks,
            "options": "as in the results before; only tables differ",
            "seed": self.after.provenance["seed"],
            "versions": self.after.provenance["versions"],
        }


def refresh_document(refreshed: Refreshed) -> Document:
    """Say what moved since the last report, and what was different.

    Parameters
    ----------
    refreshed
        From `write_refresh`.
    """
    answer = [Paragraph(text, "text" if place else "answer") for place, text in enumerate(_answer(refreshed))]
    causes = tuple(f"{first_upper(str(cause))}." for cause in refreshed.causes) or ("Nothing was different.",)
    blocks: tuple[Block, ...] = (
        *answer,
        Section("What was different", (Bullets(causes), *(Paragraph(text) for text in refreshed.looks))),
        *_moved(refreshed.tables["changes"]),
        *_monitor(refreshed.monitor),
        *_revised(refreshed.tables["revisions"]),
        *_not_complete(refreshed),
        Section("How to read this", (Paragraph(SIGNALS),)),
    )
    before, after = (str(each.provenance["made"])[:10] for each in (refreshed.before, refreshed.after))
    about = (
        ("Last report", f"{refreshed.before.folder.name}, made {before}"),
        ("This report", f"{refreshed.after.folder.name}, made {after}, table of {refreshed.day}"),
        ("Tables kept", f"{len(refreshed.vintages.kept)}, in the folder vintages"),
        ("Options", "as in the last report: model, seed and way of reading"),
    )
    return Document(TITLE, _days(refreshed), blocks, about, refreshed.after.stamp)


def _days(refreshed: Refreshed) -> str:
    """Name the days of both tables, not those on which reports were made, which can be one day."""
    last = refreshed.before.vintages.last.day
    other = "one of the same day" if last == refreshed.day else f"that of {last}"
    return f"Table of {refreshed.day}, compared with {other}"


def _answer(refreshed: Refreshed) -> list[str]:
    moved = refreshed.tables["changes"]
    rows = sum(map(len, refreshed.after.tables.values()))
    said = (
        [NOTHING] if moved.empty else [f"{len(moved):,} of {rows:,} published numbers moved. {_largest(moved)}".strip()]
    )
    verdicts = [each.verdict.get("verdict") for each in (refreshed.before, refreshed.after)]
    if verdicts[1]:
        words = f"still '{verdicts[1]}'" if verdicts[0] == verdicts[1] else f"'{verdicts[1]}', and was '{verdicts[0]}'"
        said.append(f"The verdict is {words}.")
    return said


def _largest(moved: pd.DataFrame) -> str:
    known = moved[moved["standard_deviations"].notna()]
    if known.empty:
        return ""
    largest = float(known["standard_deviations"].abs().max())
    outside = int(((known["after"] < known["lower_before"]) | (known["after"] > known["upper_before"])).sum())
    return (f"The largest step is of {largest:.1f} standard deviations of its earlier "
            f"estimate; {outside:,} lie outside their earlier 95 % interval.")  # fmt: skip


def _moved(moved: pd.DataFrame) -> list[Section]:
    """List what moved of all ICSs together, largest first; all of it is in the table."""
    rows = moved[moved[ICS] == ALL_ICS] if ICS in moved else moved
    rows = rows.sort_values("standard_deviations", key=lambda column: -column.abs(), kind="stable")
    if rows.empty:
        return []
    labels, same = _labels(rows)
    rows = (
        rows.head(MOST_ROWS)
        .assign(**_spaced(rows))
        .rename(columns={"before": "estimate_before", "after": "estimate_after"})
    )
    named = {
        f"{when}_{end}": rows[f"{end}_{when}"] for when in ("before", "after") for end in ("estimate", "lower", "upper")
    }
    named["decimals"] = pd.Series(decimals_of(rows["lower_before"], rows["upper_before"]), rows.index)
    columns = (
        *(Column(name, (name,)) for name in labels),
        Column("unit", ("unit",)),
        estimate("last report", of="before_", decimals="decimals"),
        estimate("this report", of="after_", decimals="decimals"),
        Column("step, standard deviations", ("standard_deviations",), "number", 1),
    )
    note = (
        f"{', '.join(['All ICSs together', *same])}; largest step first, {MOST_ROWS} at most; changes.csv has every "
        "row. Brackets hold 95 % credible intervals. A step is over the standard deviation of the last report."
    )
    return [Section("What moved", (DataTable("changes", "Numbers that moved", columns, rows.assign(**named), note),))]


def _labels(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Name the columns that tell rows apart, and what is the same in all of them, which the note says once.

    Where every row says its quantity, its measure is the same said again.
    """
    found = [name for name in LABELS if name in rows and rows[name].notna().any()]
    told = [name for name in found if name != "measure" or not ("quantity" in rows and rows["quantity"].notna().all())]
    alike = [name for name in told if rows[name].nunique(dropna=False) == 1 and len(rows) > 1]
    return [name for name in told if name not in alike], [_same(name, rows[name].iloc[0]) for name in alike]


def _same(name: str, value: object) -> str:
    return str(value) if str(value).startswith("All ") else f"{name} {value}"


def _spaced(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Let names of quantities break over lines, as words do."""
    return {name: rows[name].str.replace("_", " ") for name in ("quantity", "measure") if name in rows}


def _monitor(record: LookRecord | None) -> list[Section]:
    """Show every look with what it cost, and what further months are worth."""
    if record is None:
        return []
    looks, worth = record.looks.tail(MOST_ROWS), record.waiting.head(MOST_WAITED)
    columns = (
        Column("up to", ("until",)),
        Column("table of", ("vintage",)),
        estimate(f"{looks['quantity'].iloc[-1]}, log ratio", decimals=2),
        Column(f"probability that {looks['probability_of'].iloc[-1]}", ("probability",), "probability"),
        Column("probability of its direction", ("direction_probability",), "probability"),
        Column("threshold", ("threshold",), "number", 4),
        Column("verdict", ("verdict",)),
    )
    table = DataTable("looks", "Looks so far", columns, looks, "Brackets hold 95 % credible intervals. The verdict "
                      "rests on more than its interval.")  # fmt: skip
    said = tuple(Paragraph(line) for line in record.lines)
    return [Section("The monitor", (*said, table, *_waiting(worth)))]


def _waiting(worth: pd.DataFrame) -> list[Block]:
    """Show what further months are worth, or say that they are worth nothing that could be printed."""
    if worth.empty:
        return []
    if worth["value"].max() < LEAST_WORTH:
        return [Paragraph(
            f"None of the next {len(worth)} months is worth {LEAST_WORTH} (log ratio) to the choice of going on or "
            "stopping: from what is known now, nothing they are likely to say would change it. waiting.csv has each."
        )]  # fmt: skip
    return [DataTable(
        "waiting", "What further months are worth",
        (Column("months more", ("months",), "count"), Column("value, log ratio", ("value",), "number", 4)), worth,
        "Going on is worth the effect less the smallest change that matters, stopping nothing. Multiply by what a "
        "whole unit is worth.",
    )]  # fmt: skip


def _revised(revised: pd.DataFrame) -> list[Section]:
    if revised.empty:
        return []
    by_month = revised.groupby(PERIOD)["difference"].agg(["size", "sum"]).reset_index()
    columns = (Column("period", (PERIOD,)), Column("counts revised", ("size",), "count"),
               Column("by, in all", ("sum",), "count"))  # fmt: skip
    note = "revisions.csv has each count, old and new. Counts that are hidden are not in the sum."
    table = DataTable("revisions", "Counts revised by period", columns, by_month.tail(MOST_ROWS), note)
    return [Section("Counts that were revised", (table,))]


def _not_complete(refreshed: Refreshed) -> list[Section]:
    title = "Months that are not complete"
    if refreshed.nowcast is None:
        return [Section(title, (Paragraph(f"Not said: {refreshed.why_not}.", "note"),))]
    rows = refreshed.nowcast.table.tail(12)
    columns = (
        Column("period", (PERIOD,)),
        Column("reported so far", ("reported",), "count"),
        estimate("expected when complete"),
        Column("complete", ("complete_share",), "share"),
        Column("held back", ("said",)),
    )
    said = rows["held_back"].map({True: "yes", False: "no"})
    table = DataTable("nowcast", "What months will come to", columns, rows.assign(said=said),
                      "Brackets hold 95 % prediction intervals, for the count when the month is complete.")  # fmt: skip
    return [Section(title, (Paragraph(str(refreshed.nowcast)), table))]
