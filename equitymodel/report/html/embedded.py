"""Figures inside a page: text that needs no further file."""

from __future__ import annotations

import base64
import io

from matplotlib.figure import Figure
from PIL import Image

COLOURS = 256
"""More than a chart has: a picture of so many takes a quarter of the room."""


def picture(figure: Figure) -> str:
    """Turn a figure into text that a page can hold.

    Examples
    --------
    >>> picture(Figure(figsize=(1, 1)))[:22]
    'data:image/png;base64,'
    """
    drawn, buffer = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png")
    few = Image.open(drawn).convert("RGB").quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(buffer, format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
