"""Whose a line is, and how it is drawn: one's own, its peers, the others, and all together.

Colour never says it alone: each has a mark of its own, and one's own is labelled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from equitymodel.report.peers import Peers
from equitymodel.report.plots.canvas import ACCENT, PALE, WARM
from equitymodel.vocabulary import ALL_ICS, ICS

OWN, PEER, OTHER, TOGETHER = "own", "peer", "other", "together"
MARK = "mark"
"""The column that says whose a row is."""


@dataclass(frozen=True)
class Look:
    """How a mark is drawn."""

    colour: str
    shape: str
    size: float
    above: int


LOOKS = {
    OTHER: Look(PALE, "o", 3.0, 2),
    PEER: Look("#5d6975", "o", 3.5, 3),
    TOGETHER: Look(ACCENT, "s", 4.5, 4),
    OWN: Look(WARM, "D", 5.5, 5),
}
"""From the back to the front."""


def with_marks(rows: pd.DataFrame, own: str | None, peers: Peers | None) -> pd.DataFrame:
    """Say of every row whose it is.

    Parameters
    ----------
    rows
        With the column ``ics``.
    own
        The code of one's own ICS, if one is picked out.
    peers
        Those it is compared with.

    Returns
    -------
    pandas.DataFrame
        With the column ``mark``: ``own``, ``peer``, ``other`` or ``together``.

    Examples
    --------
    >>> with_marks(pd.DataFrame({"ics": ["a", "b", "All ICSs"]}), "a", None)["mark"].tolist()
    ['own', 'other', 'together']
    """
    codes = peers.codes if peers else ()
    kinds = [rows[ICS] == own, rows[ICS] == ALL_ICS, rows[ICS].isin(codes)]
    return rows.assign(**{MARK: np.select(kinds, [OWN, TOGETHER, PEER], OTHER)})


def key_words(name: str, peers: str) -> dict[str, str]:
    """Name every mark, as the key of a picture does.

    Examples
    --------
    >>> key_words("Devon", "the 10 nearest ICSs")["peer"]
    'the 10 nearest ICSs'
    """
    return {OTHER: "other ICSs", PEER: peers or "peers", TOGETHER: ALL_ICS, OWN: name}


def draw_intervals(axes: Axes, rows: pd.DataFrame, at: np.ndarray, words: dict[str, str]) -> None:
    """Draw estimates with their intervals along the panel, each by its mark, and name it for the key."""
    for mark, look in LOOKS.items():
        chosen = (rows[MARK] == mark).to_numpy()
        if not chosen.any():
            continue
        part = rows[chosen]
        axes.hlines(at[chosen], part["lower"], part["upper"], color=look.colour, lw=1.5, zorder=look.above)
        axes.plot(part["estimate"], at[chosen], look.shape, ms=look.size, color=look.colour, zorder=look.above,
                  label=words[mark])  # fmt: skip
