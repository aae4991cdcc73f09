"""Figures inside a page: text that needs no further file."""

from __future__ import annotations

import base64
import io

from matplotlib.figure import Figure


def picture(figure: Figure) -> str:
    """Turn a figure into text that a page can hold.

    Examples
    --------
    >>> picture(Figure(figsize=(1, 1)))[:22]
    'data:image/png;base64,'
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
