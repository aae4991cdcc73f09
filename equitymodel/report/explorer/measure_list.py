"""The measures that a reader of the explorer can choose among, and what each is called."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from equitymodel.report.content.published import Published
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.report.wording.group_words import words_of
from equitymodel.report.wording.measure_words import adjustment_words
from equitymodel.report.wording.one_ics import COMPARISONS

MEASURE = "measure"
NULLS = "_null"
"""What ends the names of measures that say what chance alone shows."""
RATIO = "ratio"


def listed_measures(published: Published) -> pd.DataFrame:
    """List the measures of gaps, the headline first.

    Parameters
    ----------
    published
        What was published of a fit.

    Returns
    -------
    pandas.DataFrame
        ``key`` and ``variant`` as in the table of gaps; ``measure``, a short word of its own for each; ``name``, which
        those share that differ by adjustment alone; ``adjusted``, for what; ``title``, which says both and the unit;
        ``line``, what no gap would give; ``probability_of``. Comparisons with other ICSs and what chance alone would
        show are left out.
    """
    gaps = published.tables["gaps"]
    rows = gaps[~gaps["measure"].isin(COMPARISONS) & ~gaps["measure"].str.endswith(NULLS)]
    rows = rows.drop_duplicates(["measure", "variant"]).sort_values("headline", ascending=False, kind="stable")
    rows = rows.rename(columns={"measure": "key"}).reset_index(drop=True)
    number = rows.groupby("key").cumcount()
    made = pd.DataFrame({
        "key": rows["key"], "variant": rows["variant"],
        MEASURE: rows["key"].where(number == 0, rows["key"] + "_" + (number + 1).astype(str)),
        "name": [_name(published, row) for row in rows.to_dict("records")],
        "adjusted": [_adjusted(published, str(adjustment)) for adjustment in rows["adjustment"]],
        "unit": rows["unit"],
        "probability_of": [f"Probability, {event}" if event else "" for event in rows["probability_of"]],
        "line": (rows["unit"] == RATIO).map({True: "1", False: "0"}),
    })  # fmt: skip
    return made.assign(title=[_title(row) for row in made.to_dict("records")])


def _name(published: Published, row: dict[Hashable, Any]) -> str:
    """Name a measure without what it is adjusted for, which is chosen beside it."""
    if row["adjustment"]:
        return f"rate ratio, {words_of(published.facts).page()['compared']}"
    return f"{str(row['key']).replace('_', ' ')}, {row['variant']}"


def _adjusted(published: Published, adjustment: str) -> str:
    """Say what a measure is adjusted for; those that do not say it are by what is fullest."""
    return adjustment_words(adjustment or published.facts.fullest, published.facts.group)


def _title(row: dict[Hashable, Any]) -> str:
    """Say in full what a table shows."""
    unit = "" if row["unit"] == RATIO else row["unit"]
    return first_upper(", ".join(filter(None, (row["name"], unit, f"adjusted for {row['adjusted']}"))))
