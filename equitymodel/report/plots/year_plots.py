"""The gap by year, of all ICSs together and of each, and the share that groups receive against their share of need."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.data.cells.years import YEAR
from equitymodel.data.tables.areas import find_area
from equitymodel.data.tables.hexagons import short_names
from equitymodel.errors import OptionError
from equitymodel.estimands.between_years import FROM, TO
from equitymodel.estimands.share_records import ADMISSION_SHARES, SPENDING_SHARES
from equitymodel.estimands.year_records import NARROWING
from equitymodel.report.peers import chosen_peers
from equitymodel.report.plots.alt_words import estimate_words
from equitymodel.report.plots.canvas import (
    ACCENT,
    INK,
    SMALL,
    SOFT,
    TEXT,
    WARM,
    head,
    name_panel,
    ratio_axis,
    small_panels,
)
from equitymodel.report.plots.gap_plots import Compared
from equitymodel.report.plots.marks import LOOKS, MARK, OWN, PEER, TOGETHER, with_marks
from equitymodel.report.plots.panel_names import panel_name
from equitymodel.report.tables.named_year import PERIOD_COLUMN, first_and_last
from equitymodel.report.tables.rows import column_of_groups
from equitymodel.report.wording.confidence import SURE
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES, DEPRIVATION, ICS, PROCEDURE

GAP = "rate_ratio"
LINE_LOOKS = [(ACCENT, "o"), (WARM, "D"), (INK, "s"), (SOFT, "^"), (ACCENT, "v"), (WARM, "x")]
"""Colour and mark of lines in one panel."""
FLAT_YEARS = 2
"""As many names of years fit beside one another below a small panel."""


def years_data(years: pd.DataFrame, *, ics: str = ALL_ICS, peers: Compared = None) -> pd.DataFrame:
    """Give the gap by year of an ICS, or of all together, with those of its peers.

    Parameters
    ----------
    years
        From `years_table`.
    ics, peers
        As for `tipping_data`; nobody is compared by default.

    Returns
    -------
    pandas.DataFrame
        The rows of ``rate_ratio`` in the table, with ``mark``.

    Raises
    ------
    OptionError
        When the table has no gap by year, or no such ICS.

    Examples
    --------
    >>> rows = [{"ics": "a", "ics_name": "A", "measure": "rate_ratio", "estimate": 0.8, "year": 2023.75}]
    >>> years_data(pd.DataFrame(rows), ics="A")["mark"].tolist()
    ['own']
    """
    rows = _gaps(years)
    own = find_area(ics, rows.drop_duplicates(ICS))
    found = chosen_peers(peers, own, rows)
    rows = rows[rows[ICS].isin([own, *(found.codes if found else ())])]
    return with_marks(rows, None if own == ALL_ICS else own, found)


def plot_gap_by_year(years: pd.DataFrame, *, ics: str = ALL_ICS, peers: Compared = None) -> Figure:
    """Draw the gap of an ICS, or of all together, by year, one panel a procedure; peers as grey lines.

    Parameters
    ----------
    years, ics, peers
        As for `years_data`.

    Returns
    -------
    matplotlib.figure.Figure
        Rate ratios on a log scale with 95 % intervals, at the middle of each year; groups without an order have a
        line each, and no peers.

    Raises
    ------
    OptionError
        When the table has no gap by year, or no such ICS.
    """
    data = years_data(years, ics=ics, peers=peers)
    found = chosen_peers(peers, ics, _gaps(years))
    own = data[data[MARK].isin([OWN, TOGETHER])]
    behind = data[data[MARK] == PEER] if not column_of_groups(data) else data.iloc[:0]
    return _gap_panels(own, PROCEDURE, _whole_first(own[PROCEDURE]), behind, found.title if found else "")


def years_alt_text(data: pd.DataFrame) -> str:
    """Say what `plot_gap_by_year` shows: the gap in the first and in the last year, all procedures together if given.

    Parameters
    ----------
    data
        From `years_data`.

    Examples
    --------
    >>> rows = [["2022/23", 2022.75, 0.7, 0.6, 0.8], ["2023/24", 2023.75, 0.8, 0.7, 0.9]]
    >>> data = pd.DataFrame(rows, columns=["period", "year", "estimate", "lower", "upper"])
    >>> years_alt_text(data.assign(ics_name="Devon", procedure="hip", mark="own"))
    'Rate ratio of Devon, hip: 2022/23 0.70 (95 % interval 0.60 to 0.80); 2023/24 0.80 (95 % interval 0.70 to 0.90).'
    """
    own = data[data[MARK].isin([OWN, TOGETHER])]
    rows = own[own[PROCEDURE] == _whole_first(own[PROCEDURE])[0]].sort_values(YEAR, kind="stable")
    ends = rows[rows[YEAR].isin([rows[YEAR].min(), rows[YEAR].max()])]
    group = next((name for name in ends.columns if name in _group_names(data)), None)
    said = "; ".join(f"{row[PERIOD_COLUMN]}{f', {row[group]}' if group else ''} {estimate_words(row)}"
                     for row in ends.to_dict("records"))  # fmt: skip
    return f"Rate ratio of {rows['ics_name'].iloc[0]}, {rows[PROCEDURE].iloc[0]}: {said}."


def _group_names(data: pd.DataFrame) -> list[str]:
    return column_of_groups(data) if "region" in data else []


def plot_ics_by_year(years: pd.DataFrame, procedure: str | None = None) -> Figure:
    """Draw the gap of every ICS by year, one small panel an ICS on one scale.

    Parameters
    ----------
    years
        From `years_table`.
    procedure
        Which procedure; all together by default, or the only one.

    Returns
    -------
    matplotlib.figure.Figure
        As `plot_gap_by_year`.

    Raises
    ------
    OptionError
        When the table has no gap by year of that procedure.
    """
    rows = _gaps(years)
    chosen = _whole_first(rows[PROCEDURE])[0] if procedure is None else procedure
    rows = rows[(rows[PROCEDURE] == chosen) & (rows[ICS] != ALL_ICS)]
    if rows.empty:
        raise OptionError(f"no gap by year of '{chosen}' in this table")
    return _gap_panels(rows, "ics_name", list(dict.fromkeys(rows["ics_name"])), across=6)


def how_many_narrowed(years: pd.DataFrame) -> str:
    """Say what `plot_ics_by_year` shows: in how many ICSs the gap narrowed or widened, over all procedures if given.

    Parameters
    ----------
    years
        From `years_table`.

    Examples
    --------
    >>> rows = [["a", 0.99], ["b", 0.5], ["c", 0.01]]
    >>> years = pd.DataFrame(rows, columns=["ics", "probability"])
    >>> years = years.assign(measure="rate_ratio_narrowing", procedure="hip", period_from="2021", period_to="2022")
    >>> how_many_narrowed(years)
    'From 2021 to 2022 the gap narrowed in 1 and widened in 1 of 3 ICSs with a probability of 95 % or more (hip).'
    """
    rows = years[(years["measure"] == f"{GAP}{NARROWING}") & (years[ICS] != ALL_ICS)]
    (first, last), name = first_and_last(rows), _whole_first(rows[PROCEDURE])[0]
    rows = rows[(rows[FROM] == first) & (rows[TO] == last) & (rows[PROCEDURE] == name)]
    narrowed, widened = int((rows["probability"] >= SURE).sum()), int((rows["probability"] <= 1 - SURE).sum())
    what = "comparisons" if rows[ICS].duplicated().any() else "ICSs"
    return (
        f"From {first} to {last} the gap narrowed in {narrowed} and widened in {widened} of {len(rows)} {what} with a "
        f"probability of 95 % or more ({name})."
    )


def plot_shares_by_year(shares: pd.DataFrame, *, spending: bool = False) -> Figure:
    """Draw the share that each group receives by year, with its share of need, for all ICSs and procedures together.

    In the table of one ICS alone, it is that ICS.

    Parameters
    ----------
    shares
        From `shares_table`.
    spending
        Draw shares of spending in place of those of admissions.

    Returns
    -------
    matplotlib.figure.Figure
        One panel a group: the share received with its 95 % interval, and the share of need, dashed.

    Raises
    ------
    OptionError
        When the table has no such shares.
    """
    names, (column,) = SPENDING_SHARES if spending else ADMISSION_SHARES, column_of_groups(shares)
    whole = find_area(ALL_ICS, shares.drop_duplicates(ICS))
    rows = shares[(shares[ICS] == whole) & shares["measure"].isin([names.received, names.needed])]
    if rows.empty:
        raise OptionError("no shares by year in this table; shares of spending need unit costs")
    rows = rows[rows[PROCEDURE] == _whole_first(rows[PROCEDURE])[0]]
    groups = list(dict.fromkeys(rows[column]))
    figure, panels = small_panels(len(groups), across=5)
    for axes, group in zip(panels, groups, strict=True):
        own = rows[rows[column] == group]
        need = own[own["measure"] == names.needed]
        axes.plot(need[YEAR], 100 * need["estimate"], "--", color=WARM, lw=1.4, label="share of need")
        _dots(axes, own[own["measure"] == names.received], ACCENT, "share received, 95 % interval", scale=100)
        _year_axis(axes, own, f"{column} {group}" if column == DEPRIVATION else str(group))
    what = "spending" if spending else "admissions"
    figure.supylabel(f"% of all {what}", fontsize=TEXT)
    head(figure, panels[0], f"The share of {what} that each group receives, and its share of need")
    return figure


def _gaps(years: pd.DataFrame) -> pd.DataFrame:
    rows = years[years["measure"] == GAP]
    if rows.empty:
        raise OptionError(f"no gap by year in this table: it needs rows of {GAP}")
    return rows


def _whole_first(procedures: pd.Series) -> list[str]:
    """List procedures, all of them together first."""
    return sorted(dict.fromkeys(procedures), key=lambda name: name != ALL_PROCEDURES)


def _gap_panels(
    rows: pd.DataFrame,
    by: str,
    names: Sequence[str],
    behind: pd.DataFrame | None = None,
    peers: str = "",
    across: int = 4,
) -> Figure:
    """Draw gaps by year, one panel a name, all on one scale."""
    figure, panels = small_panels(len(names), across=across, height=1.35 if across < 6 else 1.2)
    columns = column_of_groups(rows)
    for axes, name in zip(panels, names, strict=True):
        own = rows[rows[by] == name]
        if behind is not None and len(behind):
            _thin_lines(axes, behind[behind[by] == name], peers)
        for label, part, colour, shape in _lines(own, columns, by):
            _dots(axes, part, colour, label, shape=shape)
        axes.axhline(1, color=SOFT, lw=0.8, ls="--")
        _year_axis(axes, own, name if by == PROCEDURE else short_names([name])[0], letters=24 if across < 6 else 15)
    shown = rows if behind is None else pd.concat([rows, behind])
    ratio_axis(panels[0], shown[["lower", "upper"]].to_numpy(), "y")
    figure.supxlabel(f"rate ratio, {rows['variant'].iloc[0]} (95 % interval)", fontsize=TEXT)
    whose = short_names(rows["ics_name"])[0] if by == PROCEDURE else "Each ICS"
    head(figure, panels[0], f"{whose}: the gap by year" + ("" if by == PROCEDURE else f", {rows[PROCEDURE].iloc[0]}"))
    return figure


def _lines(own: pd.DataFrame, columns: list[str], by: str) -> list[tuple[str, pd.DataFrame, str, str]]:
    """Give the lines of a panel with their looks: one a group without order, or that of the area."""
    if columns:
        parts = own.groupby(columns[0], sort=False)
        return [(str(name), part, *look) for (name, part), look in zip(parts, LINE_LOOKS * len(own), strict=False)]
    look = LOOKS[own[MARK].iloc[0] if MARK in own else TOGETHER]
    return [(short_names(own["ics_name"])[0] if by == PROCEDURE else "", own, look.colour, look.shape)]


def _thin_lines(axes: Axes, rows: pd.DataFrame, label: str) -> None:
    """Draw peers as thin grey lines, without intervals."""
    for _, part in rows.groupby(ICS, sort=False):
        axes.plot(part[YEAR], part["estimate"], "-", lw=0.7, color=SOFT, label=label)


def _dots(axes: Axes, rows: pd.DataFrame, colour: str, label: str, *, shape: str = "o", scale: float = 1.0) -> None:
    """Draw estimates by year as dots joined by a thin line, with their intervals."""
    axes.vlines(rows[YEAR], scale * rows["lower"], scale * rows["upper"], color=colour, lw=1.4)
    axes.plot(rows[YEAR], scale * rows["estimate"], f"{shape}-", ms=3.5, lw=0.9, color=colour, label=label)


def _year_axis(axes: Axes, rows: pd.DataFrame, title: str, letters: int = 24) -> None:
    """Name the years where they lie, and the panel."""
    ticks = rows.drop_duplicates(YEAR)
    axes.set_xticks(ticks[YEAR], ticks[PERIOD_COLUMN], rotation=0 if len(ticks) <= FLAT_YEARS else 60, fontsize=SMALL)
    axes.margins(x=0.25)
    name_panel(axes, panel_name(title, letters), SMALL if letters < 24 else TEXT)
