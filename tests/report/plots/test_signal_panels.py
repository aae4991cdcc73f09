"""Small charts of areas: those that signal first, a page at a time."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.monitoring.monitored import monitor
from equitymodel.report.plots.signal_panels import A_PAGE, plot_signal_panels

pytestmark = pytest.mark.unit


def test_areas_that_signal_stand_first_and_the_rest_goes_on_the_next_page():
    months = pd.date_range("2022-01-01", periods=14, freq="MS").strftime("%Y-%m")
    calm = np.tile([1.0, 2.0], 7)
    rows = pd.concat([pd.DataFrame({"period": months, "ics": f"A{number:02d}", "value": calm + 9 * (number == 9) * (np.arange(14) > 6)})
                      for number in range(A_PAGE + 1)])  # fmt: skip
    found = monitor(read_measured(rows, areas="any"))
    first, second = (plot_signal_panels(found, page) for page in (0, 1))
    assert first.axes[0].get_title(loc="left").startswith("A09")
    assert "signal: higher" in first.axes[0].get_title(loc="left").replace("\n", " ")
    assert len([axes for axes in second.axes if axes.axison]) == 1
