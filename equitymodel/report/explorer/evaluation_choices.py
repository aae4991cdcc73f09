"""What the explorer of an evaluation looks things up in: long tidy tables, told apart by what a reader can choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.estimands.effect_measure import MEASURE, SCALE
from equitymodel.report.document.blocks import DataTable
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.document.count_column import CountColumn
from equitymodel.report.explorer.explorer_tables import looked_up
from equitymodel.report.explorer.unit_series import COUNT, GROUP, KIND, WHOLE, WHOM, counted_series
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.report.plots.interruption_plots import gaps_said_round, left_out_periods
from equitymodel.report.wording.evaluation_sentences import (
    evaluation_sentences,
    gap_sentences,
    months_judged,
)
from equitymodel.report.wording.evaluation_words import (
    ALL_ADMISSIONS,
    NARROWED,
    OVER_ALL,
    effect_rows,
    gap_rows,
    names_of,
    whom_words,
)
from equitymodel.report.wording.unit_sentences import FOUND, unit_sentences
from equitymodel.spec.arms import CONTROLS, EVERYWHERE
from equitymodel.studies.evaluation import Evaluation
from equitymodel.studies.impact import ALL_MONTHS, JUDGED, MONTHS
from equitymodel.vocabulary import ALL_GROUPS, ALL_PROCEDURES, ICS, PERIOD, PROCEDURE

PAIR, GAP = "pair", "gap"
QUANTITY, MODEL = "quantity", "model"
CHOSEN_FROM = (KIND, WHOM, QUANTITY, MONTHS, MODEL, PERIOD)
"""What a reader chooses by, and so what tells rows apart: the kind of unit, the unit, what is asked of it, over which
months, and by which model."""
KINDS = {WHOLE: "All of the question", GROUP: "A deprivation group", ICS: "An ICS", PROCEDURE: "A procedure",
         PAIR: "An ICS and procedure", GAP: "The gap between groups"}  # fmt: skip
THE_GAP = "the gap between deprivation groups"
MAIN = "the model of the verdict"
NONE_OF_ITS_OWN = "none of its own"
NO_MONTHS = "no span of months"
GAP_PLACES = 2


def evaluation_choices(result: Evaluation, modelled: pd.DataFrame, first: str = "") -> tuple[DataTable, ...]:
    """Lay out all that a reader of the explorer of an evaluation can choose.

    Parameters
    ----------
    result
        An evaluation whose main fit passed the gate.
    modelled
        From `modelled_series`.
    first
        The code of the ICS that it opens with; by default what the verdict is about.

    Returns
    -------
    tuple of DataTable
        Kinds of units, units, changes by quantity and months, models, sentences, and the series: counts, which go
        through disclosure control, and modelled numbers.
    """
    numbers = _numbers(result)
    months = list(dict.fromkeys(numbers[MONTHS]))
    kinds = [(kind, KINDS[kind]) for kind in KINDS if kind in set(numbers[KIND])]
    label = SeriesFacts.of(result.series).frequency.label
    periods = [(label(period), "yes" if away else "") for period, away in
               zip(pd.DatetimeIndex(result.series[PERIOD].values), left_out_periods(result), strict=True)]  # fmt: skip
    return (
        _listed("kinds", kinds, KIND, "name"),
        _units(result, numbers, first),
        _changes(numbers),
        _listed("months", [(name,) for name in months], MONTHS),
        _models(result),
        _listed("words", list(_words(result).items()), WHOM, "text"),
        _listed("periods", periods, PERIOD, "left_out"),
        *_series(result, modelled),
    )


def _listed(name: str, rows: Sequence[tuple[str, ...]], *columns: str) -> DataTable:
    return looked_up(name, pd.DataFrame(rows, columns=list(columns)), *columns)


def _kind(row: Mapping[Any, Any]) -> str:
    """Say what kind of unit a row of the table of changes is of."""
    group, treated, of_ics = (row["group"] != ALL_GROUPS, row[PROCEDURE] != ALL_PROCEDURES, row[ICS] not in EVERYWHERE)
    return GROUP if group else PAIR if of_ics and treated else ICS if of_ics else PROCEDURE if treated else WHOLE


def _numbers(result: Evaluation) -> pd.DataFrame:
    """Give every change of every unit as a page prints it, beside what tells it apart."""
    names, impact = names_of(result.series), result.impact
    gap = result.gap_change
    shown = gap[~gap[MEASURE].str.startswith(NARROWED)] if len(gap) else gap
    said = pd.concat([impact, shown], ignore_index=True)
    rows = pd.DataFrame([*effect_rows(impact, names), *gap_rows(gap)])
    whom = [whom_words(row, names) for row in impact.to_dict("records")] + [THE_GAP] * len(shown)
    kinds = [_kind(row) for row in impact.to_dict("records")] + [GAP] * len(shown)
    spans = _spans(result)
    return rows.assign(whom=whom, kind=kinds, months=[spans.get(str(months), NO_MONTHS) for months in said[MONTHS]],
                       quantity=[first_upper(str(text).removesuffix(OVER_ALL)) for text in rows[QUANTITY]],
                       line=["1" if scale in ("ratio", "log_ratio") else "0" for scale in said[SCALE]],
                       found=said.get(FOUND, pd.Series(np.nan, index=said.index)))  # fmt: skip


def _spans(result: Evaluation) -> dict[str, str]:
    """Name the months that changes are over."""
    after = f"{result.months[1]:.0f}"
    return {JUDGED: f"{months_judged(result)}, which are judged", ALL_MONTHS: f"all {after} months after the start"}


def _changes(numbers: pd.DataFrame) -> DataTable:
    return looked_up("changes", numbers, WHOM, QUANTITY, MONTHS, estimate("interval", decimals="places"),
                     Column("in", ("unit",)), Column("likely", ("likely",), "probability"),
                     Column("likelier", ("likelier",)), "line")  # fmt: skip


def _units(result: Evaluation, numbers: pd.DataFrame, first: str) -> DataTable:
    """List the units: of which kind, from when exposed, and what verdict there is on them."""
    about = THE_GAP if result.plan.outcome == "gap" else ALL_ADMISSIONS
    opens = names_of(result.series).get(first, first) or about
    rows = numbers.drop_duplicates(WHOM)
    found = numbers.dropna(subset=["found"]).drop_duplicates(WHOM).set_index(WHOM)["found"]
    starts, size = _starts(result), f"of {100 * result.plan.smallest_change:g} % or more"
    return looked_up("units", rows.assign(
        first=(rows[WHOM] == opens).map({True: "yes", False: ""}),
        start=[starts.get(str(name), starts[""]) for name in rows[WHOM]],
        verdict=(rows[WHOM] == about).map({True: result.verdict.verdict, False: NONE_OF_ITS_OWN}),
        found=rows[WHOM].map(found).map({True: f"{size} is found", False: f"{size} is not found"}).fillna(""),
    ), WHOM, Column("among", (KIND,)), "first", "start", "verdict", "found")  # fmt: skip


def _starts(result: Evaluation) -> dict[str, str]:
    """Give the period in which it started, of each ICS that has a start of its own, and of all others."""
    periods = pd.DatetimeIndex(result.series[PERIOD].values)
    label, names = SeriesFacts.of(result.series).frequency.label, names_of(result.series)
    days = {"": result.plan.first_start} | {names.get(ics, ics): result.plan.start_of(ics)
                                            for ics in result.plan.starts or ()}  # fmt: skip
    return {name: label(periods[periods >= pd.Timestamp(day)].min()) for name, day in days.items()}


def _models(result: Evaluation) -> DataTable:
    """Give the answer of every model to the question that it is about, as ratios over the months judged."""
    rows = result.average_changes.drop_duplicates(["about", "label"])
    counted = rows["counted"].astype(bool)
    rows = rows.assign(
        whom=np.where(rows["about"].str.startswith("the gap"), THE_GAP, ALL_ADMISSIONS),
        model=rows["label"].mask(counted, MAIN), part=rows["why_not_counted"].mask(counted, "the verdict"),
    ).sort_values("counted", ascending=False, kind="stable")  # fmt: skip
    return looked_up("models", rows, WHOM, MODEL, estimate("interval", decimals=2), "part", "about")


def _words(result: Evaluation) -> dict[str, str]:
    """Give what is said of each unit."""
    said = evaluation_sentences(result)
    whole = " ".join(said[~said["about"].isin(["gap", "units"])]["text"])
    words = unit_sentences(result) | ({} if result.plan.outcome == "gap" else {ALL_ADMISSIONS: whole})
    if len(result.gap_change):
        of_gap = result.plan.outcome == "gap"
        gap = gap_sentences(result.judged_gap, smallest_change=result.plan.smallest_change,
                            verdict=result.verdict.verdict if of_gap else "")  # fmt: skip
        words[THE_GAP] = whole if of_gap else " ".join(gap)
    return words


def _series(result: Evaluation, modelled: pd.DataFrame) -> tuple[DataTable, ...]:
    """Give the series of every unit, and of the gap; counts kind by kind, so that all are looked at together."""
    label = SeriesFacts.of(result.series).frequency.label
    modelled = pd.concat([modelled, _gap_series(result)], ignore_index=True)
    if modelled.empty:
        return ()
    modelled = modelled.assign(period=[label(period) for period in modelled[PERIOD]])
    counts = [_counts(kind, rows.assign(period=[label(period) for period in rows[PERIOD]]))
              for kind, rows in counted_series(result).items() if len(rows)]  # fmt: skip
    return (
        looked_up("series", modelled, WHOM, PERIOD, estimate("with", of="with_", decimals="places"),
                  estimate("without", of="without_", decimals="places")),
        *counts,
    )  # fmt: skip


def _counts(kind: str, rows: pd.DataFrame) -> DataTable:
    dims = (PERIOD,) if kind == WHOLE else ("label", PERIOD)
    named = rows.rename(columns={"label": kind}) if kind != WHOLE else rows
    counts = CountColumn(COUNT, tuple(kind if dim == "label" else dim for dim in dims))
    return looked_up(f"seen_{kind}", named, WHOM, PERIOD, Column("seen", (COUNT,), "count"), counts=(counts,))


def _gap_series(result: Evaluation) -> pd.DataFrame:
    """Give the gap of the exposed by period, with and without the intervention, the end that has more first."""
    if result.groups is None:
        return pd.DataFrame()
    paths, _ = gaps_said_round(result)
    own = paths[paths["arm"] != CONTROLS]
    after = own[PERIOD] >= pd.Timestamp(result.plan.first_start)
    parts = [own[(own["path"] == path) & (after | (path == "with"))].set_index(PERIOD)[["estimate", "lower", "upper"]]
             .add_prefix(f"{path}_") for path in ("with", "without")]  # fmt: skip
    return parts[0].join(parts[1]).reset_index().assign(whom=THE_GAP, kind=GAP, places=GAP_PLACES)
