"""From true counts to tables that may leave: one call, which hides, rounds, attacks and says what remains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.report.disclosure.audit_tables import audit_table, log_table
from equitymodel.report.disclosure.count_table import ALL, CountTable
from equitymodel.report.disclosure.disclosure_rules import DisclosureRules, disclosure_rules
from equitymodel.report.disclosure.readers import Hidden
from equitymodel.report.disclosure.release_cells import ReleaseCells, release_cells, true_cells
from equitymodel.report.disclosure.remains_words import remains_words
from equitymodel.report.disclosure.suppress import suppress
from equitymodel.vocabulary import nearest


@dataclass(frozen=True)
class Release:
    """What may leave, and what whoever decides on it must know.

    Attributes
    ----------
    tables
        By name: every cell published, totals with the label ``All``, counts rounded and missing where hidden; the
        same as text in ``<count>_shown``, with the mark of the rules.
    audit
        One row a hidden cell, remainder and reader: what it could be narrowed to (``min``, ``max``) and why it is
        safe, or not. Not for release.
    log
        One row a hidden cell of a table, and why it was hidden. Not for release.
    remains
        What remains after all this, in words.
    safe
        That no hidden count and no remainder can be worked out to less than the rules allow.
    rules
        The rules.
    """

    tables: Mapping[str, pd.DataFrame]
    audit: pd.DataFrame
    log: pd.DataFrame
    remains: tuple[str, ...]
    safe: bool
    rules: DisclosureRules = field(repr=False)


def protect(
    tables: Sequence[CountTable],
    rules: str | Path | DisclosureRules = "hes",
    *,
    before: Mapping[str, pd.DataFrame] | None = None,
) -> Release:
    """Hide and round the counts of a release, so that none that is hidden can be worked out from all of it together.

    Parameters
    ----------
    tables
        Everything that is to be released, with true counts. What is released later is a release of its own: give it
        this one as `before`.
    rules
        ``hes``, ``opensafely``, ``acro``, ``none``, a TOML file of rules, or rules.
    before
        Tables as they were released before, by the name of the table that follows them: ``release.tables`` of then, or
        read from its files. Labels and counts are in the same columns as now.

    Returns
    -------
    Release
        Protected tables, audit, log, and what remains in words.

    Raises
    ------
    OptionError
        When two tables have one name, `before` names a table that is not there or lacks its columns, or tables of one
        unit do not agree.
    ComputationError
        When no counts fit what was released before together with what is to be released now.

    References
    ----------
    NHS Digital, disclosure rules of HES and ECDS since September 2018. Fischetti and Salazar (2001), Solving the cell
    suppression problem on tabular data with linear constraints, Management Science 47:1008,
    10.1287/mnsc.47.7.1008.9805.

    Examples
    --------
    >>> frame = pd.DataFrame({"ics": ["A", "B", "C"], "admissions": [12, 22, 6]})
    >>> release = protect([CountTable("by_ics", frame, ("ics",), margins="all")])
    >>> release.tables["by_ics"]["admissions_shown"].tolist()
    ['10', '20', '*', '40']
    >>> release.audit[["cell", "min", "max"]].values.tolist()
    [['ics C', 4.0, 7.0]]
    """
    chosen, earlier = disclosure_rules(rules), dict(before or {})
    _check_names(tables, earlier)
    cells = release_cells(tables, earlier)
    hidden = suppress(cells, chosen)
    audit = audit_table(cells, hidden, chosen, tables)
    log = log_table(cells, hidden, chosen, tables)
    protected = {table.name: _protected(table, cells, hidden, chosen) for table in tables}
    safe = bool(audit["safe"].all())
    return Release(protected, audit, log, remains_words(audit, log, chosen, bool(earlier)), safe, chosen)


def _check_names(tables: Sequence[CountTable], before: Mapping[str, pd.DataFrame]) -> None:
    names = [table.name for table in tables]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise OptionError(f"two tables have the name '{twice[0]}'; give each its own")
    for name, frame in before.items():
        if name not in names:
            raise OptionError(f"no table '{name}' follows the one released before. {nearest(name, names)}")
        table = tables[names.index(name)]
        for column in (*table.dims, table.count):
            if column not in frame:
                hint = nearest(column, map(str, frame.columns))
                raise OptionError(f"'{name}' as released before has no column '{column}'. {hint}")


def _protected(table: CountTable, cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> pd.DataFrame:
    """Lay out what may leave of a table."""
    true = true_cells(table)
    places = {key: place for place, key in enumerate(cells.keys)}
    away = np.array([hidden.either[places[table.unit, labels]] for labels in true], dtype=bool)
    shown = rules.rounded(np.array(list(true.values())))
    made = pd.DataFrame(
        [{dim: dict(labels).get(dim, ALL) for dim in table.dims} for labels in true], columns=table.dims
    )
    made[table.count] = pd.array(np.where(away, 0, shown), dtype="Int64")
    made.loc[away, table.count] = pd.NA
    made[f"{table.count}_shown"] = np.where(away, rules.mark, shown.astype(str))
    return _with_others(made, table, shown, away)


def _with_others(made: pd.DataFrame, table: CountTable, shown: np.ndarray, away: np.ndarray) -> pd.DataFrame:
    """Add what goes with the counts: columns worked out from what is shown, and those hidden with the count."""
    for disguise in table.in_disguise:
        sums = {column: list(true_cells(table, column).values()) for column in disguise.sources}
        sources = pd.DataFrame(sums, index=made.index)
        made[disguise.column] = np.where(away, np.nan, disguise.of(shown.astype(float), sources))
    inner = len(table.frame)
    for column in table.beside:
        values = pd.Series(table.frame[column].to_numpy(), index=made.index[:inner]).reindex(made.index)
        made[column] = values.mask(away)
    return made
