"""Plain sentences about routes to equity: the signed shortfall first, and nothing that chance alone would show."""

from __future__ import annotations

import pandas as pd

from equitymodel.report.wording.quotable import UNNAMED, Quotable
from equitymodel.vocabulary import ICS, PROCEDURE

NOT_TOLD_APART = "cannot be told from what chance alone would show"
QUOTED = {
    "short": ("total_shortfall", "level_up"),
    "up": ("total_change", "level_up"),
    "moved": ("admissions_to_move", "zero_sum"),
}
"""The rows of the table of totals that sentences quote, by quantity and route."""


def route_sentences(quoted: Quotable, area: str) -> dict[str, str]:
    """Say what routes to equity would take within an ICS, for every procedure that has something to aim at.

    Parameters
    ----------
    quoted
        What is quoted: the table of totals, and fitted admissions.
    area
        The code of an ICS, or all ICSs together.

    Returns
    -------
    dict
        Sentences by procedure.

    Examples
    --------
    >>> import equitymodel as em
    >>> from equitymodel.report.wording.quotable import quotable_of
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> route_sentences(quotable_of(fit), "All ICSs")["procedure 01"][:49]
    'Against the rate of the least deprived of its own'
    """
    totals = quoted.totals
    where = totals[(totals[ICS] == area) & (totals["scope"] == "ics")].dropna(subset="estimate")
    short, up, moved = (
        where[(where["quantity"] == quantity) & (where["route"] == route)].set_index(PROCEDURE)
        for quantity, route in QUOTED.values()
    )
    total, when = quoted.admissions(area), quoted.when
    aim = f"the rate of {quoted.facts.group.comparison.aim} of its own ICS"
    return {
        str(name): f"{short_words(short.loc[name], aim, when)} "
        f"{levelled_words(up.loc[name], moved.loc[name], total[name])}"
        for name in up.index.intersection(moved.index)
    }


def short_words(short: pd.Series, aim: str, when: str = "") -> str:
    """Say the signed shortfall, whichever side of 0 it is on.

    Examples
    --------
    >>> short_words(pd.Series({"estimate": -40.2, "lower": -90.0, "upper": 12.0}), "the rate of the least deprived")
    'Against the rate of the least deprived, groups were short of -40 admissions on balance (-90 to 12; below 0 = \
they had more), over the period of the tables.'
    """
    sign = "; below 0 = they had more" if short["lower"] < 0 else ""
    interval = f"{number_words(short['lower'])} to {number_words(short['upper'])}"
    return (
        f"Against {aim}, groups were short of {number_words(short['estimate'])} admissions on balance "
        f"({interval}{sign}), {when or UNNAMED}."
    )


def levelled_words(up: pd.Series, moved: pd.Series, total: float) -> str:
    """Say what levelling up and moving would take; what chance alone would show is said to be so, and not quoted.

    Parameters
    ----------
    up, moved
        Rows of `totals_table`: of ``level_up``, and of ``zero_sum``.
    total
        All admissions.

    Returns
    -------
    str
        One sentence or two.

    Examples
    --------
    >>> row = pd.Series({"estimate": 90.0, "lower": 5.0, "upper": 200.0, "no_gap_estimate": 60.0, "no_gap_low": 20.0,
    ...                  "no_gap_high": 110.0, "told_apart": "no"})
    >>> levelled_words(row, row, 5000.0)
    'What levelling up would take, and how many would move at an unchanged total, cannot be told from what chance \
alone would show (20 to 110; 20 to 110).'
    """
    if up["told_apart"] == moved["told_apart"] == "no":
        return (
            f"What levelling up would take, and how many would move at an unchanged total, {NOT_TOLD_APART} "
            f"({_no_gap(up)}; {_no_gap(moved)})."
        )
    return f"{level_up_words(up)}; {_moved_words(moved, total)}."


def level_up_words(up: pd.Series) -> str:
    """Say how many admissions bringing everybody up would take, or that this cannot be told from chance.

    Examples
    --------
    >>> row = {"estimate": 900.0, "lower": 700.0, "upper": 1210.0, "no_gap_low": 20.0, "no_gap_high": 110.0}
    >>> level_up_words(pd.Series(row | {"told_apart": "yes"}))
    'Bringing up every group that falls short would take 900 (700 to 1,210) more, where no gap would show 20 to 110'
    """
    if up["told_apart"] == "no":
        return f"What levelling up would take {NOT_TOLD_APART} ({_no_gap(up)})"
    return (
        f"Bringing up every group that falls short would take {with_interval(up)} more, where no gap would show "
        f"{_no_gap(up)}"
    )


def _moved_words(moved: pd.Series, total: float) -> str:
    if moved["told_apart"] == "no":
        return f"how many would move between groups at an unchanged total {NOT_TOLD_APART} ({_no_gap(moved)})"
    return (
        f"keeping the total as it is, {with_interval(moved)} of {number_words(total)} would move between groups "
        f"(no gap: {_no_gap(moved)})"
    )


def _no_gap(row: pd.Series) -> str:
    return f"{number_words(row['no_gap_low'])} to {number_words(row['no_gap_high'])}"


def with_interval(row: pd.Series) -> str:
    """Write an estimate with its interval.

    Examples
    --------
    >>> with_interval(pd.Series({"estimate": 1234.0, "lower": 12.4, "upper": 12345.0}))
    '1,230 (12 to 12,300)'
    """
    return f"{number_words(row['estimate'])} ({number_words(row['lower'])} to {number_words(row['upper'])})"


def number_words(value: float) -> str:
    """Round a number to a precision that suits its size.

    Examples
    --------
    >>> number_words(12345.0), number_words(1234.0), number_words(-0.2)
    ('12,300', '1,230', '0')
    """
    rounded = round(value, -2 if abs(value) >= 10_000 else -1 if abs(value) >= 1000 else 0)
    return f"{rounded + 0.0:,.0f}"
