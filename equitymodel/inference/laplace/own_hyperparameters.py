"""Hyperparameters of one procedure each: nearly independent of those of others, given those that are shared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST_LABELS = 2
"""With fewer labels, all hyperparameters are shared."""


@dataclass(frozen=True)
class OwnHyperparameters:
    """Which hyperparameters are shared, and which belong to one label, such as a procedure, alone.

    Attributes
    ----------
    shared
        Places of those that are shared.
    own
        Places of those of each label; shape (label, number).

    Examples
    --------
    >>> OwnHyperparameters.of(np.array([-1, 0, 1, 2, 0, 1, 2])).own
    array([[1, 4],
           [2, 5],
           [3, 6]])
    """

    shared: np.ndarray
    own: np.ndarray

    @classmethod
    def of(cls, owner: np.ndarray) -> OwnHyperparameters | None:
        """Sort hyperparameters by their owner, -1 for shared; none where labels do not own as many each."""
        labels, counts = np.unique(owner[owner >= 0], return_counts=True)
        if len(labels) < FEWEST_LABELS or len(set(counts.tolist())) > 1:
            return None
        return cls(np.flatnonzero(owner < 0), np.array([np.flatnonzero(owner == label) for label in labels]))

    @property
    def count(self) -> int:
        """Number of hyperparameters."""
        return len(self.shared) + self.own.size

    def is_own(self) -> np.ndarray:
        """Whether each hyperparameter belongs to one label alone."""
        owned = np.ones(self.count, bool)
        owned[self.shared] = False
        return owned

    def companions(self, place: int) -> np.ndarray:
        """Find the others that it depends on: those shared and, if it has an owner, those of the same owner."""
        mine = self.own[(self.own == place).any(axis=1)].ravel()
        others = np.concatenate([mine, self.shared])
        return others[others != place]
