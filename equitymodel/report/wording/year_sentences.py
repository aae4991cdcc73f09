"""Plain sentences about years: how the gap changed, and whom the share of admissions moved to."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.areas import find_area
from equitymodel.estimands.between_years import FROM, TO
from equitymodel.estimands.share_records import ADMISSION_SHARES, SPENDING_SHARES, ReceivedAndNeeded
from equitymodel.estimands.year_records import CHANGE, NARROWING, TREND
from equitymodel.report.tables.named_year import PERIOD_COLUMN
from equitymodel.report.wording.confidence import PROBABLE, confidence, percent
from equitymodel.vocabulary import ADJUSTMENTS, ALL_ICS, ICS, PROCEDURE, of_need

HEADLINE = "rate_ratio"
OF_THE_AREA = (
    "Brackets hold 95 % credible intervals, which are for the area as it is: the noise of single years is left out."
)
RECEIVED = {ADMISSION_SHARES: "admissions", SPENDING_SHARES: "spending"}
"""What is received, in words."""
"""What stands for need, by what is adjusted for."""


def year_sentences(facts: CellFacts, years: pd.DataFrame, *, ics: str = ALL_ICS) -> pd.DataFrame:
    """Say how the gap changed from the first to the last year, one paragraph a procedure.

    Parameters
    ----------
    facts
        What is known of the cells.
    years
        From `years_table`.
    ics
        Which area, by code or name; all ICSs together by default.

    Returns
    -------
    pandas.DataFrame
        ``procedure`` and ``text``, which leads with the change and names both years.

    Raises
    ------
    OptionError
        When there is no such ICS.
    """
    own = years[years[ICS] == find_area(ics, years.drop_duplicates(ICS))]
    said = {
        str(name): " ".join([*_of_every_group(facts, rows), OF_THE_AREA])
        for name, rows in own.groupby(PROCEDURE, sort=False)
        if (rows["measure"] == f"{HEADLINE}{CHANGE}").any()
    }
    return pd.DataFrame({PROCEDURE: list(said), "text": list(said.values())})


def _of_every_group(facts: CellFacts, rows: pd.DataFrame) -> list[str]:
    """Say how the gap of each group changed: of the most deprived, or of every group but the reference group."""
    if facts.group.ordered:
        return [_change_words(facts, rows, "the most deprived group", "the least deprived")]
    return [
        _change_words(facts, own, str(name), facts.group.reference)
        for name, own in rows.groupby(facts.group.name, sort=False)
    ]


def _change_words(facts: CellFacts, rows: pd.DataFrame, who: str, against: str) -> str:
    """Say from what to what a gap changed, how surely it narrowed and who gained, and its trend."""
    change, narrowed, trend = (_first(rows, f"{HEADLINE}{asked}") for asked in (CHANGE, NARROWING, TREND))
    before, after = (_first(rows, HEADLINE, period) for period in (change[FROM], change[TO]))
    gained, how = change["probability"], narrowing_words(narrowed["probability"])
    return (
        f"Between {change[FROM]} and {change[TO]}, {facts.basis}, {how}: {who} went "
        f"from {_ratio(before)} to {_ratio(after)} times the admissions of {against}, a change by a factor of "
        f"{_ratio(change)}. The probability that {who} {'gained' if gained >= 0.5 else 'lost'} is "
        f"{percent(max(gained, 1 - gained))}. The trend over all years is a factor of {_ratio(trend, digits=3)} a "
        "year."
    )


def narrowing_words(probability: float) -> str:
    """Say whether a gap narrowed, by the probability that it did.

    Examples
    --------
    >>> narrowing_words(0.97), narrowing_words(0.5)
    ('the gap narrowed (97 %, high confidence)', 'it is not clear whether the gap narrowed (50 %)')
    >>> narrowing_words(0.1)
    'the gap widened (90 %, probable)'
    """
    likely = max(probability, 1 - probability)
    if likely < PROBABLE:
        return f"it is not clear whether the gap narrowed ({percent(probability)})"
    way = "narrowed" if probability >= PROBABLE else "widened"
    return f"the gap {way} ({percent(likely)}, {confidence(likely)})"


def share_sentences(facts: CellFacts, shares: pd.DataFrame, *, ics: str = ALL_ICS) -> pd.DataFrame:
    """Say how the share that groups receive moved against their share of need, from the first to the last year.

    Parameters
    ----------
    facts, ics
        As for `year_sentences`.
    shares
        From `shares_table`.

    Returns
    -------
    pandas.DataFrame
        ``procedure`` and ``text``: of the least and the most deprived group, or of every group without an order;
        of admissions, and of spending where there were unit costs.

    Raises
    ------
    OptionError
        When there is no such ICS.
    """
    own = shares[shares[ICS] == find_area(ics, shares.drop_duplicates(ICS))]
    said: dict[str, list[str]] = {}
    for names in RECEIVED:
        for procedure, rows in own.groupby(PROCEDURE, sort=False):
            if (rows["measure"] == f"{names.difference}{CHANGE}").any():
                said.setdefault(str(procedure), []).append(_share_words(facts, rows, names))
    texts = [" ".join([*parts, OF_THE_AREA]) for parts in said.values()]
    return pd.DataFrame({PROCEDURE: list(said), "text": texts})


def _share_words(facts: CellFacts, rows: pd.DataFrame, names: ReceivedAndNeeded) -> str:
    """Say how the shares of groups moved, in percentage points of what all receive."""
    need = _need_called(facts)
    if names is SPENDING_SHARES:
        need = f"{need}, weighted by unit costs"
    parts = []
    for label, who in told_groups(facts, rows).items():
        group = rows[rows[facts.group.name] == label]
        change = _first(group, f"{names.difference}{CHANGE}")
        first, last = (
            f"{_per_cent(_first(group, names.received, when))} for {_per_cent(_first(group, names.needed, when))}"
            for when in (change[FROM], change[TO])
        )
        parts.append(
            f"From {change[FROM]} to {change[TO]} the share of {RECEIVED[names]} that {who} received, against its "
            f"share of {need}, {moved_words(change)}: {first} at first, {last} at last."
        )
    return " ".join(parts)


def told_groups(facts: CellFacts, rows: pd.DataFrame) -> dict[object, str]:
    """Choose the groups that sentences are about: the least and the most deprived, or every one without an order.

    Examples
    --------
    >>> told_groups(CellFacts(), pd.DataFrame({"deprivation": [1, 2, 3]}))
    {3: 'the least deprived group', 1: 'the most deprived group'}
    """
    labels = list(dict.fromkeys(rows[facts.group.name]))
    if facts.group.ordered:
        return {labels[-1]: "the least deprived group", labels[0]: "the most deprived group"}
    return {label: str(label) for label in labels}


def moved_words(change: Mapping[str, float] | pd.Series) -> str:
    """Say by how many percentage points a share rose or fell, with its interval.

    Examples
    --------
    >>> moved_words({"estimate": -0.012, "lower": -0.02, "upper": 0.001, "probability": 0.04})
    'fell by 1.2 percentage points (-2.0 to +0.1; probability that it fell 96 %, high confidence)'
    >>> moved_words({"estimate": 0.001, "lower": -0.02, "upper": 0.021, "probability": 0.55})
    'did not clearly move: +0.1 percentage points (-2.0 to +2.1; probability that it rose 55 %)'
    """
    points, rose = 100 * change["estimate"], change["probability"]
    within = f"{100 * change['lower']:+.1f} to {100 * change['upper']:+.1f}"
    likely, way = max(rose, 1 - rose), "rose" if rose >= 0.5 else "fell"
    if likely < PROBABLE:
        moved = f"did not clearly move: {points:+.1f} percentage points"
        return f"{moved} ({within}; probability that it {way} {percent(likely)})"
    moved = f"{way} by {abs(points):.1f} percentage points"
    return f"{moved} ({within}; probability that it {way} {percent(likely)}, {confidence(likely)})"


def _first(rows: pd.DataFrame, measure: str, period: str | None = None) -> pd.Series:
    """Give the first row of a measure, or the one of a year; of changes it is that of the first to the last year."""
    found = rows[rows["measure"] == measure]
    return (found if period is None else found[found[PERIOD_COLUMN] == period]).iloc[0]


def _ratio(row: pd.Series, digits: int = 2) -> str:
    return f"{row['estimate']:.{digits}f} ({row['lower']:.{digits}f} to {row['upper']:.{digits}f})"


def _per_cent(row: pd.Series) -> str:
    return f"{100 * row['estimate']:.1f} %"


def _need_called(facts: CellFacts) -> str:
    """Say what stands for need."""
    if of_need(facts.fullest):
        return "need"
    if facts.fullest == "population":
        return "the population"
    return f"need by {facts.group.adjusted(ADJUSTMENTS[facts.fullest])} alone"
