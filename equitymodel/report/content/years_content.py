"""What changed between years: the gap of every year, and whether it narrowed."""

from __future__ import annotations

import pandas as pd

from equitymodel.estimands.between_years import FROM, TO
from equitymodel.estimands.year_records import CHANGE, NARROWING
from equitymodel.report.content.named_numbers import named_numbers
from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import DataTable, Paragraph, Section
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.tables.named_year import first_and_last
from equitymodel.vocabulary import PERIOD

GAP = "rate_ratio"
OPENING = """Changes are worked out within each draw, so they are surer than intervals of two years laid side by side
    suggest. Cells that are missing in some year are left out of all, so that years compare like with like. A gap has
    narrowed when it came closer to none, whoever had fewer before. All but this section is of the last year; every pair
    of years is in years.csv and shares.csv."""


def years_content(published: Published, code: str) -> Section | None:
    """Set the gaps of the first and the last year beside each other.

    Returns
    -------
    Section or None
        Nothing for a fit to one year.
    """
    if "years" not in published.tables:
        return None
    labels = published.labels
    own = published.rows("years", code)
    pairs = own[own["measure"] == f"{GAP}{CHANGE}"]
    first, last = first_and_last(pairs)
    rows = _of(own, GAP, labels, "first_", **{PERIOD: first})
    for measure, name, where in (
        (GAP, "last_", {PERIOD: last}),
        (f"{GAP}{CHANGE}", "change_", {FROM: first, TO: last}),
        (f"{GAP}{NARROWING}", "narrowed_", {FROM: first, TO: last}),
    ):
        rows = rows.merge(_of(own, measure, labels, name, **where), on=labels, how="outer", sort=False)
    columns = (
        *(Column(label.replace("_", " "), (label,)) for label in labels),
        estimate(f"rate ratio, {first}", of="first_", decimals=2),
        estimate(f"rate ratio, {last}", of="last_", decimals=2),
        estimate("change, as a factor", of="change_", decimals=2),
        Column("probability that it narrowed", ("narrowed_probability",), "probability"),
    )
    note = (
        f"{published.facts.basis.capitalize()}. Brackets hold 95 % credible intervals, for the area as it is: the "
        "noise of single years is left out."
    )
    table = DataTable("years", f"The gap in {first} and {last}", columns, rows, note)
    return Section(f"What changed from {first} to {last}", (Paragraph(" ".join(OPENING.split())), table))


def _of(own: pd.DataFrame, measure: str, labels: list[str], name: str, **where: str) -> pd.DataFrame:
    rows = own[own["measure"] == measure]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return named_numbers(rows, labels, name, "probability")
