"""Loadings of the features of each series on shared coefficients: a sparse matrix, of which few entries are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

FEWEST_APART = 8
"""Fewer conditionally independent coefficients are left among the others."""


@dataclass(frozen=True)
class SharedMap:
    """A sparse linear map B from shared coefficients to the coefficients of features in each series.

    Attributes
    ----------
    series, feature, coefficient
        Rows (series and feature) and column of each entry that is not zero, ordered by series.
    loading
        Its value.
    shape
        How many series, features and coefficients there are.

    Examples
    --------
    >>> dense = np.zeros((1, 2, 3))
    >>> dense[0, 0, [0, 1]], dense[0, 1, [0, 2]] = 1.0, 1.0
    >>> SharedMap.from_dense(dense).forward(np.array([[1.0, 10.0, 100.0]])).ravel()
    array([ 11., 101.])
    """

    series: np.ndarray
    feature: np.ndarray
    coefficient: np.ndarray
    loading: np.ndarray
    shape: tuple[int, int, int]

    @classmethod
    def from_dense(cls, dense: np.ndarray) -> SharedMap:
        """Keep the entries that are not zero of an array over feature, series and coefficient."""
        series, feature, coefficient = np.nonzero(np.moveaxis(dense, 0, 1))
        features, places, coefficients = dense.shape
        return cls(series, feature, coefficient, dense[feature, series, coefficient], (places, features, coefficients))

    @classmethod
    def from_columns(
        cls, features: Sequence[int], loadings: Sequence[np.ndarray], shape: tuple[int, int, int]
    ) -> SharedMap:
        """Keep the entries that are not zero of a column for each coefficient: its feature, its loading by series."""
        series = [np.flatnonzero(loading) for loading in loadings]
        counts = [len(each) for each in series]
        rows, feature = np.concatenate([np.zeros(0, int), *series]), np.repeat(np.asarray(features, int), counts)
        coefficient = np.repeat(np.arange(len(counts)), counts)
        order = np.lexsort((coefficient, feature, rows))
        values = np.concatenate([np.zeros(0), *(loading[at] for loading, at in zip(loadings, series, strict=True))])
        return cls(rows[order], feature[order], coefficient[order], values[order], shape)

    def subset(self, series: np.ndarray) -> SharedMap:
        """Keep some series, by number, in the order given, and every coefficient."""
        counts = np.diff(self.starts)[series]
        first = np.repeat(self.starts[series] - np.cumsum(counts) + counts, counts)
        kept, places = first + np.arange(counts.sum()), np.repeat(np.arange(len(series)), counts)
        return SharedMap(
            places, self.feature[kept], self.coefficient[kept], self.loading[kept], (len(series), *self.shape[1:])
        )

    @property
    def dense(self) -> np.ndarray:
        """All entries, laid out over feature, series and coefficient: for small models and their tests."""
        series, features, coefficients = self.shape
        found = np.zeros((features, series, coefficients))
        found[self.feature, self.series, self.coefficient] = self.loading
        return found

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """B as a sparse matrix; rows are series and, within them, features."""
        places, features, coefficients = self.shape
        rows = self.series * features + self.feature
        return sparse.csr_array((self.loading, (rows, self.coefficient)), shape=(places * features, coefficients))

    @cached_property
    def _pairs_within_series(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of entries of the same series."""
        counts = np.diff(self.starts)[self.series]
        first = np.repeat(np.arange(len(self.series)), counts)
        within = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
        return first, self.starts[self.series[first]] + within

    @cached_property
    def _outer_products(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each pair of entries: the place in B C B' of its series, the place in C, and the product of loadings."""
        (first, second), (_, features, coefficients) = self._pairs_within_series, self.shape
        at_series = (self.series[first] * features + self.feature[first]) * features + self.feature[second]
        at_coefficients = self.coefficient[first] * coefficients + self.coefficient[second]
        return at_series, at_coefficients, self.loading[first] * self.loading[second]

    @cached_property
    def starts(self) -> np.ndarray:
        """Where the entries of each series begin, and where the last ones end."""
        return np.searchsorted(self.series, np.arange(self.shape[0] + 1))

    @cached_property
    def independent(self) -> np.ndarray:
        """Coefficients conditionally independent of one another: no series loads on two of them.

        As many as a greedy search finds from the last one on; they are the diagonal block of the arrowhead. None where
        they are so few that taking them apart costs more than it saves.
        """
        (first, second), size = self._pairs_within_series, self.shape[2]
        adjacent = np.zeros((size, size), dtype=bool)
        adjacent[self.coefficient[first], self.coefficient[second]] = True
        chosen = np.zeros(size, dtype=bool)
        for k in range(size - 1, -1, -1):
            chosen[k] = not adjacent[k, chosen].any()
        return np.flatnonzero(chosen) if chosen.sum() >= FEWEST_APART else np.zeros(0, dtype=int)

    def forward(self, shared: np.ndarray) -> np.ndarray:
        """Compute B x; from (point, coefficient) to (point, series, feature)."""
        return np.ascontiguousarray((self.matrix @ shared.T).T).reshape(len(shared), *self.shape[:2])

    def backward(self, values: np.ndarray) -> np.ndarray:
        """Compute B' y, the transpose of `forward`; from (point, series, feature) to (point, coefficient)."""
        return (self.matrix.T @ values.reshape(len(values), -1).T).T

    def forward_columns(self, shared: np.ndarray) -> np.ndarray:
        """Compute B X for several columns, which come last."""
        return np.stack([self.matrix @ each for each in shared]).reshape(len(shared), *self.shape[:2], shared.shape[2])

    def feature_covariance(self, covariance: np.ndarray) -> np.ndarray:
        """Compute the blocks of B C B' within each series; shape (point, series, feature, feature)."""
        at_series, at_coefficients, product = self._outer_products
        places, features, _ = self.shape
        flat = covariance.reshape(len(covariance), -1)
        return np.stack([
            np.bincount(at_series, weights=row[at_coefficients] * product, minlength=places * features**2)
            for row in flat
        ]).reshape(len(flat), places, features, features)  # fmt: skip
