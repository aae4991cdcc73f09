"""What a series cannot be asked: refused before anything is fitted."""

from __future__ import annotations

import xarray as xr

from equitymodel.data.series.series_facts import calendar_of
from equitymodel.errors import SpecError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.interruption_design import refuse_cut_period
from equitymodel.vocabulary import DEPRIVATION, ICS, nearest


def refuse_unanswerable(series: xr.Dataset, plan: Interruption) -> None:
    """Refuse a gap where there are no groups, a start that cuts a period in two, and that of an ICS which is not there.

    Raises
    ------
    SpecError
        By name, with the way out.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> refuse_unanswerable(series, truth.plan)
    """
    if plan.outcome == "gap" and series.sizes[DEPRIVATION] < 2:
        raise SpecError("the question is about the gap, and this series has no deprivation groups. Ask outcome='level' "
                        "or read a series with a column deprivation")  # fmt: skip
    refuse_cut_period(plan, calendar_of(series))
    known = [str(label) for label in series[ICS].values]
    if unknown := [label for label in plan.starts or {} if label not in known]:
        raise SpecError(
            f"{unknown[0]} has a start, and the series has no ICS '{unknown[0]}'. {nearest(unknown[0], known)}"
        )
