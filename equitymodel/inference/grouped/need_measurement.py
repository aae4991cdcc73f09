"""The measurement model of need: the reported need of a cell, given its true need as part of the latent field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.inference.grouped.effect_shapes import has_true_need, reported_need
from equitymodel.spec.model_spec import ModelSpec


@dataclass(frozen=True)
class NeedMeasurement:
    """Normal measurement error of reported log need around the coefficients of some shapes.

    Attributes
    ----------
    shapes
        The shape of each deprivation group's true need.
    reported, precision
        Log need as reported, and one over its squared standard error; shape (deprivation, 1, 1, row, column).
    """

    shapes: np.ndarray
    reported: np.ndarray
    precision: np.ndarray

    def score(self, coefficients: np.ndarray) -> np.ndarray:
        """Score: gradient of the log likelihood of reported need in the coefficients of all shapes."""
        score = np.zeros_like(coefficients)
        score[self.shapes] = self.precision * (self.reported - coefficients[self.shapes])
        return score

    def log_probability(self, coefficients: np.ndarray) -> np.ndarray:
        """Log likelihood of reported need, up to a constant; shape (batch, draw)."""
        away = self.reported - coefficients[self.shapes]
        return -0.5 * (self.precision * away**2).sum(axis=(0, 3, 4))


def lay_out_need_measurement(
    spec: ModelSpec, cells: xr.Dataset, order: tuple[str, ...], places: Mapping[str, Sequence[int]]
) -> NeedMeasurement | None:
    """Lay out the measurement model of need; none where the model takes need as known.

    Parameters
    ----------
    spec, cells
        The model, and the cells with reported need.
    order
        Dimensions of cells, in the order in which they are laid out.
    places
        For each variable among the draws, the columns of the design.
    """
    if not has_true_need(spec):
        return None
    true = next(effect for effect in spec.effects if effect.form.measured)
    own = np.array(places[true.variable])
    return NeedMeasurement(own, *(per_cell(values, order) for values in reported_need(cells)))


def per_cell(values: xr.DataArray, order: tuple[str, ...]) -> np.ndarray:
    """Lay one value a cell out with axes for batch and draw; shape (cell of a pair, 1, 1, row, column)."""
    laid = np.ascontiguousarray(values.transpose(*order).values, dtype=float)
    return laid.reshape(-1, 1, 1, *laid.shape[-2:])
