"""What a picture of estimates with intervals draws, for formats whose charts a reader can edit."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class IntervalChart:
    """Estimates with intervals, one a label.

    Attributes
    ----------
    rows
        ``label, estimate, lower, upper, picked_out``, in the order in which they are drawn; what is picked out is in
        colour.
    quantity
        What the axis measures, with its unit.
    ratio
        Whether these are ratios, with a line at 1; otherwise the line is at 0.
    names
        What those that are picked out are called, and all others; by default the former by their labels.
    """

    rows: pd.DataFrame
    quantity: str
    ratio: bool = True
    names: tuple[str, str] = ("", "others")

    @property
    def without_effect(self) -> float:
        """Where the line is drawn: what no difference would give."""
        return 1.0 if self.ratio else 0.0


def interval_chart(
    rows: pd.DataFrame, labels: list[str], quantity: str, *, picked_out: pd.Series | None = None, ratio: bool = True,
    names: tuple[str, str] = ("", "others"),
) -> IntervalChart | None:  # fmt: skip
    """Make a chart of the rows whose estimate is known.

    Parameters
    ----------
    rows
        With ``estimate, lower, upper``.
    labels
        Columns that together tell the rows apart.
    quantity, ratio, names
        As of `IntervalChart`.
    picked_out
        Which of the rows; none by default.

    Returns
    -------
    IntervalChart or None
        Nothing where no estimate is known.

    Examples
    --------
    >>> rows = pd.DataFrame({"procedure": ["hip"], "estimate": [0.6], "lower": [0.5], "upper": [0.7]})
    >>> interval_chart(rows, ["procedure"], "rate ratio").rows["label"].tolist()
    ['hip']
    """
    known = rows.dropna(subset=["estimate", "lower", "upper"])
    if known.empty:
        return None
    named = known[labels].astype(str).agg(", ".join, axis=1)
    own = False if picked_out is None else picked_out.reindex(known.index)
    drawn = known[["estimate", "lower", "upper"]].assign(label=named, picked_out=own).reset_index(drop=True)
    return IntervalChart(drawn, quantity, ratio, names)
