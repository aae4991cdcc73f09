"""How a series was read, in sentences: which periods are masked and why, and what was repaired."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import xarray as xr

from equitymodel.data.series.breaks import overlap
from equitymodel.data.series.series_facts import ListedBreak, SeriesFacts, calendar_of
from equitymodel.data.tables.findings import Finding
from equitymodel.data.tables.rules import rule_named

MASKED = "T16"
"""The rule that records masked periods, which are said break by break here."""


def reading_sentences(series: xr.Dataset) -> list[str]:
    """Say which periods are masked and why, and what was repaired when the series was read.

    Parameters
    ----------
    series
        From `read_series`.

    Returns
    -------
    list of str
        A sentence for each break that is masked, and one for each repair, with its rule and rows; one at least.

    Examples
    --------
    >>> from equitymodel.data.series.read_series import read_series
    >>> months = pd.date_range("2019-10-01", periods=9, freq="MS").strftime("%Y-%m")
    >>> rows = pd.DataFrame({"period": months, "admissions": 100, "population": 1000})
    >>> print(reading_sentences(read_series(rows))[0].partition(": Covid")[0])
    Left out of every fit: 2020-03 to 2020-06, 4 periods, by the break 'england_pandemic'
    """
    facts = SeriesFacts.of(series)
    masked = [sentence for item in facts.breaks if item.masked for sentence in _said_of_break(item, series)]
    repairs = [_said_of_repair(item) for item in facts.findings if item.severity == "repair" and item.rule != MASKED]
    return [*(masked or ["No period is masked."]), *(repairs or ["Nothing was repaired when the table was read."])]


def _said_of_break(item: ListedBreak, series: xr.Dataset) -> Iterator[str]:
    calendar = calendar_of(series)
    days = pd.DataFrame({"start": pd.to_datetime([item.start]), "end": pd.to_datetime([item.end])})
    touched = overlap(days, calendar.starts, calendar.ends).any(axis=0).to_numpy(dtype=bool)
    if touched.any():
        first, last = (calendar.frequency.label(start) for start in calendar.starts[touched][[0, -1]])
        number = int(touched.sum())
        when = f"{first}, one period" if number == 1 else f"{first} to {last}, {number} periods"
        why = "" if item.states in ("", "nan") else f": {item.states}"
        yield f"Left out of every fit: {when}, by the break '{item.id}'{why}."


def _said_of_repair(finding: Finding) -> str:
    """Say what was read differently, in how many rows, and under which rule."""
    rule = rule_named(finding.rule)
    size = f", {finding.count:,} row{'' if finding.count == 1 else 's'}" if finding.count else ""
    about = [finding.detail] if finding.detail else list(finding.rows)
    more = " and more" if not finding.detail and finding.count > len(finding.rows) > 0 else ""
    told = f": {'; '.join(about)}{more}" if about else ""
    return f"Repaired when read ({finding.rule}{size}), as {rule.states}{told}."
