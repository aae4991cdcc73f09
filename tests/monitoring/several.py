"""Two metrics that are monitored together, of which one has an area more, for tests."""

import numpy as np
import pandas as pd

from equitymodel.data.series.measured_series import read_measured
from equitymodel.monitoring.metric_set import metric_named
from equitymodel.monitoring.monitored import monitor
from equitymodel.monitoring.several_metrics import SeveralMetrics

CALM = np.tile([1.0, 1.2], 12)
LATE = np.r_[CALM[:23], 3.0]


def monitored(metric, **areas):
    """Monitor a metric of areas."""
    months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    rows = pd.concat([pd.DataFrame({"period": months, "ics": code, "value": values}) for code, values in areas.items()])
    return monitor(read_measured(rows, areas="any"), metric_named(metric))


def two_metrics():
    """Give two metrics: A is calm, B signals in both, and C has one of them."""
    return SeveralMetrics({"rate_ratio": monitored("rate_ratio", A=CALM, B=LATE),
                           "dna_ratio": monitored("dna_ratio", A=CALM, B=LATE, C=LATE)})  # fmt: skip
