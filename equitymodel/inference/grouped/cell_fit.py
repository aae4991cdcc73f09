"""A model fitted to cells: ratios, fitted and expected admissions, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import xarray as xr

from equitymodel.inference.fit import Fit
from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_ratios
from equitymodel.spec.model_spec import ModelSpec


@dataclass(frozen=True, repr=False)
class CellFit(Fit):
    """A model fitted to cells; ``draws, diagnosis, seed`` and the gate are those of every `Fit`.

    Attributes
    ----------
    spec, cells
        What was assumed, and what was observed.
    """

    spec: ModelSpec
    cells: xr.Dataset

    kind: ClassVar[str] = "cells"
    ways_out: ClassVar[dict[str, str]] = {
        "nuts": "sample longer (--draws)",
        "laplace": "sample with --engine nuts",
    }

    @property
    def assumed(self) -> ModelSpec:
        """The model: what was assumed."""
        return self.spec

    @cached_property
    def ratio(self) -> xr.DataArray:
        """Standardised ratio of each cell, draw by draw; 1 = as expected from need."""
        return draw_ratios(self.spec, self.posterior, self.cells)

    @cached_property
    def fitted(self) -> xr.DataArray:
        """Mean admissions of each cell, draw by draw, in admissions."""
        return draw_fitted(self.ratio, self.expected)

    @cached_property
    def expected(self) -> xr.DataArray:
        """Expected admissions with the fullest adjustment, in admissions; with draws where they are uncertain."""
        return self.expected_under()

    def expected_under(self, adjustment: str | None = None) -> xr.DataArray:
        """Compute expected admissions under one adjustment, to set beside the fullest.

        Parameters
        ----------
        adjustment
            ``population``, ``age_sex`` or ``need``; by default the fullest that the cells have.

        Returns
        -------
        xarray.DataArray
            In admissions; dims of cells, and ``chain, draw`` where they are uncertain.
        """
        return draw_expected(self.cells, self.posterior, adjustment)

    @property
    def data(self) -> xr.Dataset:
        """What was observed: the cells."""
        return self.cells
