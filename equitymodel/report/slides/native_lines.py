"""Lines over time, and points against their size, as charts of PowerPoint itself."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.util import Pt

from equitymodel.report.document.line_chart import LineChart
from equitymodel.report.plots.canvas import ACCENT, INK, WARM

COLOURS = {"values": ACCENT, "marks": WARM, "centre": INK, "limit": INK}
MARKERS = {"values": XL_MARKER_STYLE.CIRCLE, "marks": XL_MARKER_STYLE.SQUARE}


def add_lines(slide: Any, chart: LineChart, place: tuple[int, int, int, int]) -> Any:
    """Add lines whose numbers are in the workbook of the chart.

    Parameters
    ----------
    slide, place
        The slide, and left, top, width and height on it.
    chart
        What to draw.
    """
    kind, data = _data(chart)
    made = slide.shapes.add_chart(kind, *place, data).chart
    made.font.size, made.has_legend = Pt(11), True
    made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    for series, look in zip(made.plots[0].series, chart.lines.values(), strict=True):
        _draw(series, look, over_numbers=chart.numeric)
    for axis, words in ((made.value_axis, chart.quantity), (made.category_axis, chart.along_title)):
        axis.has_major_gridlines = False
        axis.has_title = bool(words)
        if words:
            axis.axis_title.text_frame.text = words
            axis.axis_title.text_frame.paragraphs[0].font.size = Pt(11)
    made.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    made.value_axis.tick_labels.number_format, made.value_axis.tick_labels.number_format_is_linked = "General", False
    return made


def _data(chart: LineChart) -> tuple[Any, Any]:
    rows = chart.rows
    if chart.numeric:
        points = XyChartData(number_format="General")
        for name in chart.lines:
            series = points.add_series(name)
            for row in rows.dropna(subset=[name]).to_dict("records"):
                series.add_data_point(row[chart.along], row[name])
        return XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, points
    data = CategoryChartData(number_format="General")
    data.categories = rows[chart.along].astype(str).tolist()
    for name in chart.lines:
        data.add_series(name, [None if pd.isna(value) else float(value) for value in rows[name]])
    return XL_CHART_TYPE.LINE_MARKERS, data


def _draw(series: Any, look: str, *, over_numbers: bool) -> None:
    """Draw a line by what it is: limits are dashed, marks stand alone, and none rests on its colour."""
    colour, series.smooth = RGBColor.from_string(COLOURS[look].lstrip("#")), False
    marker = MARKERS.get(look)
    series.marker.style = XL_MARKER_STYLE.NONE if marker is None else marker
    if marker is not None:
        series.marker.size = 10 if look == "marks" else 6
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.marker.format.line.color.rgb = colour
    if look == "marks" or (look == "values" and over_numbers):
        series.format.line.fill.background()
        return
    series.format.line.color.rgb, series.format.line.width = colour, Pt(1.75 if look == "values" else 1.0)
    if look == "limit":
        series.format.line.dash_style = MSO_LINE.DASH
