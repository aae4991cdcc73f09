"""The prior of shared coefficients: independent normal ones, then AR(1) noise that series share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.series.ar1 import Ar1Precision


@dataclass(frozen=True)
class SharedPrior:
    """The prior precision of shared coefficients: a diagonal block, and the AR(1) block of shared noise.

    Attributes
    ----------
    diagonal
        Precisions of the independent coefficients; shape (point, coefficient).
    noise
        Of the values of shared noise, which follow; none where series share none.
    """

    diagonal: np.ndarray
    noise: Ar1Precision | None

    @property
    def log_determinant(self) -> np.ndarray:
        """Log determinant of the prior precision; shape (point,)."""
        return np.log(self.diagonal).sum(axis=1) + (self.noise.log_determinant if self.noise else 0.0)

    def squares(self, shared: np.ndarray) -> np.ndarray:
        """Compute the quadratic form x'Qx; shape (point,)."""
        size = self.diagonal.shape[1]
        form = (shared[:, :size] ** 2 * self.diagonal).sum(axis=1)
        if not self.noise:
            return form
        values = shared[:, None, size:]
        return form + (values * self.noise.product(values)).sum(axis=(1, 2))

    def add_to(self, precision: np.ndarray) -> None:
        """Add the prior precision to a precision, in place; shape (point, coefficient, coefficient)."""
        at = np.arange(self.diagonal.shape[1])
        precision[:, at, at] += self.diagonal
        if self.noise:
            at = np.arange(len(at), precision.shape[1])
            precision[:, at, at] += self.noise.diagonal
            precision[:, at[:-1], at[1:]] += self.noise.off_diagonal
            precision[:, at[1:], at[:-1]] += self.noise.off_diagonal
