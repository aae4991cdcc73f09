"""Charts of PowerPoint itself: their workbook holds every number that was published."""

import pandas as pd
import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from equitymodel.report.document.interval_chart import interval_chart
from equitymodel.report.slides.native_chart import ENDS, add_chart

pytestmark = pytest.mark.unit
ROWS = pd.DataFrame({"ics": ["Devon", "Kent"], "estimate": [0.6, 0.9], "lower": [0.5, 0.83], "upper": [0.7, 0.98]})


@pytest.fixture
def draw():
    def make(**how):
        deck = Presentation()
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        return add_chart(slide, interval_chart(ROWS, ["ics"], "rate ratio", **how), (0, 0, 9_000_000, 5_000_000))

    return make


def values(chart):
    return {series.name: list(series.values) for series in chart.plots[0].series}


def test_its_numbers_are_those_of_the_record(draw):
    chart = draw()
    assert list(chart.plots[0].categories) == ["Devon", "Kent"]
    assert values(chart) == {"estimate": [0.6, 0.9], ENDS[0]: [0.5, 0.83], ENDS[1]: [0.7, 0.98]}
    assert not chart.has_legend


def test_what_is_picked_out_is_a_series_of_its_own_and_named(draw):
    chart = draw(picked_out=ROWS["ics"] == "Kent")
    assert values(chart)["Kent"] == [None, 0.9]
    assert values(chart)["others"] == [0.6, None]
    assert chart.has_legend


@pytest.mark.parametrize(("ratio", "line", "ends"), [(True, "1.0", (0.5, 1.0)), (False, "0.0", (0.0, 1.0))])
def test_the_axis_holds_every_interval_and_is_crossed_where_nothing_differs(draw, ratio, line, ends):
    chart = draw(ratio=ratio)
    assert chart.category_axis._element.find(qn("c:crossesAt")).get("val") == line
    assert (chart.value_axis.minimum_scale, chart.value_axis.maximum_scale) == ends
    assert chart.value_axis.axis_title.text_frame.text == "rate ratio"


def test_the_ends_of_an_interval_are_joined(draw):
    assert draw()._chartSpace.find(f".//{qn('c:hiLowLines')}") is not None


def test_series_have_the_names_that_are_given(draw):
    chart = draw(picked_out=ROWS["ics"] == "Kent", names=("received", "share of need"))
    assert values(chart)["received"] == [None, 0.9]
    assert values(chart)["share of need"] == [0.6, None]
