"""Estimates with intervals as a chart of PowerPoint itself: its numbers can be edited, copied and restyled."""

from __future__ import annotations

import math
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from equitymodel.report.document.interval_chart import IntervalChart
from equitymodel.report.plots.canvas import ACCENT, SOFT, WARM

MANY = 16
"""From so many labels on, they are small."""
ENDS = ("lower end of 95 % interval", "upper end of 95 % interval")


def add_chart(slide: Any, chart: IntervalChart, place: tuple[int, int, int, int]) -> Any:
    """Add estimates as marks, and lines between the ends of their intervals.

    Parameters
    ----------
    slide, place
        The slide, and left, top, width and height on it.
    chart
        What to draw. Its numbers are in the workbook of the chart that is returned.
    """
    made = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *place, _data(chart)).chart
    made.font.size = Pt(9 if len(chart.rows) > MANY else 12)
    made.has_legend = bool(chart.rows["picked_out"].any())
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _draw_marks(made)
    _draw_intervals(made)
    _set_axes(made, chart)
    return made


def _data(chart: IntervalChart) -> CategoryChartData:
    """Lay out the numbers: those picked out are a series of their own, in colour."""
    data, rows = CategoryChartData(number_format="0.00"), chart.rows
    data.categories = rows["label"].tolist()
    own = rows["picked_out"].astype(bool)
    named, others = chart.names
    named = named or " and ".join(dict.fromkeys(rows.loc[own, "label"]))
    for name, chosen in ((named, own), (others if own.any() else "estimate", ~own)):
        if chosen.any():
            data.add_series(name, rows["estimate"].where(chosen).astype(object).where(chosen, None).tolist())
    for name, end in zip(ENDS, ("lower", "upper"), strict=True):
        data.add_series(name, rows[end].tolist())
    return data


def _draw_marks(made: Any) -> None:
    """Draw estimates as marks without lines between them; of intervals, the ends as small strokes."""
    several = len(made.plots[0].series) > 1 + len(ENDS)
    for number, series in enumerate(made.plots[0].series):
        series.smooth, end = False, series.name in ENDS
        series.format.line.fill.background()
        own = several and number == 0
        series.marker.style = XL_MARKER_STYLE.DASH if end else XL_MARKER_STYLE.CIRCLE
        series.marker.size = 5 if end else 11 if own else 8
        colour = RGBColor.from_string((SOFT if end else WARM if own else ACCENT).lstrip("#"))
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.marker.format.line.color.rgb = colour


def _draw_intervals(made: Any) -> None:
    """Join the ends of each interval: what PowerPoint calls high-low lines."""
    chart, lines = made._chartSpace.find(f".//{qn('c:lineChart')}"), OxmlElement("c:hiLowLines")
    look = lines
    for name in ("c:spPr", "a:ln", "a:solidFill", "a:srgbClr"):
        inner = OxmlElement(name)
        look.append(inner)
        look = inner
    look.set("val", SOFT.lstrip("#"))
    chart.find(qn("c:marker")).addprevious(lines)


def _set_axes(made: Any, chart: IntervalChart) -> None:
    """Name the axis; the line of the categories crosses it where nothing differs."""
    values, labels = made.value_axis, made.category_axis
    values.has_title, values.axis_title.text_frame.text = True, chart.quantity
    values.axis_title.text_frame.paragraphs[0].font.size = Pt(11)
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = "General", False
    values.major_gridlines.format.line.color.rgb = RGBColor(0xE3, 0xE6, 0xEA)
    values.minimum_scale, values.maximum_scale = _ends(chart)
    labels.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _cross_at(labels, chart.without_effect)


def _ends(chart: IntervalChart) -> tuple[float, float]:
    """Give round ends of the axis, between which are every interval and the line where nothing differs."""
    line = chart.without_effect
    low, high = min(chart.rows["lower"].min(), line), max(chart.rows["upper"].max(), line)
    step = 10 ** math.floor(math.log10(max(high - low, 1e-9)))
    return round(math.floor(low / step) * step, 9), round(math.ceil(high / step) * step, 9)


def _cross_at(axis: Any, value: float) -> None:
    """Cross the other axis at a value: in the file this is said of the axis that crosses."""
    crosses = axis._element.find(qn("c:crosses"))
    at = OxmlElement("c:crossesAt")
    at.set("val", str(value))
    crosses.getparent().replace(crosses, at)
