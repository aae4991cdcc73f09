"""Series that tests chart."""

import pandas as pd

from equitymodel.data.series.measured_series import read_measured
from equitymodel.data.series.periods import Periods

NO_BREAKS = Periods(days="equal", breaks=None)


def monthly(values, start="2021-04-01", *, periods=NO_BREAKS, **columns):
    """Read values as months from a first one."""
    labels = pd.date_range(start, periods=len(values), freq="MS").strftime("%Y-%m")
    return read_measured(pd.DataFrame({"period": labels, "value": values, **columns}), periods=periods)
