"""The gap by ICS as a caterpillar, and by procedure with peers as ticks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.areas import find_area
from equitymodel.data.tables.hexagons import short_names
from equitymodel.errors import OptionError
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.peers import Peers, chosen_peers
from equitymodel.report.plots.alt_words import estimate_words, first_upper
from equitymodel.report.plots.gap_lines import draw_gaps
from equitymodel.report.plots.marks import MARK, OWN, TOGETHER, key_words, with_marks
from equitymodel.report.tables.adjustments_table import gaps_of
from equitymodel.report.tables.rows import column_of_groups
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE, nearest

Compared = Peers | str | Sequence[str] | None
"""Peers as `find_peers` takes them, or found already."""


def gap_data(
    fit: CellFit | pd.DataFrame, procedure: str | None = None, *, ics: str | None = None, peers: Compared = None
) -> pd.DataFrame:
    """Give the gap of every ICS for one procedure, or of every procedure for one ICS, the widest last.

    Parameters
    ----------
    fit
        A fit; or, where it is at hand, its `gaps_table`.
    procedure
        Which procedure; all by default.
    ics
        With a procedure, the ICS that is marked as one's own; without, the one whose procedures are given, all ICSs
        together by default. By code or name.
    peers
        With whom that ICS is compared, as `find_peers` takes it. Without a procedure, rows of peers and of all ICSs
        together are given beside its own.

    Returns
    -------
    pandas.DataFrame
        ``ics, ics_name, procedure, variant, estimate, lower, upper, mark``, one row an ICS, with all ICSs
        together, or one row a procedure; where groups have no order, a row for each group, with the
        column of the groups. ``mark`` is ``own``, ``peer``, ``other`` or ``together``.

    Raises
    ------
    OptionError
        When the procedure or the ICS is not in the table.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model(), cells, engine="laplace", seed=1)
    >>> gap_data(fit, "procedure 01")["ics"].tolist()
    ['area 02', 'area 01', 'All ICSs', 'area 03', 'area 04']
    """
    gaps = gaps_of(fit)
    rows = gaps[gaps["headline"]]
    own = None if ics is None and procedure is not None else find_area(ics or ALL_ICS, rows.drop_duplicates(ICS))
    found = chosen_peers(peers, own, rows)
    if procedure is None:
        codes = [own] if found is None else [own, ALL_ICS, *found.codes]
        rows = rows[rows[ICS].isin(codes)]
    elif procedure in set(rows[PROCEDURE]):
        rows = rows[rows[PROCEDURE] == procedure]
    else:
        near = nearest(procedure, dict.fromkeys(rows[PROCEDURE]))
        raise OptionError(f"no procedure '{procedure}' in the table of gaps. {near}")
    columns = [ICS, "ics_name", *column_of_groups(gaps), PROCEDURE, "variant", "estimate", "lower", "upper"]
    return with_marks(rows.sort_values("estimate", ascending=False)[columns], own if own != ALL_ICS else None, found)


@refuses_other_types
def plot_gap(
    fit: CellFit | pd.DataFrame, procedure: str | None = None, *, ics: str | None = None, peers: Compared = None
) -> Figure:
    """Draw the gap of every ICS for one procedure, or of every procedure for one ICS, as a caterpillar.

    Parameters
    ----------
    fit, ics, peers
        As for `gap_data`, whose errors are raised too.
    procedure
        One line an ICS, for this procedure; without it, one line a procedure.

    Returns
    -------
    matplotlib.figure.Figure
        Rate ratios on a log scale, with 95 % intervals; one's own ICS in colour with its numbers beside it, its peers
        in grey: lines of their own among ICSs, ticks among procedures. Groups without an order have a panel each.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> from equitymodel.report.plots.canvas import title_of
    >>> title_of(plot_gap(fit, "procedure 01"))
    'Procedure 01: the gap by ICS'
    """
    gaps = gaps_of(fit)
    data = gap_data(gaps, procedure, ics=ics, peers=peers)
    name = short_names([_name_of(data)])[0]
    found = chosen_peers(peers, ics, gaps)
    words = key_words(name, found.title if found else "")
    title = f"{name}: the gap by procedure" if procedure is None else f"{procedure}: the gap by ICS"
    by = PROCEDURE if procedure is None else "ics_name"
    return draw_gaps(data, by, words, first_upper(title))


def plot_group_gaps(
    fit: CellFit | pd.DataFrame, procedure: str, *, ics: str | None = None, peers: Compared = None
) -> Figure:
    """Draw how every group of every ICS compares with the reference group, one panel a group.

    Parameters
    ----------
    fit, procedure, ics, peers
        As for `plot_gap`, for groups that have no order.

    Returns
    -------
    matplotlib.figure.Figure
        Rate ratios on a log scale, with 95 % intervals; ICSs in the same order in every panel.

    Raises
    ------
    OptionError
        When the procedure or the ICS is not in the table, or the groups have an order.

    Examples
    --------
    >>> row = {"ics": "All ICSs", "ics_name": "All ICSs", "region": "All ICSs", "procedure": "hip", "variant": "",
    ...        "estimate": 0.8, "lower": 0.7, "upper": 0.9, "headline": True}
    >>> gaps = pd.DataFrame([row, row]).assign(reference="White")
    >>> gaps.insert(3, "ethnicity", ["Asian", "Black"])
    >>> [axes.get_title(loc="left") for axes in plot_group_gaps(gaps, "hip").axes]
    ['Asian', 'Black']
    """
    gaps = gaps_of(fit)
    if not column_of_groups(gaps):
        raise OptionError("these groups have an order, from most to least deprived: draw them with plot_gap")
    return plot_gap(gaps, procedure, ics=ics, peers=peers)


def gap_alt_text(data: pd.DataFrame) -> str:
    """Say what a picture of gaps shows, to those who cannot see it.

    Parameters
    ----------
    data
        From `gap_data`.

    Returns
    -------
    str
        The finding: one's own gap and its place among ICSs, or the widest and the narrowest gap of the procedures.

    Examples
    --------
    >>> numbers = {"procedure": "hip", "variant": "", "lower": 0.7, "upper": 0.9}
    >>> own, other = {"ics_name": "Devon", "mark": "own"}, {"ics_name": "Kent", "mark": "other"}
    >>> gap_alt_text(pd.DataFrame([own | numbers | {"estimate": 0.8}, other | numbers | {"estimate": 0.9}]))
    'Rate ratio: Devon, hip: 0.80 (95 % interval 0.70 to 0.90). Of 2 ICSs, 0 have a lower ratio.'
    """
    known = data.dropna(subset="estimate")
    if known.empty:
        return "No gap can be given."
    opening = ", ".join(filter(None, ("Rate ratio", str(data["variant"].iloc[0]))))
    shown = known[known[MARK] == (OWN if (known[MARK] == OWN).any() else TOGETHER)]
    first = shown.iloc[-1]
    if len(shown) == 1 and known["ics_name"].nunique() > 1:
        others = known[known[MARK] != TOGETHER]
        lower = int((others["estimate"] < first["estimate"]).sum())
        place = f"Of {len(others)} ICSs, {lower} {'has' if lower == 1 else 'have'} a lower ratio."
        return f"{opening}: {first['ics_name']}, {first[PROCEDURE]}: {estimate_words(first.to_dict())}. {place}"
    if len(shown) == 1:
        return f"{opening}: {first['ics_name']}, {_line_words(first.to_dict())}: {estimate_words(first.to_dict())}."
    ends = "; ".join(f"{_line_words(row)} {estimate_words(row)}" for row in shown.iloc[[-1, 0]].to_dict("records"))
    return f"{opening}: {first['ics_name']}, lowest and highest of {len(shown)}: {ends}."


def _line_words(row: dict[Hashable, Any]) -> str:
    """Name a line by its procedure, and by its group where groups have no order."""
    names = list(row)
    return ", ".join(str(row[name]) for name in (*names[names.index(PROCEDURE) : names.index(PROCEDURE) + 1],
                                                 *names[2 : names.index(PROCEDURE)]))  # fmt: skip


def _name_of(data: pd.DataFrame) -> str:
    """Name one's own ICS, or all together."""
    own = data.loc[data[MARK] == OWN, "ics_name"]
    return str(own.iloc[0]) if len(own) else ALL_ICS
