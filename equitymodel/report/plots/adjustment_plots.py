"""How far a gap depends on what is adjusted for, and on what was not measured."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.estimands.sensitivity_records import PERSISTS
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.plots.canvas import ACCENT, SOFT, WARM, canvas, ratio_axis
from equitymodel.report.plots.group_look import look_of
from equitymodel.report.tables.adjustments_table import gaps_of
from equitymodel.report.tables.rows import column_of_groups, groups_of_gaps
from equitymodel.report.tables.sensitivity_table import sensitivity_table
from equitymodel.report.wording.measure_words import adjustment_words, comparison_words
from equitymodel.report.wording.one_ics import together_in
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE


def adjustment_data(fit: CellFit | pd.DataFrame) -> pd.DataFrame:
    """Give the gap of all ICSs together under each adjustment, side by side.

    Parameters
    ----------
    fit
        A fit; or, where it is at hand, its `gaps_table`.

    Returns
    -------
    pandas.DataFrame
        ``procedure, adjusted_for, estimate, lower, upper``; where groups have no order, the
        procedure is named with the group.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> adjustment_data(fit).columns.tolist()
    ['procedure', 'adjusted_for', 'estimate', 'lower', 'upper']
    """
    gaps = gaps_of(fit)
    rows, group = gaps[(gaps[ICS] == ALL_ICS) & (gaps["adjustment"] != "")], groups_of_gaps(gaps)
    rows = rows.assign(adjusted_for=[adjustment_words(key, group) for key in rows["adjustment"]])
    return _named_with_group(rows)[[PROCEDURE, "adjusted_for", "estimate", "lower", "upper"]]


def _named_with_group(rows: pd.DataFrame) -> pd.DataFrame:
    """Name each procedure with the group, where groups have no order."""
    for column in column_of_groups(rows):
        rows = rows.assign(**{PROCEDURE: rows[PROCEDURE] + ": " + rows[column]})
    return rows


def plot_adjustments(fit: CellFit | pd.DataFrame) -> Figure:
    """Draw how far the gap of all ICSs together depends on what is adjusted for.

    Parameters
    ----------
    fit
        As for `adjustment_data`.

    Returns
    -------
    matplotlib.figure.Figure
        One row a procedure; rate ratios on a log scale with 95 % intervals.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> plot_adjustments(fit).axes[0].get_title(loc="left")
    'The gap, by what it is adjusted for'
    """
    gaps = gaps_of(fit)
    data, look = adjustment_data(gaps), look_of(groups_of_gaps(gaps))
    last = data[data["adjusted_for"] == data["adjusted_for"].iloc[-1]]
    procedures = last.sort_values(look.sorted_by, ascending=False)[PROCEDURE].tolist()
    figure, axes = canvas(7.2, 1.5 + 0.45 * len(procedures))
    _draw_kinds(axes, data, procedures)
    axes.axvline(1, color=SOFT, lw=0.8, ls="--")
    axes.set_yticks(range(len(procedures)), procedures)
    axes.set_ylim(-0.6, len(procedures) - 0.4)
    ratio_axis(axes, data[["lower", "upper"]].to_numpy())
    compared = comparison_words(gaps.loc[gaps["headline"], "reference"].iloc[0])
    axes.set_xlabel(f"rate ratio, {compared}, {together_in(gaps)} (95 % interval)", fontsize=9)
    axes.legend(
        title="adjusted for", fontsize=8, title_fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1)
    )
    axes.set_title("The gap, by what it is adjusted for", loc="left", fontsize=11)
    return figure


def _draw_kinds(axes: Axes, data: pd.DataFrame, procedures: list[str]) -> None:
    """Draw one line a procedure and adjustment, the fullest adjustment in blue."""
    kinds = list(dict.fromkeys(data["adjusted_for"]))
    shown = zip(kinds, (SOFT, WARM, ACCENT)[-len(kinds) :], ("s", "D", "o")[-len(kinds) :], strict=True)
    for step, (kind, colour, marker) in enumerate(shown):
        part = data[data["adjusted_for"] == kind].set_index(PROCEDURE).loc[procedures]
        height = np.arange(len(part)) + 0.22 * ((len(kinds) - 1) / 2 - step)
        axes.hlines(height, part["lower"], part["upper"], color=colour, lw=1.6)
        axes.plot(part["estimate"], height, marker, ms=5, color=colour, label=kind)


def plot_tipping(fit: CellFit | pd.DataFrame) -> Figure:
    """Draw the probability that the gap persists as unmeasured need grows, all ICSs together.

    Parameters
    ----------
    fit
        A fit; or, where it is at hand, its `sensitivity_table`.

    Returns
    -------
    matplotlib.figure.Figure
        One curve a procedure (and group, where they have no order); need as measured on the left.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> plot_tipping(fit).axes[0].get_ylabel()
    'probability of fewer admissions'
    """
    sensitivity = fit if isinstance(fit, pd.DataFrame) else sensitivity_table(fit)
    groups = column_of_groups(sensitivity)
    rows = _named_with_group(sensitivity[(sensitivity["question"] == PERSISTS) & (sensitivity[ICS] == ALL_ICS)])
    figure, axes = canvas(7.2, 3.6)
    for number, (name, part) in enumerate(rows.groupby(PROCEDURE, sort=False)):
        style = ("-", "--", "-.", ":")[number // 4 % 4]
        axes.plot(part["assumption"], part["estimate"], style, marker="o", ms=3, lw=1.3, label=str(name))
    axes.axhline(0.5, color=SOFT, lw=0.8, ls="--")
    axes.set_ylim(-0.02, 1.02)
    axes.invert_xaxis()
    compared = "a group relative to the reference group" if groups else "most relative to least deprived"
    axes.set_xlabel(f"true over measured need, {compared} (1 = as measured)", fontsize=9)
    axes.set_ylabel("probability of fewer admissions", fontsize=9)
    axes.set_title("Does the gap persist?", loc="left", fontsize=11)
    axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure
