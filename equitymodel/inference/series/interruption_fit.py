"""A fitted interruption: draws of admissions with it and without it."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute

import xarray as xr

from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel

ENOUGH_POINTS = 10.0
"""Effective points at which an importance sample is sound."""


@dataclass(frozen=True)
class InterruptionFit:
    """A fitted interruption.

    Attributes
    ----------
    series, plan, model, seed
        What was fitted, and how.
    draws
        ``fitted`` and ``counterfactual`` (mean admissions; dims ``chain, draw, period, ics,
        deprivation, procedure``), ``level`` and ``slope`` (log ratio, and log ratio a year; over
        cells), ``kappa`` where there are groups, and the hyperparameters.
    effective_points
        Effective number of integration points of the hyperparameters.
    converged
        Whether the mode search converged at the integration points.
    """

    series: xr.Dataset = attribute(repr=False)
    plan: Interruption
    model: SeriesModel
    seed: int
    draws: xr.Dataset = attribute(repr=False)
    effective_points: float
    converged: bool

    @property
    def sound(self) -> bool:
        """Whether the computation can be relied on."""
        return self.converged and self.effective_points >= ENOUGH_POINTS
