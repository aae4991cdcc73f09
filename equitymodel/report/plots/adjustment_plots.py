"""How far a gap depends on what is adjusted for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.areas import find_area
from equitymodel.data.tables.hexagons import short_names
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.plots.alt_words import estimate_words
from equitymodel.report.plots.canvas import ACCENT, SMALL, SOFT, TEXT, WARM, canvas, head, ratio_axis
from equitymodel.report.plots.group_look import look_of
from equitymodel.report.tables.adjustments_table import gaps_of
from equitymodel.report.tables.rows import column_of_groups, groups_of_gaps
from equitymodel.report.wording.measure_words import adjustment_words, comparison_words
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE

NUMBERS = ["estimate", "lower", "upper"]
KINDS = ((SOFT, "s"), (WARM, "D"), (ACCENT, "o"))
"""Colour and mark of adjustments, the fullest last."""


def adjustment_data(fit: CellFit | pd.DataFrame, *, ics: str = ALL_ICS) -> pd.DataFrame:
    """Give the gap of an ICS, or of all together, under each adjustment, side by side.

    Parameters
    ----------
    fit
        A fit; or, where it is at hand, its `gaps_table`.
    ics
        By code or name; all ICSs together by default.

    Returns
    -------
    pandas.DataFrame
        ``procedure, adjusted_for, estimate, lower, upper``; where groups have no order, the
        procedure is named with the group.

    Raises
    ------
    OptionError
        When no ICS of the table is called so.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> adjustment_data(fit).columns.tolist()
    ['procedure', 'adjusted_for', 'estimate', 'lower', 'upper']
    """
    gaps = gaps_of(fit)
    code = find_area(ics, gaps.drop_duplicates(ICS))
    rows, group = gaps[(gaps[ICS] == code) & gaps["adjustment"].fillna("").ne("")], groups_of_gaps(gaps)
    rows = rows.assign(adjusted_for=[adjustment_words(key, group) for key in rows["adjustment"]])
    return named_with_group(rows)[[PROCEDURE, "adjusted_for", *NUMBERS]]


def named_with_group(rows: pd.DataFrame) -> pd.DataFrame:
    """Name each procedure with the group, where groups have no order."""
    for column in column_of_groups(rows):
        rows = rows.assign(**{PROCEDURE: rows[PROCEDURE] + ": " + rows[column]})
    return rows


@refuses_other_types
def plot_adjustments(fit: CellFit | pd.DataFrame, *, ics: str = ALL_ICS) -> Figure:
    """Draw how far the gap of an ICS, or of all together, depends on what is adjusted for.

    Parameters
    ----------
    fit, ics
        As for `adjustment_data`, whose errors are raised too.

    Returns
    -------
    matplotlib.figure.Figure
        One row a procedure; rate ratios on a log scale with 95 % intervals.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> plot_adjustments(fit).axes[0].get_xlabel()
    'rate ratio, most against least deprived (95 % interval)'
    """
    gaps = gaps_of(fit)
    data, look = adjustment_data(gaps, ics=ics), look_of(groups_of_gaps(gaps))
    last = data[data["adjusted_for"] == data["adjusted_for"].iloc[-1]]
    procedures = last.sort_values(look.sorted_by, ascending=False)[PROCEDURE].tolist()
    figure, axes = canvas(1.2 + 0.36 * len(procedures))
    _draw_kinds(axes, data, procedures)
    axes.axvline(1, color=SOFT, lw=0.8, ls="--")
    axes.set_yticks(range(len(procedures)), procedures, fontsize=SMALL)
    axes.set_ylim(-0.6, len(procedures) - 0.4)
    ratio_axis(axes, data[["lower", "upper"]].to_numpy())
    compared = comparison_words(gaps.loc[gaps["headline"], "reference"].iloc[0])
    axes.set_xlabel(f"rate ratio, {compared} (95 % interval)", fontsize=TEXT)
    name = gaps.loc[gaps[ICS] == find_area(ics, gaps.drop_duplicates(ICS)), "ics_name"].iloc[0]
    head(figure, axes, f"{short_names([name])[0]}: the gap, by what it is adjusted for")
    return figure


def adjustment_alt_text(data: pd.DataFrame) -> str:
    """Say what `plot_adjustments` shows: the gap that adjustment moves most, under each.

    Parameters
    ----------
    data
        From `adjustment_data`.

    Examples
    --------
    >>> rows = [["hip", "population only", 1.1, 1.0, 1.2], ["hip", "age and sex", 0.8, 0.7, 0.9]]
    >>> adjustment_alt_text(pd.DataFrame(rows, columns=["procedure", "adjusted_for", *NUMBERS]))[:88]
    'Adjustment moves the ratio of hip most: population only: 1.10 (95 % interval 1.00 to 1.2'
    """
    wide = np.log(data.pivot(index=PROCEDURE, columns="adjusted_for", values="estimate"))
    moved = (wide.max(axis=1) - wide.min(axis=1)).dropna()
    if moved.empty:
        return "No gap can be given."
    rows = data[data[PROCEDURE] == moved.idxmax()].to_dict("records")
    said = "; ".join(f"{row['adjusted_for']}: {estimate_words(row)}" for row in rows)
    return f"Adjustment moves the ratio of {moved.idxmax()} most: {said}."


def _draw_kinds(axes: Axes, data: pd.DataFrame, procedures: list[str]) -> None:
    """Draw one line a procedure and adjustment, the fullest adjustment in blue."""
    kinds = list(dict.fromkeys(data["adjusted_for"]))
    for step, (kind, (colour, marker)) in enumerate(zip(kinds, KINDS[-len(kinds) :], strict=True)):
        part = data[data["adjusted_for"] == kind].set_index(PROCEDURE).reindex(procedures)
        height = np.arange(len(part)) + 0.22 * ((len(kinds) - 1) / 2 - step)
        axes.hlines(height, part["lower"], part["upper"], color=colour, lw=1.5)
        axes.plot(part["estimate"], height, marker, ms=4, color=colour, label=f"adjusted for {kind}")
