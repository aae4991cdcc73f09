"""Which points a chart is made of, and the phases it falls into: before and after a break, and where it is re-based."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.vocabulary import PERIOD

CHARTED, NOT_KNOWN, APART, DOUBTFUL, HELD_BACK = (
    "charted", "not known", "in a declared break", "doubtful data", "held back"
)  # fmt: skip
FEWEST = 7
"""Points of a phase below which it has no limits: a chart that is shorter than a run could not show one."""


def status_of_points(series: xr.Dataset, plan: ChartPlan) -> NDArray[np.str_]:
    """Say of every point whether it is charted; what is not sets no limits and signals nothing.

    Parameters
    ----------
    series
        One area of `read_measured`.
    plan
        How many days are held back, and from which day they count.

    Returns
    -------
    numpy.ndarray
        One text a period.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> months = pd.date_range("2020-01-01", periods=4, freq="MS").strftime("%Y-%m")
    >>> series = read_measured(pd.DataFrame({"period": months, "value": [1.0, None, 3, 4]})).isel(ics=0)
    >>> status_of_points(series, ChartPlan()).tolist()
    ['charted', 'not known', 'in a declared break', 'in a declared break']
    """
    starts = pd.DatetimeIndex(series[PERIOD])
    ends = SeriesFacts.of(series).frequency.ends(starts)
    last = ends[-1] if plan.as_of is None else pd.Timestamp(plan.as_of)
    late = ends > last - pd.Timedelta(days=plan.rule_set.hold_back_days)
    said = [
        (series["value"].isnull().values, NOT_KNOWN), (series["masked"].values, APART),
        (series["doubtful"].values, DOUBTFUL), (np.asarray(late), HELD_BACK),
    ]  # fmt: skip
    return np.select([holds for holds, _ in said], [word for _, word in said], CHARTED)


def phases_of_points(series: xr.Dataset, status: NDArray[np.str_], plan: ChartPlan) -> NDArray[np.intp]:
    """Give each point the number of its phase: one begins after a declared break, and where limits are set anew.

    Parameters
    ----------
    series, plan
        As for `status_of_points`.
    status
        From it.

    Returns
    -------
    numpy.ndarray
        One number a period.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> months = pd.date_range("2020-02-01", periods=16, freq="MS").strftime("%Y-%m")
    >>> series = read_measured(pd.DataFrame({"period": months, "value": range(16)})).isel(ics=0)
    >>> plan = ChartPlan(rebase={"2021-05": "boards merged"})
    >>> phases_of_points(series, status_of_points(series, plan), plan).tolist()
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3]
    """
    starts = pd.DatetimeIndex(series[PERIOD])
    apart = status == APART
    after_break = np.concatenate([[False], apart[:-1] & ~apart[1:]])
    anew = np.zeros(starts.size, bool)
    for day in plan.rebased:
        place = int(starts.searchsorted(day))
        if 0 < place < starts.size:
            anew[place] = True
    found: NDArray[np.intp] = 1 + np.cumsum(after_break | anew)
    return found
