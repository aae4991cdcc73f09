"""The equity impact plane: more health in all against health more equally had, for every option."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from equitymodel.decision.acceptability import OPTION
from equitymodel.decision.social_welfare import ATKINSON_OF_PUBLIC
from equitymodel.report.plots.canvas import SMALL, SOFT, TEXT, WARM, canvas, head
from equitymodel.report.tables.rows import side_by_side


def plane_places(curve: pd.DataFrame, aversion: float = ATKINSON_OF_PUBLIC) -> pd.DataFrame:
    """Give where each option lies on the plane.

    Parameters
    ----------
    curve
        From `curve_table`, or ``equity_curve.csv``.
    aversion
        One of the table.

    Returns
    -------
    pandas.DataFrame
        A row an option: ``total_estimate, equity_lower, ...``.

    Examples
    --------
    >>> rows = [["a", 10.95, "total", 50.0, 40.0, 60.0], ["a", 10.95, "equity", 17.0, 10.0, 24.0]]
    >>> curve = pd.DataFrame(rows, columns=["option", "aversion", "measure", "estimate", "lower", "upper"])
    >>> plane_places(curve)["equity_estimate"].tolist()
    [17.0]
    """
    own = curve[np.isclose(curve["aversion"].astype(float), aversion)]
    return side_by_side(own, OPTION, ("total", "equity"))


def plot_equity_plane(curve: pd.DataFrame, title: str) -> Figure:
    """Draw each option with its 95 % intervals, and the line on which equity and total cancel.

    Parameters
    ----------
    curve
        As for `plane_places`.
    title
        Of the picture.

    Returns
    -------
    matplotlib.figure.Figure
        Above the dashed line an option is worth what it takes at that aversion.

    Examples
    --------
    >>> rows = [["a", 10.95, "total", 50.0, 40.0, 60.0], ["a", 10.95, "equity", 17.0, 10.0, 24.0]]
    >>> curve = pd.DataFrame(rows, columns=["option", "aversion", "measure", "estimate", "lower", "upper"])
    >>> plot_equity_plane(curve, "Devon").axes[0].get_ylabel()
    'health more equally had, QALYs'
    """
    figure, axes = canvas(3.0)
    places = plane_places(curve)
    axes.axhline(0, color=SOFT, lw=0.8)
    axes.axvline(0, color=SOFT, lw=0.8)
    axes.axline((0, 0), slope=-1, color=SOFT, lw=1, ls="--",
                label=f"equity and total cancel, at an aversion of {ATKINSON_OF_PUBLIC:g}")  # fmt: skip
    for name, row in places.iterrows():
        across, up = row["total_estimate"], row["equity_estimate"]
        axes.hlines(up, row["total_lower"], row["total_upper"], color=WARM, lw=1)
        axes.vlines(across, row["equity_lower"], row["equity_upper"], color=WARM, lw=1)
        axes.plot(across, up, "D", ms=4, color=WARM)
        axes.annotate(str(name), (across, up), (4, 4), textcoords="offset points", fontsize=SMALL)
    axes.set_xlabel("health in all, QALYs", fontsize=TEXT)
    axes.set_ylabel("health more equally had, QALYs", fontsize=TEXT)
    head(figure, axes, title)
    return figure


def plane_alt_text(curve: pd.DataFrame) -> str:
    """Say what `plot_equity_plane` shows: the option of the most health in all and equally had together.

    Examples
    --------
    >>> rows = [["a", 10.95, "equivalent", 67.0, 50.0, 84.0]]
    >>> plane_alt_text(pd.DataFrame(rows, columns=["option", "aversion", "measure", "estimate", "lower", "upper"]))
    'At an aversion of 10.95, a is worth most: 67 (95 % interval 50 to 84) QALYs, in all and as more equal health.'
    """
    own = curve[np.isclose(curve["aversion"].astype(float), ATKINSON_OF_PUBLIC) & (curve["measure"] == "equivalent")]
    best = own.iloc[int(np.argmax(own["estimate"]))]
    worth = f"{best['estimate']:,.0f} (95 % interval {best['lower']:,.0f} to {best['upper']:,.0f}) QALYs"
    said = f"At an aversion of {ATKINSON_OF_PUBLIC:g}, {best[OPTION]} is worth most"
    return f"{said}: {worth}, in all and as more equal health."
