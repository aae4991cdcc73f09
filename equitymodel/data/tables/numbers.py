"""Text to numbers, and counts to what they may be: separators, notes, markers by their meaning, what is no count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from equitymodel.data.tables.distinct_values import DistinctColumn
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.period_rules import OTHERS, of_period
from equitymodel.data.tables.read_column import ReadColumn, read_column
from equitymodel.data.tables.rounded_counts import check_rounding
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumberRule, SmallNumbers

RULES = (
    Rule("F04", "repair", "thousands separators were read as part of the number"),
    Rule("C01", "error", "a negative count", "correct the count; reversals belong in the cell they reverse"),
    Rule(
        "C02",
        "error",
        "a count that is not a whole number",
        "give counts of admissions, not rates, averages or model estimates",
    ),
    Rule(
        "C03",
        "error",
        "an empty count",
        "say what empty means: --marker '=suppressed' or --marker '=not_available' (markers= in SmallNumbers); a "
        "column admissions_qf of qualifiers, such as c, is read; write 0 only where there were none",
    ),
    Rule("C04", "error", "a value that is not a number", "correct the value"),
    Rule(
        "C05",
        "error",
        "a suppressed count; suppressed is not zero",
        "name the publisher's rule, for example --small-numbers hes, so that the model sees what it may "
        "be, or that of each period, --small-numbers 2022/23=hes,others=exact; --small-numbers exclude reads it as not "
        "known; never replace it with 0 or a midpoint",
    ),
    Rule("C06", "repair", "suppressed counts were read as not known, as asked"),
    Rule("C12", "repair", "suppressed counts were read as intervals, as asked"),
    Rule(
        "C13",
        "error",
        "a suppression marker that names other bounds than the rule does, or that the rule does not use",
        "name the rule the publisher used, or write it: --small-numbers 1-9 where 1 to 9 are hidden",
    ),
    Rule(
        "C14",
        "error",
        "a count that the rule for small numbers, or a marker beside it, says is hidden or rounded",
        "name the rule the publisher used; if the counts are exact, leave --small-numbers out and correct the marker; "
        "if those of some periods are, name the rule of each: --small-numbers 2022/23=hes,others=exact",
    ),
    Rule("C15", "repair", "rounded counts were read as intervals, as asked"),
    Rule("C18", "repair", "suppressed counts were read as the intervals that their markers state"),
    Rule(
        "C19",
        "warning",
        "counts marked as not available are not known: neither zero nor small. Their cells, as a whole, are left out "
        "of the likelihood, and what is said of them is learned from the other cells",
    ),
    Rule(
        "C20",
        "error",
        "a marker whose meaning is not known, or differs between publishers",
        "look it up where the table comes from and say it: --marker '[q]=suppressed' (markers= in SmallNumbers); "
        "meanings are suppressed, not_available, not_applicable, zero, rounded_low, or bounds such as 1-7",
    ),
    Rule("C23", "repair", "notes beside counts were dropped, and the counts kept"),
    Rule(
        "C24",
        "error",
        "a number beside a mark that elsewhere stands in place of a count, so that the number may not be the count",
        "write the number alone where it is the count, or the mark alone where it is hidden",
    ),
    Rule(
        "C25",
        "error",
        "a marker of counts that round to zero, under no rule that rounds small counts to zero",
        "name the rounding: --small-numbers /5 where counts are rounded to the nearest 5; or say what the marker "
        "means here: --marker '[low]=1-2'",
    ),
    Rule(
        "C32",
        "error",
        "rules for small numbers by period, where a period of the table has none or is not there",
        "name each period as the table writes it, or all that are not named: --small-numbers 2022/23=hes,others=exact",
    ),
    Rule("C31", "repair", "words for zero were read as 0"),
)
MARKED = "marked"
"""The column that says what stood in place of a count."""
REFUSED = {"C03": ("empty",), "C04": ("unreadable",), "C20": ("unknown", "ask"), "C24": ("doubtful",)}
READ = {"C19": "not_available", "C31": "zero"}


def parse_numbers(column: pd.Series, log: DataLog) -> pd.Series:
    """Read a column of numbers that are no counts, leaving markers and empty values as missing.

    Examples
    --------
    >>> parse_numbers(pd.Series(["1,204", "[x]"], name="population"), DataLog()).tolist()
    [1204.0, nan]
    """
    read = read_column(column, {})
    _log_spelling(read, log)
    _record(log, "C04", read, read.means("unknown", "unreadable"), detail=f"column {column.name}")
    _record(log, "C24", read, read.means("doubtful"), detail=f"column {column.name}")
    return read.numbers


def parse_counts(
    column: pd.Series, log: DataLog, *, small_numbers: SmallNumbers | SmallNumberRule | str
) -> pd.DataFrame:
    """Read counts of admissions and check that each is a count, or hidden under the rule.

    Parameters
    ----------
    column
        Counts, as text or numbers.
    log
        Where what was met is recorded.
    small_numbers
        How small counts were published, and what markers mean.

    Returns
    -------
    pandas.DataFrame
        ``admissions_low`` and ``admissions_high``: whole numbers as floats, both the same where
        the count is known, both missing where nothing is; ``admissions``, missing unless known; and
        ``marked``, the meaning of a marker that stood in its place, otherwise empty.

    Examples
    --------
    >>> parse_counts(pd.Series(["<5", "[x]", "12"]), DataLog(), small_numbers="error").iloc[:, 1:].values.tolist()
    [[0.0, 4.0, 'suppressed'], [nan, nan, 'not_available'], [12.0, 12.0, '']]
    """
    small = SmallNumbers.of(small_numbers)
    rule = small.bounds_rule
    hides_by_marker = rule is not None and rule.shown_as == "marker"
    whole = DistinctColumn.of(column)
    read = replace(read_column(whole.values, small.markers, stars_hide=hides_by_marker), within=whole)
    _log_spelling(read, log)
    for number, kinds in REFUSED.items():
        _record(log, number, read, read.means(*kinds), detail=read.explain(*kinds))
    for number, meaning in READ.items():
        _record(log, number, read, read.means(meaning), detail=read.explain(meaning))
    _record(log, "C01", read, read.numbers < 0)
    _record(log, "C02", read, (read.numbers != np.floor(read.numbers)) & read.numbers.notna())
    if rule is None and small.rule != "exact":
        check_rounding(read.numbers, log, excluded=small.rule == "exclude", times=whole.times)
    low, high = _bounds_alone(read, str(small.rule), log) if rule is None else _bounds(read, whole, rule, log)
    marked = read.meaning.where(read.meaning.isin(["suppressed", "not_available", "not_applicable"]), "")
    found = {"admissions": low.where(low == high), LOW: low, HIGH: high, MARKED: marked}
    return pd.DataFrame({name: whole.in_rows(answers) for name, answers in found.items()})


def parse_counts_by_period(
    column: pd.Series, periods: pd.Series | None, log: DataLog, *, small_numbers: SmallNumbers | SmallNumberRule | str
) -> pd.DataFrame:
    """Read counts as `parse_counts` does, each period by its own rule where rules are by period (rule C32).

    Examples
    --------
    >>> counts, years = pd.Series(["3", "*"]), pd.Series(["2022", "2023"])
    >>> found = parse_counts_by_period(counts, years, DataLog(), small_numbers="2022=exact,2023=lt5")
    >>> found.iloc[:, 1:3].values.tolist()
    [[3.0, 3.0], [1.0, 4.0]]
    """
    rules = SmallNumbers.of(small_numbers).by_period
    if not rules:
        return parse_counts(column, log, small_numbers=small_numbers)
    labels = pd.Series("", column.index) if periods is None else periods.astype(str).str.strip()
    there = list(labels.unique())
    astray = [f"period {label!r} has no rule" for label in there if of_period(rules, label) is None]
    astray += [f"no period is called {name!r}" for name in rules if name not in (*there, OTHERS)]
    if astray:
        log.add("C32", rows=astray)
        log.raise_errors()
    parts = [parse_counts(column[labels == label], log, small_numbers=rule)
             for label in there if (rule := of_period(rules, label))]  # fmt: skip
    return pd.concat(parts).reindex(column.index)


def _bounds_alone(read: ReadColumn, choice: str, log: DataLog) -> tuple[pd.Series, pd.Series]:
    """Give what counts may be where no rule was named: the bounds that markers state, unless these are left out."""
    hidden, stated = read.means("suppressed"), read.stated
    _record(log, "C25", read, read.means("rounded_low"))
    if choice == "exclude":
        _record(log, "C06", read, hidden)
        return read.numbers, read.numbers
    _record(log, "C05", read, hidden & ~stated)
    _record(log, "C18", read, stated, detail=read.explain_bounds())
    within = read.means("") & read.within_stated(read.numbers)
    beside = f"{read.explain_bounds()} ({', '.join(read.name_rows(stated)[:3])})"
    _record(log, "C14", read, within, detail=beside)
    return read.numbers.where(~stated, read.low), read.numbers.where(~stated, read.high)


def _bounds(
    read: ReadColumn, whole: DistinctColumn, rule: SmallNumberRule, log: DataLog
) -> tuple[pd.Series, pd.Series]:
    """Give what every count may be under the rule, and record what the rule contradicts."""
    says = f"the rule says that {rule}"
    numbers, hidden, low_figure = read.numbers, read.means("suppressed"), read.means("rounded_low")
    _record(log, "C12", read, hidden, detail=str(rule))
    stray = hidden if rule.shown_as == "midpoint" else read.stated & ~read.states(rule.low, rule.high)
    _record(log, "C13", read, stray, detail=says)
    if rule.shown_as != "zero":
        _record(log, "C25", read, low_figure, detail=says)
    impossible = (numbers >= 0) & ~rule.would_show(numbers.fillna(0).to_numpy())
    _record(log, "C14", read, impossible, detail=says)
    rounded = numbers >= 0 if rule.shown_as == "zero" else numbers > 0
    if rule.rounded_to > 1 and rounded.any() and not impossible.any():
        log.add("C15", detail=str(rule), count=int(whole.times[rounded].sum()))
    low, high = (
        pd.Series(ends, index=numbers.index).where(numbers.notna()) for ends in rule.bounds(numbers.to_numpy())
    )
    low, high = low.mask(hidden, rule.low), high.mask(hidden | low_figure, rule.high)
    return low.mask(low_figure, max(rule.low, 1)), high


def _log_spelling(read: ReadColumn, log: DataLog) -> None:
    detail = f"column {read.name}"
    _record(log, "F04", read, read.separated, detail=detail)
    _record(log, "C23", read, read.noted, detail=detail)


def _record(log: DataLog, rule: str, read: ReadColumn, chosen: pd.Series, *, detail: str = "") -> None:
    """Record a rule, if there are rows that meet it, with what they say."""
    if chosen.any():
        log.add(rule, detail=detail, rows=read.name_rows(chosen))
