"""The specification curve: every estimate, and the choices that made it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.report.plots.canvas import ACCENT, INK, SOFT, WIDTH
from equitymodel.vocabulary import PROCEDURE, nearest


@refuses_other_types
def plot_multiverse(table: pd.DataFrame, procedure: str) -> Figure:
    """Draw every estimate in order of size, and below it which choices made it.

    Parameters
    ----------
    table
        From `multiverse`.
    procedure
        Which procedure.

    Returns
    -------
    matplotlib.figure.Figure
        A specification curve: rate ratios on a log scale with 95 % intervals. Fits that failed their diagnosis
        are not drawn; the title counts them.

    Raises
    ------
    OptionError
        When the procedure is not in the table.
    DiagnosisError
        When every fit of it failed its diagnosis.

    Examples
    --------
    >>> table = pd.DataFrame({"procedure": "hip", "data": "all", "model": ["M0", "M1"], "reference": "least_deprived",
    ...                       "estimate": [0.6, 0.7], "lower": [0.5, 0.6], "upper": [0.7, 0.8]})
    >>> plot_multiverse(table, "hip").axes[0].get_title(loc="left")
    'Hip: the gap under 2 combinations of choices'
    """
    found = table[table[PROCEDURE] == procedure].sort_values("estimate")
    if found.empty:
        raise OptionError(f"no procedure '{procedure}' in the table. {nearest(procedure, set(table[PROCEDURE]))}")
    rows = found.dropna(subset=["estimate"]).reset_index(drop=True)
    if rows.empty:
        raise DiagnosisError(f"every fit of {procedure} failed its diagnosis, so there is no gap to draw; use simpler "
                             "models: em.multiverse(cells, models=...)")  # fmt: skip
    failed = f" ({len(found) - len(rows)} more failed)" if len(found) > len(rows) else ""
    choices = [(kind, value) for kind in ("data", "model", "reference") for value in dict.fromkeys(table[kind])]
    figure = Figure(figsize=(WIDTH, 3.0 + 0.24 * len(choices)), layout="constrained", dpi=110)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.0, 0.3 * len(choices)])
    at = np.arange(len(rows))
    top.vlines(at, rows["lower"], rows["upper"], color=SOFT, lw=1.2)
    top.plot(at, rows["estimate"], "o", ms=4, color=ACCENT)
    top.axhline(1, color=SOFT, lw=0.8, ls="--")
    top.set_yscale("log")
    ticks = [tick for tick in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2)
             if rows["lower"].min() * 0.97 < tick < max(rows["upper"].max(), 1.0) * 1.03]  # fmt: skip
    top.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    top.minorticks_off()
    top.set_ylabel("rate ratio (95 % interval)", fontsize=8)
    top.set_title(f"{procedure[:1].upper()}{procedure[1:]}: the gap under {len(rows)} combinations of choices{failed}",
                  loc="left", fontsize=11)  # fmt: skip
    for height, (kind, value) in enumerate(reversed(choices)):
        chosen = rows.index[rows[kind] == value]
        below.plot(at, np.full(len(at), height), ".", ms=2, color="#d5dbe1")
        below.plot(chosen, np.full(len(chosen), height), "s", ms=4, color=INK)
    labels = [f"{kind}: {str(value).replace('_', ' ')}" for kind, value in reversed(choices)]
    below.set_yticks(range(len(choices)), labels, fontsize=7)
    below.set_xticks([])
    below.set_ylim(-0.7, len(choices) - 0.3)
    for axes in (top, below):
        axes.spines[["top", "right"]].set_visible(False)
    return figure
