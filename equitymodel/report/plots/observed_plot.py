"""Observed against expected and fitted admissions, by group."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.groups import Group
from equitymodel.estimands.draw_quantiles import draw_quantiles
from equitymodel.estimands.rates import PER
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.plots.canvas import ACCENT, INK, TEXT, WARM, head, name_panel, small_panels
from equitymodel.report.plots.group_look import look_of
from equitymodel.report.plots.panel_names import panel_name
from equitymodel.report.wording.one_ics import together_words
from equitymodel.vocabulary import ICS, PROCEDURE, SAMPLE_DIMS, group_dim


def observed_expected_data(fit: CellFit) -> pd.DataFrame:
    """Give observed, expected and fitted admissions by group and procedure.

    Parameters
    ----------
    fit
        A diagnosed fit, with the cells it was fitted to; of several years, the last is shown.

    Returns
    -------
    pandas.DataFrame
        All ICSs together: ``observed, expected`` in admissions and per 100,000 person-years
        (``observed_rate, expected_rate``), and ``fitted_rate`` with its 95 % interval.
        Observed is missing where any count is not known.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> observed_expected_data(fit).columns[:4].tolist()
    ['deprivation', 'procedure', 'observed', 'expected']
    """
    fit = year_of(fit.require_sound())
    cells = fit.cells
    people = cells["population"].sum(ICS)
    observed = cells["admissions"].where(cells["offered"], 0.0).sum(ICS, skipna=False)
    expected = headline_expected(cells).sum(ICS)
    fitted = fit.fitted.sum(ICS) / people * PER
    lower, upper = draw_quantiles(fitted, [0.025, 0.975])
    columns = {
        "observed": observed,
        "expected": expected,
        "observed_rate": observed / people * PER,
        "expected_rate": expected / people * PER,
        "fitted_rate": fitted.mean(SAMPLE_DIMS),
        "lower": lower,
        "upper": upper,
    }
    series = {
        name: array.drop_vars("adjustment", errors="ignore").rename(name).to_series() for name, array in columns.items()
    }
    return pd.DataFrame(series).reset_index().rename(columns={group_dim(cells.dims): CellFacts.of(cells).group.name})


def observed_alt_text(data: pd.DataFrame) -> str:
    """Say what `plot_observed_expected` shows: how far from expected the first group is, in each procedure.

    Parameters
    ----------
    data
        From `observed_expected_data`.

    Examples
    --------
    >>> rows = [[1, "hip", 80.0, 100.0], [5, "hip", 120.0, 100.0]]
    >>> observed_alt_text(pd.DataFrame(rows, columns=["deprivation", "procedure", "fitted_rate", "expected_rate"]))
    'Fitted over expected admissions: hip, from 0.80 (group 1) to 1.20 (group 5).'
    """
    group, said = data.columns[0], []
    for name, rows in data.groupby(PROCEDURE, sort=False):
        ratio = rows["fitted_rate"] / rows["expected_rate"]
        low, high = (rows.index.get_loc(place) for place in (ratio.idxmin(), ratio.idxmax()))
        ends = (f"{ratio.iloc[at]:.2f} (group {rows[group].iloc[at]})" for at in (low, high))
        said.append(f"{name}, from {' to '.join(ends)}")
    return f"Fitted over expected admissions: {'; '.join(said)}."


def plot_observed_expected(fit: CellFit) -> Figure:
    """Draw observed against expected admission rates by group, one panel a procedure.

    Parameters
    ----------
    fit
        As for `observed_expected_data`.

    Returns
    -------
    matplotlib.figure.Figure
        Admissions per 100,000 person-years: observed, expected for equal need, and fitted with
        its 95 % interval.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> plot_observed_expected(fit).axes[0].get_title(loc="left")
    'procedure 01'
    """
    data, kind = observed_expected_data(fit), CellFacts.of(fit.cells).group
    procedures = list(dict.fromkeys(data[PROCEDURE]))
    figure, panels = small_panels(len(procedures), height=1.7, share_y=False)
    for axes, procedure in zip(panels, procedures, strict=True):
        _draw_rates(axes, data[data[PROCEDURE] == procedure], kind)
        name_panel(axes, panel_name(procedure))
    figure.supxlabel(look_of(kind).axis, fontsize=TEXT)
    figure.supylabel("admissions per 100,000 person-years", fontsize=TEXT)
    head(figure, panels[0], f"Observed, expected and fitted admissions, {together_words(fit.cells)}")
    return figure


def _draw_rates(axes: Axes, rows: pd.DataFrame, kind: Group) -> None:
    """Draw the rates of one procedure; groups without an order are not joined by a line."""
    group, look = rows[kind.name], look_of(kind)
    axes.plot(group, rows["expected_rate"], look.line, color=WARM, ms=12, lw=1.4, label="expected")
    axes.vlines(group, rows["lower"], rows["upper"], color=ACCENT, lw=1.6)
    axes.plot(group, rows["fitted_rate"], "o", ms=4, color=ACCENT, label="fitted, 95 % interval")
    axes.plot(group, rows["observed_rate"], "x", ms=5, color=INK, label="observed")
    axes.set_ylim(bottom=0)
    axes.set_xticks(group)
    if look.rotation:
        axes.tick_params(axis="x", rotation=look.rotation)
