"""Pictures, each built on a function that returns the data it shows.

Figures are plain Matplotlib figures without global state, so they can be saved from a script
or shown in a notebook.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.groups import group_of
from equitymodel.estimands.measures import PER, adjusted_for
from equitymodel.inference.fit import Fit
from equitymodel.report.tables import column_of_groups
from equitymodel.vocabulary import ALL_ICS, DEPRIVATION, ICS, PROCEDURE

INK, SOFT, ACCENT, WARM = "#1d2b3a", "#8d99a6", "#005eb8", "#b8570a"


def gap_data(gaps: pd.DataFrame, procedure: str) -> pd.DataFrame:
    """Give the gap of every ICS for one procedure, the widest first.

    Parameters
    ----------
    gaps
        From `gaps_table`.
    procedure
        Which procedure.

    Returns
    -------
    pandas.DataFrame
        ``ics, ics_name, variant, estimate, lower, upper``, one row an ICS, with all ICSs together;
        where groups have no order, one row an ICS and group, with the column of the groups.

    Raises
    ------
    KeyError
        When the procedure is not in the table.
    """
    rows = gaps[(gaps["measure"] == "rate_ratio") & (gaps[PROCEDURE] == procedure)]
    if rows.empty:
        raise KeyError(f"no procedure '{procedure}' in the table of gaps")
    columns = [ICS, "ics_name", *column_of_groups(gaps), "variant", "estimate", "lower", "upper"]
    return rows.sort_values("estimate", ascending=False)[columns]


def plot_gap(gaps: pd.DataFrame, procedure: str) -> Figure:
    """Draw the gap of every ICS as a caterpillar, with all ICSs together in colour.

    Parameters
    ----------
    gaps
        From `gaps_table`.
    procedure
        Which procedure.

    Returns
    -------
    matplotlib.figure.Figure
        Rate ratios, most against least deprived, on a log scale, with 95 % intervals.

    Raises
    ------
    KeyError
        When the procedure is not in the table.
    """
    data = gap_data(gaps, procedure)
    figure, axes = _canvas(7.2, 1.3 + 0.19 * len(data))
    _draw_areas(axes, data)
    _ratio_axis(axes, data[["lower", "upper"]].to_numpy())
    axes.set_xlabel(f"rate ratio, {data['variant'].iloc[0]} (95 % interval)", fontsize=8, loc="right")
    axes.set_title(f"{procedure[:1].upper()}{procedure[1:]}: the gap by ICS", loc="left", fontsize=11)
    return figure


def plot_group_gaps(gaps: pd.DataFrame, procedure: str) -> Figure:
    """Draw how every group of every ICS compares with the reference group, one panel a group.

    Parameters
    ----------
    gaps
        From `gaps_table`, for groups that have no order.
    procedure
        Which procedure.

    Returns
    -------
    matplotlib.figure.Figure
        Rate ratios on a log scale, with 95 % intervals; ICSs in the same order in every panel.

    Raises
    ------
    KeyError
        When the procedure is not in the table.
    """
    data, (column,) = gap_data(gaps, procedure), column_of_groups(gaps)
    names, areas = sorted(set(data[column])), list(dict.fromkeys(gaps["ics_name"]))
    figure = Figure(figsize=(2.2 + 2.1 * len(names), 1.6 + 0.19 * len(areas)), layout="constrained", dpi=110)
    panels = np.atleast_1d(figure.subplots(1, len(names), sharex=True, sharey=True))
    for axes, name in zip(panels, names, strict=True):
        part = data[data[column] == name].set_index("ics_name").reindex(areas[::-1]).reset_index()
        _draw_areas(axes, part)
        _ratio_axis(axes, data[["lower", "upper"]].to_numpy())
        axes.set_title(str(name), loc="left", fontsize=9)
        axes.tick_params(labelsize=6)
        _plain(axes)
    figure.supxlabel(f"rate ratio, {data['variant'].iloc[0]} (95 % interval)", fontsize=8)
    return figure


def _draw_areas(axes: Axes, data: pd.DataFrame) -> None:
    """Draw one line an ICS, with all ICSs together in colour."""
    together = (data[ICS] == ALL_ICS).to_numpy()
    height = np.arange(len(data))
    for chosen, colour in ((~together, INK), (together, ACCENT)):
        part = data[chosen]
        axes.hlines(height[chosen], part["lower"], part["upper"], color=colour, lw=1.4)
        axes.plot(part["estimate"], height[chosen], "o", ms=3.5, color=colour)
    axes.axvline(1, color=SOFT, lw=0.8, ls="--")
    axes.set_yticks(height, data["ics_name"], fontsize=7)
    axes.set_ylim(-0.8, len(data) - 0.2)


def adjustment_data(gaps: pd.DataFrame) -> pd.DataFrame:
    """Give the gap of all ICSs together under each adjustment, side by side.

    Parameters
    ----------
    gaps
        From `gaps_table`.

    Returns
    -------
    pandas.DataFrame
        ``procedure, adjusted_for, estimate, lower, upper``; where groups have no order, the
        procedure is named with the group.
    """
    adjusted = gaps["measure"].str.startswith("rate_ratio") & gaps["variant"].str.contains("adjusted for")
    rows = gaps[(gaps[ICS] == ALL_ICS) & adjusted]
    rows = rows.assign(adjusted_for=adjusted_for(rows["variant"]))
    for column in column_of_groups(gaps):
        rows = rows.assign(**{PROCEDURE: rows[PROCEDURE] + ": " + rows[column]})
    return rows[[PROCEDURE, "adjusted_for", "estimate", "lower", "upper"]]


def plot_adjustments(gaps: pd.DataFrame) -> Figure:
    """Draw how far the gap of all ICSs together depends on what is adjusted for.

    Parameters
    ----------
    gaps
        From `gaps_table`.

    Returns
    -------
    matplotlib.figure.Figure
        One row a procedure; rate ratios on a log scale with 95 % intervals.
    """
    data = adjustment_data(gaps)
    order = data[data["adjusted_for"] == data["adjusted_for"].iloc[-1]]
    order = (
        order.sort_values(PROCEDURE, ascending=False)
        if column_of_groups(gaps)
        else order.sort_values("estimate", ascending=False)
    )
    procedures = order[PROCEDURE].tolist()
    figure, axes = _canvas(7.2, 1.5 + 0.45 * len(procedures))
    kinds = list(dict.fromkeys(data["adjusted_for"]))
    shown = zip(kinds, (SOFT, WARM, ACCENT)[-len(kinds) :], ("s", "D", "o")[-len(kinds) :], strict=True)
    for step, (kind, colour, marker) in enumerate(shown):
        part = data[data["adjusted_for"] == kind].set_index(PROCEDURE).loc[procedures]
        height = np.arange(len(part)) + 0.22 * ((len(kinds) - 1) / 2 - step)
        axes.hlines(height, part["lower"], part["upper"], color=colour, lw=1.6)
        axes.plot(part["estimate"], height, marker, ms=5, color=colour, label=kind)
    axes.axvline(1, color=SOFT, lw=0.8, ls="--")
    axes.set_yticks(range(len(procedures)), procedures)
    axes.set_ylim(-0.6, len(procedures) - 0.4)
    _ratio_axis(axes, data[["lower", "upper"]].to_numpy())
    compared = str(gaps.loc[gaps["measure"] == "rate_ratio", "variant"].iloc[0]).split(", adjusted for")[0]
    axes.set_xlabel(f"rate ratio, {compared}, all ICSs together (95 % interval)", fontsize=9)
    axes.legend(
        title="adjusted for", fontsize=8, title_fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1)
    )
    axes.set_title("The gap, by what it is adjusted for", loc="left", fontsize=11)
    return figure


def plot_tipping(sensitivity: pd.DataFrame) -> Figure:
    """Draw the probability that the gap persists as unmeasured need grows, all ICSs together.

    Parameters
    ----------
    sensitivity
        From `sensitivity_table`.

    Returns
    -------
    matplotlib.figure.Figure
        One curve a procedure (and group, where they have no order); need as measured on the left.
    """
    rows = sensitivity[(sensitivity["question"] == "probability_gap_persists") & (sensitivity[ICS] == ALL_ICS)]
    figure, axes = _canvas(7.2, 3.6)
    groups = column_of_groups(sensitivity)
    curve = rows[PROCEDURE] + ": " + rows[groups[0]] if groups else rows[PROCEDURE]
    for number, (name, part) in enumerate(rows.groupby(curve, sort=False)):
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


def observed_expected_data(fit: Fit) -> pd.DataFrame:
    """Give observed, expected and fitted admissions by group and procedure.

    Parameters
    ----------
    fit
        A fit.

    Returns
    -------
    pandas.DataFrame
        All ICSs together: ``observed, expected`` in admissions and per 100,000 person-years
        (``observed_rate, expected_rate``), and ``fitted_rate`` with its 95 % interval.
        Observed is missing where any count is not known.
    """
    cells = fit.cells
    people = cells["population"].sum(ICS)
    observed = cells["admissions"].where(cells["offered"], 0.0).sum(ICS, skipna=False)
    expected = headline_expected(cells).sum(ICS)
    fitted = fit.fitted.sum(ICS) / people * PER
    lower, upper = (fitted.quantile(at, ["chain", "draw"]).drop_vars("quantile") for at in (0.025, 0.975))
    columns = {
        "observed": observed,
        "expected": expected,
        "observed_rate": observed / people * PER,
        "expected_rate": expected / people * PER,
        "fitted_rate": fitted.mean(["chain", "draw"]),
        "lower": lower,
        "upper": upper,
    }
    series = {
        name: array.drop_vars("adjustment", errors="ignore").rename(name).to_series() for name, array in columns.items()
    }
    return pd.DataFrame(series).reset_index().rename(columns={DEPRIVATION: group_of(cells).name})


def plot_observed_expected(fit: Fit) -> Figure:
    """Draw observed against expected admission rates by group, one panel a procedure.

    Parameters
    ----------
    fit
        A fit.

    Returns
    -------
    matplotlib.figure.Figure
        Admissions per 100,000 person-years: observed, expected for equal need, and fitted with
        its 95 % interval.
    """
    data, kind = observed_expected_data(fit), group_of(fit.cells)
    line = "--" if kind.ordered else "_"  # groups without an order are not joined
    procedures = list(dict.fromkeys(data[PROCEDURE]))
    columns = min(4, len(procedures))
    rows = -(-len(procedures) // columns)
    figure = Figure(figsize=(2.6 * columns + 0.8, 2.4 * rows + 0.7), layout="constrained", dpi=110)
    panels = np.atleast_1d(figure.subplots(rows, columns, sharex=True, squeeze=False)).ravel()
    for axes, procedure in zip(panels, procedures, strict=False):
        part = data[data[PROCEDURE] == procedure]
        group = part[kind.name]
        axes.plot(group, part["expected_rate"], line, color=WARM, ms=12, lw=1.4, label="expected")
        axes.vlines(group, part["lower"], part["upper"], color=ACCENT, lw=1.6)
        axes.plot(group, part["fitted_rate"], "o", ms=4, color=ACCENT, label="fitted, 95 % interval")
        axes.plot(group, part["observed_rate"], "x", ms=5, color=INK, label="observed")
        axes.set_title(procedure, fontsize=9, loc="left")
        axes.set_ylim(bottom=0)
        axes.set_xticks(group)
        axes.tick_params(labelsize=7)
        if not kind.ordered:
            axes.tick_params(axis="x", rotation=60)
        _plain(axes)
    for axes in panels[len(procedures) :]:
        axes.set_axis_off()
    figure.supxlabel("deprivation group, 1 = most deprived" if kind.ordered else kind.words, fontsize=8)
    figure.supylabel("admissions per 100,000 person-years", fontsize=8)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=3 if columns > 2 else 1, fontsize=8, frameon=False)
    return figure


def one_panel() -> tuple[Figure, Axes]:
    """Give a figure with one panel for a path over time."""
    figure = Figure(figsize=(7.2, 3.2), layout="constrained", dpi=110)
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained", dpi=110)
    axes = figure.subplots()
    _plain(axes)
    return figure, axes


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", color="#e4e8ec", lw=0.6)
    axes.set_axisbelow(True)


def _ratio_axis(axes: Axes, values: np.ndarray) -> None:
    """Scale ratios by their logs, with 1 in view."""
    low, high = min(np.nanmin(values), 0.95) * 0.97, max(np.nanmax(values), 1.05) * 1.03
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = [tick for tick in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 5) if low < tick < high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
