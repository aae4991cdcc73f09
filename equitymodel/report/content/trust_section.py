"""Whether the fit can be trusted, what was repaired in the data, and what the model is: for who answers for it."""

from __future__ import annotations

import math

import pandas as pd

from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Paragraph, Section
from equitymodel.report.document.columns import Column
from equitymodel.report.wording.prior_words import hanging_words, measures_hanging, place_words

MEANING = {
    "PASS": "Every check of the fit, and of what is reported, is within its limit.",
    "WARN": "Some checks are beyond the limit at which they pass, but none beyond that at which a fit fails: the "
    "column 'where' says what to do.",
    "FAIL": "Some checks failed: these numbers are not for use.",
}
DIGITS, MOST_DECIMALS = 4, 6
POWER_SCALED = "Each prior is made a little stronger and a little weaker by weighing draws again (power-scaling)."


def trust_section(published: Published) -> Section:
    """Give the diagnosis of the fit, check by check, the worst first.

    Returns
    -------
    Section
        Its verdict with what it means, and a table.
    """
    diagnosis = published.diagnosis
    said = Paragraph(f"Verdict: {diagnosis.verdict}. {MEANING[diagnosis.verdict]}")
    order = list(MEANING)[::-1]
    ranked = sorted(diagnosis.checks, key=lambda check: order.index(check.verdict))
    rows = pd.DataFrame(
        [(check.name, check.value, check.limit, check.verdict, check.detail) for check in ranked],
        columns=["name", "value", "limit", "verdict", "detail"],
    ).assign(places=lambda table: [significant(value) for value in table["value"]])
    columns = (Column("check", ("name",)), Column("measured", ("value",), "number", "places"),
               Column("limit", ("limit",)), Column("verdict", ("verdict",)), Column("where", ("detail",)))  # fmt: skip
    checks = DataTable("diagnosis", "Checks of the fit", columns, rows)
    return Section("Can the fit be trusted?", (said, checks, *_priors(published)))


def _priors(published: Published) -> tuple[Block, ...]:
    """Say which numbers hang on a prior, and list what moves most with each."""
    priors = published.tables.get("priors")
    said = Paragraph(hanging_words(priors))
    if priors is None or priors.empty:
        return (said,)
    each = [row for _, row in priors.iterrows()]
    rows = priors.assign(places=3, where=list(map(place_words, each)), hanging=list(map(measures_hanging, each)))
    columns = (Column("prior of", ("prior",)), Column("number that moves most", ("measure",)),
               Column("of", ("where",)),
               Column("sensitivity", ("sensitivity",), "number", "places"),
               Column("measures that hang on it", ("hanging",)))  # fmt: skip
    limit = f"A number hangs on it from a sensitivity of {priors['limit'].iloc[0]:g}"
    note = f"{POWER_SCALED} {limit}, and it says nothing of a prior of another family."
    return said, DataTable("priors", "Which numbers hang on which prior", columns, rows, note)


def significant(value: float) -> int:
    """Give the decimals that show four significant digits of a number, six at most.

    Examples
    --------
    >>> [significant(value) for value in (184.406, 1.0, 0.000595, 0.0, 12345.6)]
    [1, 3, 6, 0, 0]
    """
    if not math.isfinite(value) or value == 0:
        return 0
    return min(max(DIGITS - 1 - math.floor(math.log10(abs(value))), 0), MOST_DECIMALS)


def data_section(published: Published, *, rows: bool) -> Section:
    """List warnings and repairs of the data.

    Parameters
    ----------
    published
        What was published.
    rows
        Whether rows of the tables are quoted: only where the page stays with the data.

    Returns
    -------
    Section
        A table, or that there were none.
    """
    found = pd.DataFrame(published.provenance["exclusions_and_repairs"])
    title = "Data: warnings and repairs"
    if found.empty:
        return Section(title, (Paragraph("None: every table was read as it is."),))
    found = found.assign(
        what=[": ".join(filter(None, pair)) for pair in zip(found["states"], found["detail"], strict=True)]
    )
    heads = {"rule": "rule", "severity": "kind", "table": "table", "what": "what was found", "rows": "rows, up to five"}
    columns = [Column(head, (field,)) for field, head in heads.items() if rows or field != "rows"]
    columns.append(Column("rows in all", ("count",), "count"))
    return Section(title, (DataTable("data", "What rules found in the tables", tuple(columns), found),))


def model_section(published: Published) -> Section:
    """Say what was asked of the model, and what it assumes.

    Returns
    -------
    Section
        The question, the likelihood and one point an effect.
    """
    model = published.provenance["model"]
    assumed = [part for part in str(model.get("assumes", model["text"])).split("\n\n") if part]
    return Section("The model", (Paragraph(assumed[0]), *_points(assumed[1:])))


def _points(assumed: list[str]) -> tuple[Block, ...]:
    """Give the equations, and each effect as a point: its prior, its meaning and what that implies."""
    points = [". ".join(line.strip() for line in effect.splitlines()) for effect in assumed[1:]]
    equations = [line for part in assumed[:1] for line in part.splitlines()]
    return (*map(Paragraph, equations), Bullets(tuple(points)))
