"""How shared coefficients make the features of each series: few of many, so only those are kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class SharedMap:
    """A map from shared coefficients to features of series, most of whose parts are zero.

    Attributes
    ----------
    series, feature, coefficient
        Of each part that is not zero: where it goes, and where it comes from.
    part
        Its value.
    shape
        How many series, features and coefficients there are.

    Examples
    --------
    >>> dense = np.zeros((1, 2, 3))
    >>> dense[0, 0, [0, 1]], dense[0, 1, [0, 2]] = 1.0, 1.0
    >>> SharedMap.of(dense).forward(np.array([[1.0, 10.0, 100.0]])).ravel()
    array([ 11., 101.])
    """

    series: np.ndarray
    feature: np.ndarray
    coefficient: np.ndarray
    part: np.ndarray
    shape: tuple[int, int, int]

    @classmethod
    def of(cls, dense: np.ndarray) -> SharedMap:
        """Keep the parts that are not zero of an array over feature, series and coefficient."""
        series, feature, coefficient = np.nonzero(np.moveaxis(dense, 0, 1))
        features, places, coefficients = dense.shape
        return cls(series, feature, coefficient, dense[feature, series, coefficient], (places, features, coefficients))

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """The map as a matrix; rows are series and, within them, features."""
        places, features, coefficients = self.shape
        rows = self.series * features + self.feature
        return sparse.csr_array((self.part, (rows, self.coefficient)), shape=(places * features, coefficients))

    @cached_property
    def _pairs_within_series(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of parts that meet in a series."""
        counts = np.diff(self.starts)[self.series]
        first = np.repeat(np.arange(len(self.series)), counts)
        within = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
        return first, self.starts[self.series[first]] + within

    @cached_property
    def _co_occurrence(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where pairs meet: among features of a series, and among coefficients; and the product of their parts."""
        (first, second), (_, features, coefficients) = self._pairs_within_series, self.shape
        at_series = (self.series[first] * features + self.feature[first]) * features + self.feature[second]
        at_coefficients = self.coefficient[first] * coefficients + self.coefficient[second]
        return at_series, at_coefficients, self.part[first] * self.part[second]

    @cached_property
    def starts(self) -> np.ndarray:
        """Where the parts of each series begin, and where the last ones end."""
        return np.searchsorted(self.series, np.arange(self.shape[0] + 1))

    @cached_property
    def diagonal_index(self) -> np.ndarray:
        """Coefficients no two of which meet in a series: as many as are found from the last one on."""
        (first, second), size = self._pairs_within_series, self.shape[2]
        meets = np.zeros((size, size), dtype=bool)
        meets[self.coefficient[first], self.coefficient[second]] = True
        taken = np.zeros(size, dtype=bool)
        for at in range(size - 1, -1, -1):
            taken[at] = not meets[at, taken].any()
        return np.flatnonzero(taken)

    def forward(self, shared: np.ndarray) -> np.ndarray:
        """Give the features of each series; from (point, coefficient) to (point, series, feature)."""
        return np.ascontiguousarray((self.matrix @ shared.T).T).reshape(len(shared), *self.shape[:2])

    def backward(self, values: np.ndarray) -> np.ndarray:
        """Add up over series what belongs to each coefficient: the transpose of `forward`."""
        return (self.matrix.T @ values.reshape(len(values), -1).T).T

    def forward_columns(self, shared: np.ndarray) -> np.ndarray:
        """Give the features of each series for several columns, which come last."""
        return np.stack([self.matrix @ each for each in shared]).reshape(len(shared), *self.shape[:2], shared.shape[2])

    def spread(self, covariance: np.ndarray) -> np.ndarray:
        """Give the covariance of the features of each series from that of the coefficients."""
        at_series, at_coefficients, part = self._co_occurrence
        places, features, _ = self.shape
        flat = covariance.reshape(len(covariance), -1)
        return np.stack([
            np.bincount(at_series, weights=row[at_coefficients] * part, minlength=places * features**2) for row in flat
        ]).reshape(len(flat), places, features, features)  # fmt: skip
