"""The tables of an evaluation: who moved, the gap, what could be found, and what was tried against the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.estimands.effect_measure import MEASURE
from equitymodel.report.document.blocks import DataTable
from equitymodel.report.document.columns import Column, Kind, estimate
from equitymodel.report.wording.evaluation_words import (
    detectable_rows,
    forecasts_by_origin,
    gap_rows,
    impact_rows,
    names_of,
    whom_words,
)
from equitymodel.spec.arms import EVERYWHERE
from equitymodel.studies.detectable_change import MONTHS_SHOWN
from equitymodel.studies.evaluation import Evaluation, question_in_words
from equitymodel.studies.impact import ALL_MONTHS, MONTHS
from equitymodel.vocabulary import ALL_PROCEDURES, ICS, PROCEDURE

RATIO, ADDED = "average_rate_ratio", "admissions_added"
ENDS = ("estimate", "lower", "upper")
FIELDS = ("quantity", "whom", "estimate", "lower", "upper", "places", "unit", "likely", "likelier")
"""Of a table whose rows have a unit each."""
BRACKETS = "Brackets hold 95 % credible intervals."


def findings_table(result: Evaluation) -> DataTable:
    """Lay out who moved: a line for all, for each group, ICS and procedure, over the months judged and over all.

    Parameters
    ----------
    result
        From `evaluate`.

    Returns
    -------
    DataTable
        The average rate ratio and the admissions added, as numbers. Pairs of ICS and procedure are left to impact.csv.
    """
    keys = [ICS, "group", PROCEDURE, MONTHS]
    ratio, added = (
        result.impact.loc[result.impact[MEASURE] == measure, [*keys, *ENDS, "probability"]]
        .rename(columns={name: f"{short}{name}" for name in (*ENDS, "probability")})
        for measure, short in ((RATIO, "ratio_"), (ADDED, "added_"))
    )  # fmt: skip
    rows = ratio.merge(added, on=keys, how="left", sort=False)
    rows = rows[rows[ICS].isin(EVERYWHERE) | (rows[PROCEDURE] == ALL_PROCEDURES)]
    names = names_of(result.series)
    rows = rows.assign(whom=[whom_words(row, names) for row in rows.to_dict("records")],
                       over=np.where(rows[MONTHS] == ALL_MONTHS, "all", "judged"))  # fmt: skip
    columns = (
        Column("of", ("whom",)),
        Column("months after", ("over",)),
        estimate("average rate ratio, with over without", of="ratio_", decimals=2),
        Column("probability of more", ("ratio_probability",), "probability"),
        estimate("admissions added", of="added_"),
    )
    note = f"{BRACKETS} A rate ratio of 1 is no change; below 0, admissions were lost. The verdict is on months judged."
    return DataTable("findings", "Who moved, and by how much", columns, rows, note)


def changes_table(result: Evaluation) -> DataTable:
    """Lay out every other change of admissions, in the unit of each: of level, of trend, beside what was predicted."""
    rows = result.impact[~result.impact[MEASURE].isin([RATIO, ADDED])]
    title, whom = "Further changes of admissions", Column("of", ("whom",))
    return _in_units("changes", title, impact_rows(rows, names_of(result.series)), whom)


def gap_change_table(result: Evaluation) -> DataTable:
    """Lay out the gap and its change, the end of the gradient that has more first."""
    return _in_units("gap", "The gap between deprivation groups, and its change", gap_rows(result.gap_change))


def _in_units(name: str, title: str, rows: Sequence[Mapping[str, Any]], *more: Column) -> DataTable:
    """Make a table whose rows have a unit each, which a column names, and as many decimals as each bears."""
    columns = (
        Column("quantity", ("quantity",)),
        *more,
        estimate("estimate", decimals="places"),
        Column("unit", ("unit",)),
        Column("probability of the likelier", ("likely",), "probability"),
        Column("the likelier", ("likelier",)),
    )
    frame = pd.DataFrame(rows, columns=list(FIELDS))
    return DataTable(name, title, columns, frame, f"{BRACKETS} Changes in % are above 0 for more.")


def known_before_table(result: Evaluation) -> DataTable:
    """Lay out what the series could find, before any result was known."""
    made = [{"measure": row["measure"], "model": row["model"], "first": row["first"],
             **dict(zip(map(str, MONTHS_SHOWN), row["sizes"], strict=True))}
            for row in detectable_rows(result.known_before)]  # fmt: skip
    fields = {"measure": "change of", "model": "model", **{str(at): f"{at} months after" for at in MONTHS_SHOWN},
              "first": f"months until {100 * result.plan.smallest_change:g} % is found"}  # fmt: skip
    kinds: dict[str, Kind] = {**dict.fromkeys(map(str, MONTHS_SHOWN), "share"), "first": "count"}
    columns = tuple(Column(heading, (field,), kinds.get(field, "text")) for field, heading in fields.items())
    note = """Worked out from the data before the start, before any result. More months do not always help: with a
        change of trend, the trend before has to be carried further."""
    title = "The smallest change that is found in 80 % of cases"
    return DataTable("known_before", title, columns, pd.DataFrame(made, columns=list(fields)), " ".join(note.split()))


def models_table(result: Evaluation) -> DataTable:
    """Lay out the answer of every model, as ratios over the months judged; of those without one, why."""
    rows = result.average_changes
    told = [row["note"] if isinstance(row["note"], str) and row["note"] else row["why_not_counted"]
            for row in rows.to_dict("records")]  # fmt: skip
    rows = rows.assign(vote=np.where(rows["counted"].astype(bool), "the verdict", told))
    columns = (Column("model", ("label",)), Column("of", ("about",)), estimate("ratio, with over without", decimals=2),
               Column("its part", ("vote",)))  # fmt: skip
    return DataTable("models", "The answer of every model", columns, rows, BRACKETS)


def placebos_table(result: Evaluation) -> DataTable:
    """Lay out the answers at dates at which nothing happened."""
    rows = result.placebos.dropna(subset=["estimate"])
    changes = {name: 100 * np.expm1(rows[name].astype(float)) for name in ENDS}
    columns = (Column("date", ("date",)), estimate(f"change of {question_in_words(result.main)[0]}, %", decimals=1),
               Column("probability of that direction", ("probability",), "probability"))  # fmt: skip
    return DataTable(
        "placebos", "The same question at dates before the start", columns, rows.assign(**changes), BRACKETS
    )


def forecasts_table(result: Evaluation) -> DataTable:
    """Sum up how months before the start were forecast from earlier ones."""
    rows = pd.DataFrame(forecasts_by_origin(result.forecasts), columns=["origin", "counts", "held", "scaled_error"])
    columns = (
        Column("made on", ("origin",)),
        Column("counts forecast", ("counts",), "count"),
        Column("held by 90 % intervals", ("held",), "share"),
        Column("error over that of the year before", ("scaled_error",), "number", 2),
    )
    return DataTable("forecasts", "Forecasts of months before the start", columns, rows)
