"""What the need table tells of true need, where a model holds that as unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.inference.grouped.geometry import has_true_need, reported_need
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import DEPRIVATION


@dataclass(frozen=True)
class NeedMeasurement:
    """What the need table tells of true need: a normal error around the coefficients of some shapes.

    Attributes
    ----------
    shapes
        The shape of each deprivation group's true need.
    reported, precision
        Log need as stated, and one over its squared error; shape (deprivation, 1, 1, row, column).
    """

    shapes: np.ndarray
    reported: np.ndarray
    precision: np.ndarray

    def score(self, coefficients: np.ndarray) -> np.ndarray:
        """Give the slope of the log probability of what was stated, in the coefficients of all shapes."""
        score = np.zeros_like(coefficients)
        score[self.shapes] = self.precision * (self.reported - coefficients[self.shapes])
        return score

    def log_probability(self, coefficients: np.ndarray) -> np.ndarray:
        """Give the log probability of what was stated, up to a constant; shape (batch, draw)."""
        away = self.reported - coefficients[self.shapes]
        return -0.5 * (self.precision * away**2).sum(axis=(0, 3, 4))


def lay_out_need_measurement(
    spec: ModelSpec, cells: xr.Dataset, order: tuple[str, ...], shapes: Sequence[tuple[str, int]]
) -> NeedMeasurement | None:
    """Lay out what the need table tells; none where the model takes need as known."""
    if not has_true_need(spec):
        return None
    own = np.array([shapes.index(("true_need", group)) for group in range(cells.sizes[DEPRIVATION])])
    return NeedMeasurement(own, *(per_cell(values, order) for values in reported_need(cells)))


def per_cell(values: xr.DataArray, order: tuple[str, ...]) -> np.ndarray:
    """Lay one value a cell out as a field has them; shape (deprivation, 1, 1, row, column)."""
    return np.ascontiguousarray(values.transpose(*order).values, dtype=float)[:, None, None]
