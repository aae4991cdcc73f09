import pytest
from matplotlib.figure import Figure

from equitymodel.report.html.embedded import picture

pytestmark = pytest.mark.unit


def test_a_picture_is_text():
    assert picture(Figure(figsize=(1, 1))).startswith("data:image/png;base64,")
