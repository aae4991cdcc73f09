"""A figure as a file of a document: SVG with its finding in words, or PNG."""

from __future__ import annotations

import io
import re
from html import escape
from zlib import crc32

import matplotlib as mpl
from matplotlib.figure import Figure

PRINT_DPI = 200


def svg_of(figure: Figure, name: str, alt: str) -> str:
    """Draw a figure as SVG that a page can hold, with its finding for those who cannot see it.

    Parameters
    ----------
    figure
        The figure.
    name
        Letters, digits and ``_``: names within the drawing begin with it, so that two drawings on a page do not mix.
    alt
        The finding in words.

    Returns
    -------
    str
        An ``svg`` element, the same for the same figure.

    Examples
    --------
    >>> svg_of(Figure(figsize=(1, 1)), "gap", "The gap is 0.8.")[:44]
    '<svg role="img" aria-labelledby="gap-title" '
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "path", "svg.id": "d"}):
        lay_out_once(figure)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{crc32(name.encode()):x}-", _smaller(drawing))
    head, rest = drawing.split(">", 1)
    attributes = head.removeprefix("<svg")
    title = f'<title id="{name}-title">{escape(alt)}</title>'
    return f'<svg role="img" aria-labelledby="{name}-title"{attributes}>{title}{rest}'


def _smaller(drawing: str) -> str:
    """Leave out what no browser draws: remarks, indents, and digits beyond a hundredth of a point."""
    drawing = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r"[1-9]\d*\.\d{3,}", lambda digits: f"{float(digits.group()):.2f}", drawing)  # scales are below 1
    drawing = re.sub(r"\s*\n\s*", "\n", drawing).replace(">\n<", "><")
    return drawing.replace("xlink:href", "href").replace("DejaVuSans-", "")


def png_of(figure: Figure) -> bytes:
    """Draw a figure as PNG, fine enough for paper.

    Examples
    --------
    >>> png_of(Figure(figsize=(1, 1)))[1:4]
    b'PNG'
    """
    buffer = io.BytesIO()
    lay_out_once(figure)
    figure.savefig(buffer, format="png", dpi=PRINT_DPI, pil_kwargs={"compress_level": 4})
    return buffer.getvalue()


def lay_out_once(figure: Figure) -> None:
    """Place what a figure holds, without drawing it, so that it is not done again for each format."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")
