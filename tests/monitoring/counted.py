"""Counts beside what is expected of them, for tests of funnels and of charts that remember."""

import numpy as np
import pandas as pd

from equitymodel.data.series.measured_series import read_measured
from equitymodel.monitoring.observed_expected import observed_expected

MONTHS = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")


def counted(areas=6, *, shift=0, seed=1):
    """Give monthly counts near 100; those of the last area are higher by so many from the second year on."""
    rng = np.random.default_rng(seed)
    rows = [{"ics": f"a{area}", "period": month, "numerator": int(rng.poisson(100)) + shift * (area == areas - 1 and at > 11),
             "denominator": 100} for area in range(areas) for at, month in enumerate(MONTHS)]  # fmt: skip
    return observed_expected(read_measured(pd.DataFrame(rows), areas="any"))
