"""The gap by ICS and by procedure, as a caterpillar."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.areas import find_area
from equitymodel.errors import OptionError
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.plots.canvas import ACCENT, INK, SOFT, WARM, canvas, plain, ratio_axis
from equitymodel.report.tables.adjustments_table import gaps_of
from equitymodel.report.tables.rows import column_of_groups
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE, nearest


def gap_data(fit: CellFit | pd.DataFrame, procedure: str | None = None, *, ics: str | None = None) -> pd.DataFrame:
    """Give the gap of every ICS for one procedure, or of every procedure for one ICS, the widest last.

    Parameters
    ----------
    fit
        A fit; or, where it is at hand, its `gaps_table`.
    procedure
        Which procedure; all by default.
    ics
        Without a procedure, which ICS, by code or name; all ICSs together by default.

    Returns
    -------
    pandas.DataFrame
        ``ics, ics_name, procedure, variant, estimate, lower, upper``, one row an ICS, with all ICSs
        together, or one row a procedure; where groups have no order, a row for each group, with the
        column of the groups.

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
    if procedure is None:
        rows = rows[rows[ICS] == find_area(ics or ALL_ICS, rows.drop_duplicates(ICS))]
    else:
        if procedure not in set(rows[PROCEDURE]):
            near = nearest(procedure, dict.fromkeys(rows[PROCEDURE]))
            raise OptionError(f"no procedure '{procedure}' in the table of gaps. {near}")
        rows = rows[rows[PROCEDURE] == procedure]
    columns = [ICS, "ics_name", *column_of_groups(gaps), PROCEDURE, "variant", "estimate", "lower", "upper"]
    return rows.sort_values("estimate", ascending=False)[columns]


@refuses_other_types
def plot_gap(fit: CellFit | pd.DataFrame, procedure: str | None = None, *, ics: str | None = None) -> Figure:
    """Draw the gap of every ICS for one procedure, or of every procedure for one ICS, as a caterpillar.

    Parameters
    ----------
    fit
        As for `gap_data`.
    procedure
        One line an ICS, for this procedure; without it, one line a procedure.
    ics
        Which ICS, by code or name: the one that is picked out in colour, or, without a procedure, the
        one whose procedures are drawn.

    Returns
    -------
    matplotlib.figure.Figure
        Rate ratios on a log scale, with 95 % intervals. Groups without an order have a panel each.

    Raises
    ------
    OptionError
        When the procedure or the ICS is not in the table.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> plot_gap(fit, "procedure 01").axes[0].get_title(loc="left")
    'Procedure 01: the gap by ICS'
    """
    gaps = gaps_of(fit)
    if column_of_groups(gaps) and procedure is not None:
        return plot_group_gaps(gaps, procedure, ics=ics)
    data = gap_data(gaps, procedure, ics=ics)
    figure, axes = canvas(7.2, 1.3 + 0.19 * len(data))
    _draw_lines(axes, data, _names(data, procedure), picked=_picked(data, procedure, ics))
    ratio_axis(axes, data[["lower", "upper"]].to_numpy())
    axes.set_xlabel(_scale(data), fontsize=8, loc="right")
    title = f"{data['ics_name'].iloc[0]}: the gap by procedure" if procedure is None else f"{procedure}: the gap by ICS"
    axes.set_title(f"{title[:1].upper()}{title[1:]}", loc="left", fontsize=11)
    return figure


def plot_group_gaps(fit: CellFit | pd.DataFrame, procedure: str, *, ics: str | None = None) -> Figure:
    """Draw how every group of every ICS compares with the reference group, one panel a group.

    Parameters
    ----------
    fit, procedure, ics
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
    data, (column,) = gap_data(gaps, procedure), column_of_groups(gaps)
    names, areas = sorted(set(data[column])), list(dict.fromkeys(gaps["ics_name"]))
    figure = Figure(figsize=(2.2 + 2.1 * len(names), 1.6 + 0.19 * len(areas)), layout="constrained", dpi=110)
    panels = np.atleast_1d(figure.subplots(1, len(names), sharex=True, sharey=True))
    for axes, name in zip(panels, names, strict=True):
        part = data[data[column] == name].set_index("ics_name").reindex(areas[::-1]).reset_index()
        _draw_lines(axes, part, part["ics_name"], picked=_picked(data, procedure, ics))
        ratio_axis(axes, data[["lower", "upper"]].to_numpy())
        axes.set_title(str(name), loc="left", fontsize=9)
        axes.tick_params(labelsize=6)
        plain(axes)
    figure.supxlabel(_scale(data), fontsize=8)
    return figure


def _names(data: pd.DataFrame, procedure: str | None) -> pd.Series:
    """Name each line: by its ICS, or by its procedure and group."""
    if procedure is not None:
        return data["ics_name"]
    named = data[PROCEDURE]
    for column in data.columns[2 : list(data.columns).index(PROCEDURE)]:
        named = named + ": " + data[column]
    return named


def _picked(data: pd.DataFrame, procedure: str | None, ics: str | None) -> str | None:
    """Give the code of the ICS to pick out, where lines are ICSs."""
    return None if procedure is None or ics is None else find_area(ics, data.drop_duplicates(ICS))


def _scale(data: pd.DataFrame) -> str:
    return f"rate ratio, {data['variant'].iloc[0]} (95 % interval)"


def _draw_lines(axes: Axes, data: pd.DataFrame, names: pd.Series, *, picked: str | None) -> None:
    """Draw one line a row, with all ICSs together in blue and the ICS that is picked out in orange."""
    height = np.arange(len(data))
    together, own = (data[ICS] == ALL_ICS).to_numpy(), (data[ICS] == picked).to_numpy()
    for chosen, colour in ((~together & ~own, INK), (together, ACCENT), (own & ~together, WARM)):
        part = data[chosen]
        axes.hlines(height[chosen], part["lower"], part["upper"], color=colour, lw=1.4)
        axes.plot(part["estimate"], height[chosen], "o", ms=3.5, color=colour)
    axes.axvline(1, color=SOFT, lw=0.8, ls="--")
    axes.set_yticks(height, names, fontsize=7)
    axes.set_ylim(-0.8, len(data) - 0.2)
