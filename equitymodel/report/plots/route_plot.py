"""What each route would change for each group: more or fewer admissions a year, with intervals."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.data.tables.areas import find_area
from equitymodel.data.tables.hexagons import short_names
from equitymodel.estimands.reading import ADMISSIONS
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.plots.alt_words import estimate_words
from equitymodel.report.plots.canvas import ACCENT, INK, SOFT, TEXT, WARM, head, name_panel, small_panels
from equitymodel.report.plots.group_look import look_of_column
from equitymodel.report.plots.panel_names import panel_name
from equitymodel.report.tables.rows import column_of_groups
from equitymodel.report.tables.targets_table import targets_table
from equitymodel.vocabulary import ICS, PROCEDURE, SCOPES

ROUTE_LOOKS = {
    "level_up": ("level up", ACCENT, "^"),
    "level_down": ("level down", WARM, "v"),
    "zero_sum": ("same total", INK, "o"),
}
"""What a route is called, and how it is drawn."""
APART = 0.24
TOLD = "told_apart"


def route_data(fit: CellFit | pd.DataFrame, ics: str, *, scope: str = "ics") -> pd.DataFrame:
    """Give what each route would change for each group of an ICS.

    Parameters
    ----------
    fit
        A fit; or, where it is at hand, its `targets_table`.
    ics
        Which ICS, by code or name; one that is not in the table is refused, with the nearest.
    scope
        Where the target is found: ``ics, region`` or ``england``.

    Returns
    -------
    pandas.DataFrame
        ``ics_name``, the group, ``procedure, route, estimate, lower, upper, unit`` (above 0: more admissions), and
        ``told_apart``: no where noise alone would show as much.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> route_data(fit, "area 01")["route"].unique().tolist()
    ['level_up', 'level_down', 'zero_sum']
    """
    table = fit if isinstance(fit, pd.DataFrame) else targets_table(fit)
    code = find_area(ics, table.drop_duplicates(ICS))
    rows = table[(table[ICS] == code) & (table["scope"] == scope) & table["route"].isin(list(ROUTE_LOOKS))]
    named = ["ics_name", *column_of_groups(rows), PROCEDURE, "route", "estimate", "lower", "upper"]
    named += [name for name in ("unit",) if name in rows]
    return rows[[*named, *([TOLD] if TOLD in rows else [])]].reset_index(drop=True)


def plot_routes(fit: CellFit | pd.DataFrame, ics: str, *, scope: str = "ics") -> Figure:
    """Draw how many more or fewer admissions each group of an ICS would have on each route, a panel a procedure.

    Parameters
    ----------
    fit, ics, scope
        As for `route_data`, whose errors are raised too.

    Returns
    -------
    matplotlib.figure.Figure
        Admissions, a year where the table counts so, with 95 % intervals, each panel on its own scale; hollow where
        noise alone would show as much, and nothing where a route changes nothing.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> plot_routes(fit, "area 01").get_supylabel()
    'change of admissions (95 % interval)'
    """
    data = route_data(fit, ics, scope=scope)
    column = _group_column(data)
    groups, names = list(dict.fromkeys(data[column])), list(dict.fromkeys(data[PROCEDURE]))
    look = look_of_column(column)
    figure, panels = small_panels(len(names), share_y=False)
    for axes, procedure in zip(panels, names, strict=True):
        _draw_panel(axes, data[data[PROCEDURE] == procedure], column, groups)
        axes.locator_params(axis="y", nbins=5)
        axes.set_xticks(range(len(groups)), [str(group) for group in groups], rotation=look.rotation)
        name_panel(axes, panel_name(procedure))
    where = "" if scope == "ics" else f", {SCOPES[scope]}"
    figure.supxlabel(look.axis, fontsize=TEXT)
    figure.supylabel(f"change of {_unit(data)} (95 % interval)", fontsize=TEXT)
    head(figure, panels[0], f"{short_names(data['ics_name'])[0]}: what each route would change{where}")
    return figure


def route_alt_text(data: pd.DataFrame) -> str:
    """Say what `plot_routes` shows: the group that would gain most on levelling up.

    Parameters
    ----------
    data
        From `route_data`.

    Examples
    --------
    >>> rows = [["Devon", "1", "hip", 120.0, 80.0, 160.0], ["Devon", "2", "hip", 20.0, 0.0, 50.0]]
    >>> columns = ["ics_name", "deprivation", "procedure", "estimate", "lower", "upper"]
    >>> route_alt_text(pd.DataFrame(rows, columns=columns).assign(route="level_up"))
    'Devon: levelling up changes most for deprivation 1, hip: 120 (95 % interval 80 to 160) more admissions.'
    """
    row = most_changed(data)
    if row is None:
        return "What levelling up would change cannot be told from chance for any group."
    column = _group_column(data)
    return (
        f"{row['ics_name']}: levelling up changes most for {column.replace('_', ' ')} {row[column]}, {row[PROCEDURE]}: "
        f"{estimate_words(row, 0)} more {_unit(data)}."
    )


def could_be_chance(rows: pd.DataFrame) -> pd.Series:
    """Mark the rows of `route_data` that noise alone would show as well, of those that a route changes.

    Examples
    --------
    >>> rows = pd.DataFrame({"lower": [0.0, 0.0, 5.0], "upper": [0.0, 9.0, 9.0], "told_apart": ["no", "no", "yes"]})
    >>> could_be_chance(rows).tolist()
    [False, True, False]
    """
    told = rows[TOLD] if TOLD in rows else pd.Series("", rows.index)
    return (told == "no") & _changed(rows)


def _changed(rows: pd.DataFrame) -> pd.Series:
    """Mark the rows that a route changes."""
    return (rows["lower"] != 0) | (rows["upper"] != 0)


def most_changed(data: pd.DataFrame) -> dict[Hashable, Any] | None:
    """Find the row of the group and procedure that levelling up changes most; none where chance alone could do it.

    Examples
    --------
    >>> rows = pd.DataFrame({"route": "level_up", "estimate": [20.0, 120.0], "deprivation": ["2", "1"]})
    >>> most_changed(rows)["deprivation"]
    '1'
    """
    up = data[(data["route"] == "level_up")].dropna(subset="estimate")
    if TOLD in up:
        up = up[up[TOLD] != "no"]
    return None if up.empty else up.sort_values("estimate", kind="stable").to_dict("records")[-1]


def _unit(data: pd.DataFrame) -> str:
    """Name what is counted, as the table does: admissions, or admissions a year."""
    return str(data["unit"].iloc[0]) if "unit" in data else ADMISSIONS


def _group_column(data: pd.DataFrame) -> str:
    """Name the column of the groups, between the name of the ICS and the procedure."""
    return str(data.columns[list(data.columns).index(PROCEDURE) - 1])


def _draw_panel(axes: Axes, rows: pd.DataFrame, column: str, groups: list[object]) -> None:
    """Draw the routes of one procedure beside one another, group by group."""
    axes.axhline(0, color=SOFT, lw=0.8)
    places = {group: place for place, group in enumerate(groups)}
    for step, (route, (name, colour, marker)) in enumerate(ROUTE_LOOKS.items()):
        part = rows[(rows["route"] == route) & _changed(rows)]
        at = part[column].map(places).to_numpy(float) + APART * (step - 1)
        axes.vlines(at, part["lower"], part["upper"], color=colour, lw=1.2)
        chance = could_be_chance(part).to_numpy()
        axes.plot(at[~chance], part["estimate"][~chance], marker, ms=3.5, color=colour, label=name)
        axes.plot(at[chance], part["estimate"][chance], marker, ms=3.5, mfc="white", color=colour)
    axes.plot([], [], "o", ms=3.5, mfc="white", color=INK, label="could be chance alone")
