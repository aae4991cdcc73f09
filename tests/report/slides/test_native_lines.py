import pandas as pd
import pytest
from pptx import Presentation

from equitymodel.report.document.line_chart import LineChart
from equitymodel.report.slides.native_lines import add_lines

pytestmark = pytest.mark.unit
LOOKS = {"value": "values", "limit": "limit"}


@pytest.mark.parametrize("along", [["2023-01", "2023-02"], [10.0, 20.0]])
def test_the_numbers_of_lines_are_in_the_chart(along):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    rows = pd.DataFrame({"along": along, "value": [1.0, 2.5], "limit": [3.0, 3.0]})
    made = add_lines(slide, LineChart(rows, "along", LOOKS, "ratio"), (0, 0, 4_000_000, 3_000_000))
    drawn = {series.name: list(series.values) for series in made.plots[0].series}
    assert drawn == {"value": [1.0, 2.5], "limit": [3.0, 3.0]}
