"""Whether activity, or the gap, is beyond the line from before a break: what recovery alone cannot give."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.estimands.guards import Recovery
from equitymodel.estimands.interrupted_series import judged_periods
from equitymodel.estimands.series_gap import group_rates, log_gap
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import CELL_DIMS, PERIOD

MAY_BE_LEFT = 0.9
"""The quantile of what may be left of a break from which the months until it is gone are counted."""
SLOWEST_RECOVERY = 17.0
"""E-folding time in months of the slowest recovery of the model that has no end."""


@on_same_labels
def recovery_evidence(draws: xr.Dataset, series: xr.Dataset, plan: Interruption) -> Recovery | None:
    r"""Compare the months judged with the line from before a break, draw by draw.

    .. math:: \log \sum_t \mu^1_t - \log \sum_t \mu^{\mathrm{line}}_t
              \quad \text{or} \quad g(\mu^1) - g(\mu^{\mathrm{line}})

    Parameters
    ----------
    draws
        ``fitted, counterfactual`` and, where the series spans a break, ``without_break``.
    series, plan
        What was fitted.

    Returns
    -------
    Recovery
        None for a series without a break, which has nothing to recover from. Where there are controls, both are
        those of the exposed less those of controls, as what all recover from is no part of their difference.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> known = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.fitted, "without_break": 2 * truth.fitted})
    >>> found = recovery_evidence(known.expand_dims(("chain", "draw")), series, truth.plan)
    >>> found.beyond.round(3).tolist(), found.more_months
    ([-0.693], 46)
    """
    if "without_break" not in draws:
        return None
    alone = plan.outcome == "level" and plan.exposed is None
    fitted, line, usual = (_beside(draws[name], series, plan) for name in ("fitted", "without_break", "counterfactual"))
    left = float(np.quantile(np.abs(line - usual), MAY_BE_LEFT))
    months = months_until_small(left, float(np.log1p(plan.smallest_change)))
    return Recovery(fitted - line, upward_only=alone, more_months=months, beside_controls=plan.exposed is not None)


def _beside(means: xr.DataArray, series: xr.Dataset, plan: Interruption) -> np.ndarray:
    """Give the log of what the question is about in the months judged: of the exposed, less that of controls."""
    judged = judged_periods(series, plan)
    of_question = _log_gap_of if plan.outcome == "gap" else _log_total
    exposed: np.ndarray = of_question(means, series, judged)
    if plan.exposed is None:
        return exposed
    same_months = judged.any([dim for dim in judged.dims if dim != PERIOD])
    controls: np.ndarray = of_question(means, series, same_months & ~plan.exposed_cells(series))
    return np.asarray(exposed - controls)


def months_until_small(left: float, small: float, *, slowest: float = SLOWEST_RECOVERY) -> int:
    """Give how many more months leave less than a small change of what a break left, if it goes slowly.

    Parameters
    ----------
    left, small
        What is left in the months judged, and what would no longer matter; on the log scale.
    slowest
        E-folding time in months.

    Returns
    -------
    int
        Whole months, 1 or more.

    Examples
    --------
    >>> months_until_small(0.2, 0.05)
    24
    """
    return max(1, int(np.ceil(slowest * np.log(max(left, small) / small))))


def _log_total(means: xr.DataArray, _: xr.Dataset, months: xr.DataArray) -> np.ndarray:
    over = [dim for dim in (PERIOD, *CELL_DIMS) if dim in means.dims]
    return np.asarray(np.log(means.where(months, 0.0).sum(over)).values).ravel()


def _log_gap_of(means: xr.DataArray, series: xr.Dataset, months: xr.DataArray) -> np.ndarray:
    rate, weight = group_rates(means, series["exposure"], months)
    return np.asarray(log_gap(rate, weight, series["position"]).values).ravel()
