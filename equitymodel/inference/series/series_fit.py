"""A model fitted to an interrupted series: draws of admissions with the interruption and without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import xarray as xr

from equitymodel.inference.fit import Fit
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel

WAY_OUT = (
    "larger counts (add ICSs, procedures or groups up, or take longer periods), or fewer suppressed ones; "
    "or sample build_interruption_pymc(series, plan)"
)
FITTED, COUNTERFACTUAL = "fitted", "counterfactual"


@dataclass(frozen=True, repr=False)
class SeriesFit(Fit):
    """A model fitted to an interrupted series.

    Attributes
    ----------
    series, plan, model
        What was fitted, and how.

    Notes
    -----
    ``draws, diagnosis, seed`` and the gate are those of every `Fit`. The draws have ``fitted`` and
    ``counterfactual`` (mean admissions; dims ``chain, draw, period, ics, deprivation, procedure``),
    ``level`` and ``slope`` (log ratio, and log ratio a year; over cells), ``kappa`` where there are
    groups, and the hyperparameters.
    """

    series: xr.Dataset
    plan: Interruption
    model: SeriesModel

    kind: ClassVar[str] = "series"
    ways_out: ClassVar[dict[str, str]] = {"laplace": WAY_OUT}

    @property
    def fitted(self) -> xr.DataArray:
        """Mean admissions with the interruption, draw by draw, in admissions a period."""
        return self.posterior[FITTED]

    @property
    def counterfactual(self) -> xr.DataArray:
        """Mean admissions as they would have been without the interruption, draw by draw."""
        return self.posterior[COUNTERFACTUAL]

    @property
    def assumed(self) -> SeriesModel:
        """The model: what was assumed."""
        return self.model

    @property
    def data(self) -> xr.Dataset:
        """What was observed: the series."""
        return self.series


def leave_out_repeated(posterior: xr.Dataset) -> xr.Dataset:
    """Leave out counterfactual draws that are those of the fit, as all are before the start: a file is then smaller.

    Examples
    --------
    >>> pair = xr.Dataset({"fitted": ("period", [9.0, 8.0]), "counterfactual": ("period", [9.0, 10.0])})
    >>> leave_out_repeated(pair)["counterfactual"].values
    array([nan, 10.])
    """
    if COUNTERFACTUAL not in posterior:
        return posterior
    without = posterior[COUNTERFACTUAL]
    return posterior.assign({COUNTERFACTUAL: without.where(without != posterior[FITTED])})


def put_back_repeated(posterior: xr.Dataset) -> xr.Dataset:
    """Undo `leave_out_repeated`, to the last digit.

    Examples
    --------
    >>> pair = xr.Dataset({"fitted": ("period", [9.0, 8.0]), "counterfactual": ("period", [9.0, 10.0])})
    >>> put_back_repeated(leave_out_repeated(pair)).identical(pair)
    True
    """
    if COUNTERFACTUAL not in posterior:
        return posterior
    return posterior.assign({COUNTERFACTUAL: posterior[COUNTERFACTUAL].fillna(posterior[FITTED])})
