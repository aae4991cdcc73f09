"""The gradient over groups of one ICS: admissions against all ICSs together, crude beside modelled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.data.cells.years import has_years, one_year
from equitymodel.data.tables.areas import find_area
from equitymodel.data.tables.hexagons import short_names
from equitymodel.data.tables.suppression import count_bounds, count_middle
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.peers import chosen_peers
from equitymodel.report.plots.alt_words import estimate_words
from equitymodel.report.plots.canvas import INK, SOFT, TEXT, head, name_panel, ratio_axis, small_panels
from equitymodel.report.plots.gap_plots import Compared
from equitymodel.report.plots.group_look import look_of_column
from equitymodel.report.plots.marks import LOOKS, MARK, OWN, PEER, with_marks
from equitymodel.report.plots.panel_names import panel_name
from equitymodel.report.tables.expected_table import expected_table
from equitymodel.report.tables.rows import column_of_groups
from equitymodel.vocabulary import ICS, PROCEDURE, group_dim

RATIO = "standardised_ratio"
SMALLEST, ROUNDED_TO = 8, 5
"""Counts below are not drawn, and others are rounded before they are: the rule of hospital statistics in England (NHS
England, HES analysis guide), so that a picture gives no more away than a table may."""
NUMBERS = ["estimate", "lower", "upper"]


def gradient_data(
    fit: CellFit | pd.DataFrame, ics: str, *, cells: xr.Dataset | None = None, peers: Compared = None
) -> pd.DataFrame:
    """Give admissions of each group of an ICS against those of all ICSs together, crude beside modelled.

    Parameters
    ----------
    fit
        A fit; or, where it is at hand, its `expected_table`.
    ics
        Which ICS, by code or name.
    cells
        The cells that were fitted, for crude ratios beside a table; a fit has them.
    peers
        With whom the ICS is compared, as `find_peers` takes it; nobody by default.

    Returns
    -------
    pandas.DataFrame
        ``ics, ics_name``, the group, ``procedure, estimate, lower, upper`` (modelled: fitted over what the same
        people would have at the rates of all ICSs together, adjusted for all there is), ``crude`` (admissions per head
        over those per head of all ICSs together, of one's own ICS alone) and ``mark``.

    Raises
    ------
    OptionError
        When the table has no such ICS or peers.

    Notes
    -----
    A crude ratio is of a count rounded to the nearest 5, and is left out where the count is below 8 or not known.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> gradient_data(fit, "area 01").columns.tolist()
    ['ics', 'ics_name', 'deprivation', 'procedure', 'estimate', 'lower', 'upper', 'crude', 'mark']
    """
    table, cells = (fit, cells) if isinstance(fit, pd.DataFrame) else (expected_table(fit), year_of(fit).cells)
    own = find_area(ics, table.drop_duplicates(ICS))
    found = chosen_peers(peers, own, table)
    rows = table[(table["quantity"] == RATIO) & table[ICS].isin([own, *(found.codes if found else ())])]
    (group,) = column_of_groups(table)
    rows = rows[[ICS, "ics_name", group, PROCEDURE, *NUMBERS]].assign(crude=np.nan)
    if cells is not None:
        rows = _with_crude(rows, crude_ratios(cells).sel({ICS: own}), own, group)
    return with_marks(rows, own, found).reset_index(drop=True)


def crude_ratios(cells: xr.Dataset) -> xr.DataArray:
    """Give admissions per head over those per head of all ICSs together; counts are rounded, and small ones left out.

    Parameters
    ----------
    cells
        Of one year, or of several, of which the last is taken.

    Returns
    -------
    xarray.DataArray
        Ratios by ICS, group and procedure; missing where a count is below 8 or not known. Hidden counts enter the
        rate of all ICSs together at the middle of what they may be.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> 0.3 < crude_ratios(cells).median().item() < 3
    True
    """
    cells = one_year(cells) if has_years(cells) else cells
    low, high = count_bounds(cells)
    known = low.where((low == high) & (low >= SMALLEST))
    people, over = cells["population"].where(cells["offered"]), [ICS, group_dim(cells.dims)]
    everyone = count_middle(cells).sum(over) / people.sum(over)
    return (known / ROUNDED_TO).round() * ROUNDED_TO / people / everyone


def plot_gradient(
    fit: CellFit | pd.DataFrame, ics: str, *, cells: xr.Dataset | None = None, peers: Compared = None
) -> Figure:
    """Draw the gradient over groups of an ICS, crude beside modelled, a panel a procedure; peers as grey lines.

    Parameters
    ----------
    fit, ics, cells, peers
        As for `gradient_data`, whose errors are raised too.

    Returns
    -------
    matplotlib.figure.Figure
        Ratios on a log scale: 1 = as all ICSs together; modelled with 95 % intervals.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> plot_gradient(fit, "area 01").get_supylabel()
    'ratio to all ICSs together (95 % interval)'
    """
    table, cells = (fit, cells) if isinstance(fit, pd.DataFrame) else (expected_table(fit), year_of(fit).cells)
    data, found = gradient_data(table, ics, cells=cells, peers=peers), chosen_peers(peers, ics, table)
    column = _group_name(data)
    look, names = look_of_column(column), list(dict.fromkeys(data[PROCEDURE]))
    figure, panels = small_panels(len(names))
    for axes, procedure in zip(panels, names, strict=True):
        _draw_panel(axes, data[data[PROCEDURE] == procedure], column, found.title if found else "")
        name_panel(axes, panel_name(procedure))
    groups = list(dict.fromkeys(data[column]))
    panels[0].set_xticks(range(len(groups)), [str(group) for group in groups], rotation=look.rotation)
    ratio_axis(panels[0], data.loc[data[MARK] == OWN, [*NUMBERS, "crude"]].to_numpy(), "y")
    figure.supxlabel(look.axis, fontsize=TEXT)
    name = short_names(data.loc[data[MARK] == OWN, "ics_name"])[0]
    figure.supylabel("ratio to all ICSs together (95 % interval)", fontsize=TEXT)
    head(figure, panels[0], f"{name}: admissions by group, crude and modelled")
    return figure


def gradient_alt_text(data: pd.DataFrame) -> str:
    """Say what `plot_gradient` shows: the procedure whose groups lie furthest apart, from the first to the last.

    Parameters
    ----------
    data
        From `gradient_data`.

    Examples
    --------
    >>> rows = [["a", "Devon", "1", "hip", 0.7, 0.6, 0.8], ["a", "Devon", "5", "hip", 1.2, 1.1, 1.3]]
    >>> columns = ["ics", "ics_name", "deprivation", "procedure", "estimate", "lower", "upper"]
    >>> gradient_alt_text(pd.DataFrame(rows, columns=columns).assign(mark="own"))[:108]
    'Devon, hip: groups lie furthest apart: deprivation 1: 0.70 (95 % interval 0.60 to 0.80); deprivation 5: 1.20'
    """  # fmt: skip
    own, column = data[data[MARK] == OWN].dropna(subset="estimate"), _group_name(data)
    if own.empty:
        return "No ratio can be given."
    spread = own.groupby(PROCEDURE, sort=False)["estimate"].agg(lambda values: np.log(values.max() / values.min()))
    rows = own[own[PROCEDURE] == spread.idxmax()].sort_values("estimate", kind="stable")
    ends = "; ".join(f"{column} {row[column]}: {estimate_words(row)}" for row in rows.iloc[[0, -1]].to_dict("records"))
    return (
        f"{rows['ics_name'].iloc[0]}, {spread.idxmax()}: groups lie furthest apart: {ends} times the admissions of all "
        "ICSs together for the same people."
    )


def _with_crude(rows: pd.DataFrame, crude: xr.DataArray, own: str, group: str) -> pd.DataFrame:
    """Set crude ratios beside the modelled ones of one's own ICS."""
    flat = (
        crude.rename("crude")
        .reset_coords(drop=True)
        .to_series()
        .reset_index()
        .rename(columns={group_dim(crude.dims): group})
    )
    flat[ICS], key = own, rows[group].astype(str)
    flat[group] = flat[group].astype(str)
    found = rows.drop(columns="crude").assign(**{group: key}).merge(flat, on=[ICS, group, PROCEDURE], how="left")
    return found.assign(**{group: rows[group].to_numpy()})


def _group_name(data: pd.DataFrame) -> str:
    """Name the column of the groups, between the name of the ICS and the procedure."""
    return str(data.columns[list(data.columns).index(PROCEDURE) - 1])


def _draw_panel(axes: Axes, rows: pd.DataFrame, column: str, peers: str) -> None:
    """Draw one procedure: peers behind, then crude as crosses and modelled with its intervals."""
    at = {group: place for place, group in enumerate(dict.fromkeys(rows[column]))}
    joined = "-" if look_of_column(column).line == "--" else ""
    for _, part in rows[rows[MARK] == PEER].groupby(ICS, sort=False):
        axes.plot(part[column].map(at), part["estimate"], joined or "_", lw=0.7, color=SOFT, label=peers)
    own, look = rows[rows[MARK] == OWN], LOOKS[OWN]
    place = own[column].map(at).to_numpy(float)
    axes.axhline(1, color=SOFT, lw=0.8, ls="--")
    axes.plot(place - 0.12, own["crude"], "x", ms=4, mew=1.2, color=INK, label="crude")
    axes.vlines(place + 0.06, own["lower"], own["upper"], color=look.colour, lw=1.4, zorder=look.above)
    axes.plot(place + 0.06, own["estimate"], look.shape + joined, ms=3.5, lw=1.0, color=look.colour, zorder=look.above,
              label="modelled, for equal need")  # fmt: skip
