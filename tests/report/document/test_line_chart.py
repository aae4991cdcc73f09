import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.document.line_chart import LineChart

pytestmark = pytest.mark.unit
ROWS = pd.DataFrame({"size": [1.0, 2.0], "value": [1.0, 2.0]})


def test_it_runs_over_numbers_or_labels_and_refuses_what_is_not_there():
    assert LineChart(ROWS, "size", {"value": "values"}, "ratio").numeric
    for lines in ({"absent": "values"}, {"value": "wavy"}):
        with pytest.raises(OptionError, match="no chart"):
            LineChart(ROWS, "size", lines, "ratio")
