"""What is printed in a figure and where, for tests of its look."""

from __future__ import annotations

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text


def printed(figure: Figure) -> list[tuple[Text, tuple[float, float, float, float]]]:
    """Give every text that is drawn, with its box in pixels."""
    FigureCanvasAgg(figure).draw()
    renderer = figure.canvas.get_renderer()
    (legend,) = figure.legends
    texts = [figure._supxlabel, figure._supylabel, legend.get_title(), *legend.get_texts()]
    for axes in figure.axes:
        texts += axes.texts + (_of_scales(axes) if axes.axison else [])
    shown = [text for text in texts if text is not None and text.get_visible() and text.get_text().strip()]
    return [(text, text.get_window_extent(renderer).extents) for text in shown]


def _of_scales(axes: Axes) -> list[Text]:
    """Give the names of a panel and its scales, and the labels of those ticks that are drawn."""
    both = (axes.xaxis, axes.yaxis)
    return [axes._left_title, *(axis.label for axis in both),
            *(tick.label1 for axis in both for tick in axis._update_ticks())]  # fmt: skip


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Name pairs of texts that run into one another by more than a pixel."""
    boxes = printed(figure)
    return [(one.get_text(), other.get_text()) for (one, a), (other, b) in combinations(boxes, 2)
            if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1]  # fmt: skip


def outside(figure: Figure) -> list[str]:
    """Name texts that leave the figure."""
    width, height = figure.get_size_inches() * figure.dpi
    return [text.get_text() for text, (left, low, right, high) in printed(figure)
            if left < -1 or low < -1 or right > width + 1 or high > height + 1]  # fmt: skip


def smallest(figure: Figure) -> float:
    """Give the smallest letters in points, as printed 16 cm wide."""
    printed_width = 6.3
    scale = min(1.0, printed_width / figure.get_size_inches()[0])
    return min(text.get_fontsize() for text, _ in printed(figure)) * scale
