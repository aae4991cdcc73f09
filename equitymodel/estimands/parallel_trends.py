"""Whether exposed and controls moved in parallel before the start: admissions relative to their own average."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import xarray as xr

from equitymodel.data.series.as_of import ended_by
from equitymodel.data.series.timeline import period_days
from equitymodel.data.tables.suppression import count_middle
from equitymodel.errors import SpecError
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import CELL_DIMS, ICS, PERIOD


def parallel_trends_data(series: xr.Dataset, plan: Interruption) -> pd.DataFrame:
    """Give admissions of exposed and controls before the first start, relative to what they were on average.

    Parameters
    ----------
    series, plan
        From `read_series`, and the interruption, with controls.

    Returns
    -------
    pandas.DataFrame
        ``arm, period, observed, expected, ratio``: admissions a period, what exposure and the days it is
        spread over (`read_series`) would give at the average rate before, and one over the other (1 = as on average).

    Raises
    ------
    SpecError
        When the interruption does not fit the series, or has no controls.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(areas=4, exposed_areas=2, before=30), seed=1)
    >>> parallel_trends_data(series, truth.plan).groupby("arm")["period"].count().to_dict()
    {'controls': 30, 'exposed': 30}
    """
    earlier = arms_before(series, plan, CELL_DIMS)
    expected = _expected(earlier)
    table = xr.Dataset({"observed": count_middle(earlier), "expected": expected}).isel(deprivation=0, procedure=0)
    found = table.to_dataframe().reset_index().rename(columns={ICS: "arm"})
    found["ratio"] = found["observed"] / found["expected"]
    ordered = found.sort_values(["arm", PERIOD], ascending=[False, True], ignore_index=True)
    return pd.DataFrame(ordered[["arm", PERIOD, "observed", "expected", "ratio"]])


def arms_before(series: xr.Dataset, plan: Interruption, over: tuple[str, ...]) -> xr.Dataset:
    """Give exposed and controls before the first start, each added up, without masked periods.

    Parameters
    ----------
    series, plan
        As for `parallel_trends_data`.
    over
        Dimensions to add up: all, or all but that of the groups.

    Returns
    -------
    xarray.Dataset
        As from `read_series`; its ``ics`` are the two arms, the exposed first.

    Raises
    ------
    SpecError
        When there is nobody to compare with, or the interruption lies outside the series.

    Examples
    --------
    >>> from equitymodel.simulate.series_world import Sizes
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(Sizes(areas=4, exposed_areas=2, before=30), seed=1)
    >>> dict(arms_before(series, truth.plan, CELL_DIMS).sizes)
    {'period': 30, 'ics': 2, 'deprivation': 1, 'procedure': 1}
    """
    if plan.exposed is None:
        raise SpecError("parallel trends need controls: say who was exposed, such as exposed={'ics': ('QE1',)}")
    arms, _ = add_up_arms(series, replace(plan.for_all(), exposed=plan.exposed), over)
    return arms.isel({PERIOD: ended_by(arms, plan.first_start) & ~arms["masked"].values})


def _expected(arms: xr.Dataset) -> xr.DataArray:
    base = arms["exposure"] * period_days(arms)
    known = count_middle(arms).notnull()
    return base * count_middle(arms).sum(PERIOD) / base.where(known).sum(PERIOD)
