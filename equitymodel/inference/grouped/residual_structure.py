"""Structure left in residuals: what the counts of an ICS and group have in common that the model does not know of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.inference.diagnosis import Check, predictive_check, tail_share
from equitymodel.vocabulary import ICS, SAMPLE_DIMS, group_dim

NAME = "what residuals of an ICS and group have in common"

LIMIT = "between 0.01 and 0.99"
WAY_OUT = "intervals of ICSs and groups are too narrow; use a model with deviations of ICSs, as need_adjusted"
FEWEST = 2
"""Cells of an ICS and group that can have something in common."""


def check_residual_structure(
    predicted: xr.DataArray, mean: xr.DataArray, admissions: xr.DataArray, draws: xr.Dataset
) -> list[Check]:
    r"""Check whether residuals of an ICS and group go together over procedures and years, as noise of cells does not.

    .. math:: T = \sum_{iq} \frac{(\sum_{pt} z_{iqpt})^2}{n_{iq}}, \quad
              z = \frac{y - \mu}{\sqrt{\mu + \varphi^2 \mu^2}}

    Parameters
    ----------
    predicted, mean
        Draws of new counts and of their means, with the noise of a year that procedures have in common.
    admissions
        Observed counts; missing where not known.
    draws
        Draws that hold ``extra_variation``, if the model has it.

    Returns
    -------
    list of Check
        The share of predicted values of *T* at least as large as observed; nothing where an ICS and group has one
        cell only, since its noise is then all there is.

    References
    ----------
    Gelman A, Meng X-L, Stern H (1996) Posterior predictive assessment. Statistica Sinica 6:733.

    Examples
    --------
    >>> one = xr.DataArray(np.ones((1, 2, 1, 2, 1)), dims=("chain", "draw", "ics", "deprivation", "procedure"))
    >>> check_residual_structure(one, one, one[0, 0], xr.Dataset())
    []
    """
    cells = [dim for dim in mean.dims if dim not in SAMPLE_DIMS]
    rest = [dim for dim in cells if dim not in (ICS, group_dim(cells))]
    known = admissions.notnull()
    together = known.sum(rest)
    if int(together.max()) < FEWEST:
        return []
    variance = mean
    if "extra_variation" in draws:
        variance = mean + (draws["extra_variation"] * mean) ** 2
    scale = np.sqrt(variance)

    def common(counts: xr.DataArray) -> xr.DataArray:
        residual = ((counts - mean) / scale).where(known).sum(rest)
        return (residual**2 / together.clip(min=1)).sum([dim for dim in cells if dim not in rest])

    found = predictive_check(NAME, tail_share(common(predicted), common(admissions)))
    return [found if found.verdict == "PASS" else replace(found, verdict="WARN", limit=LIMIT, detail=WAY_OUT)]
