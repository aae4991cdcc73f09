"""The effects of rows as the cells see them, when the row block is eliminated.

A row has an effect for each shape that lasts, that is of a year, and so on: often more than there are slots of its
cells. Then only some combinations of them, no more than slots, enter the likelihood. These are made independent a
priori, with unit precision, and are eliminated in place of the effects; what is left of the effects has its prior
distribution still, which matters only where they are held to sum to zero over rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.grouped.grouped_latent import GroupedLatent
from equitymodel.inference.grouped.latent_blocks import BlockVector, with_batches
from equitymodel.inference.grouped.loadings import Loading


@dataclass(frozen=True)
class RowEffects:
    """Row effects that are eliminated as they are; multipliers of pairs that act as row effects come last.

    Attributes
    ----------
    own
        How effects and multipliers load on slots.
    precision
        Prior precision of the effects, the same in all rows; shape (batch, 1, effect).
    held
        The effects whose sums over rows are held at zero.
    first
        Place of the multipliers of those sums in the dense block.
    """

    own: Loading
    precision: np.ndarray
    held: list[int]
    first: int

    @classmethod
    def of(cls, field: GroupedLatent, precision: BlockVector) -> RowEffects:
        """Take the row effects as they are, or combined where there are more of them than slots."""
        components, slots = field.blocks.row, field.slots.loadings
        held = [k for k, component in enumerate(components) if component.zero is not None]
        first = len(slots.column) * field.sizes[1] + len(slots.overall)
        prior = np.moveaxis(precision.row[:, :, 0, :1], 0, -1)
        if len(components) <= len(field.seen_of_rows[1]):
            return RowEffects(slots.row, prior, held, first)
        return CombinedRowEffects.combine(field, RowEffects(slots.row, prior, held, first))

    def block(self, at_slots: np.ndarray) -> np.ndarray:
        """Lay out the precision of each row, from what its pairs say of the slots; shape (batch, row, own, own)."""
        block = self.own.premultiply(self.own.postmultiply(at_slots))
        for k in range(self.precision.shape[-1]):
            block[..., k, k] += self.precision[..., k]
        return block

    def to_slots(self, values: np.ndarray) -> np.ndarray:
        """Sum what is eliminated, along the last axis but one, to slots."""
        return self.own.premultiply_transposed(values)

    def from_slots(self, values: np.ndarray) -> np.ndarray:
        """Take what slots, along the last axis but one, say of what is eliminated: the adjoint of `to_slots`."""
        return self.own.premultiply(values)

    def at_slots(self, covariance: np.ndarray) -> np.ndarray:
        """Transform a covariance of what is eliminated to slots."""
        return self.own.premultiply_transposed(covariance @ self.own.matrix)

    def hold(self, coupling: np.ndarray, _dense: np.ndarray, /) -> None:
        """Couple what is eliminated to the multipliers of sums over rows, in place."""
        for z, k in enumerate(self.held):
            coupling[..., k, self.first + z] = 1.0

    def log_determinant(self, _rows: int, /) -> np.ndarray | float:
        """Log determinant of the prior precision beyond that of what is eliminated; shape (batch,)."""
        return 0.0

    def gather(self, right: np.ndarray, /) -> np.ndarray:
        """Transform a right-hand side of effects, along the last axis but one, to what is eliminated."""
        return right

    def held_back(self, _right: np.ndarray, /) -> np.ndarray | float:
        """Sum over rows, for each effect that is held, what is left of a right-hand side."""
        return 0.0

    def effects(self, eliminated: np.ndarray, _right: np.ndarray, _dense: np.ndarray, /) -> np.ndarray:
        """Recover the effects, along the last axis but one, from what was eliminated; multipliers are left out."""
        return eliminated[..., : self.precision.shape[-1], :]

    def variances(self, covariance: np.ndarray, _across: np.ndarray, _dense: np.ndarray, /) -> np.ndarray:
        """Variance of each effect, from the covariance of what was eliminated."""
        return np.einsum("...aa->...a", covariance)[..., : self.precision.shape[-1]]

    def batch(self, at: int) -> RowEffects:
        """Choose one batch."""
        return RowEffects(self.own, self.precision[at : at + 1], self.held, self.first)

    def replaced(self, places: np.ndarray, other: RowEffects) -> RowEffects:
        """Put the batches of others in some places."""
        precision = with_batches(self.precision, places, other.precision)
        return RowEffects(self.own, precision, self.held, self.first)


@dataclass(frozen=True)
class CombinedRowEffects(RowEffects):
    """Row effects of which only combinations are eliminated, the same in all rows.

    Attributes
    ----------
    loading
        How combinations, then multipliers of pairs, load on slots; shape (batch, 1, own, slot).
    weights
        Each effect is a sum of combinations with these weights, and of what is left; shape (batch, 1, effect, own).
    left
        Prior covariance of what is left; shape (batch, 1, effect, effect).
    """

    loading: np.ndarray
    weights: np.ndarray
    left: np.ndarray

    @classmethod
    def combine(cls, field: GroupedLatent, effects: RowEffects) -> CombinedRowEffects:
        """Combine effects: by the orthogonal factor of their loadings in prior standard deviations."""
        across, seen = field.seen_of_rows
        sd = 1.0 / np.sqrt(effects.precision)[..., None]
        orthogonal, triangular = np.linalg.qr(sd * across)
        multipliers = effects.own.matrix[len(field.blocks.row) :]
        combinations, slots = seen.shape
        loading = np.zeros((*sd.shape[:2], combinations + len(multipliers), effects.own.matrix.shape[1]))
        loading[..., :combinations, :slots] = triangular @ seen
        loading[..., combinations:, :] = multipliers
        left = np.eye(sd.shape[2]) - orthogonal @ orthogonal.swapaxes(-1, -2)
        return CombinedRowEffects(
            effects.own, effects.precision, effects.held, effects.first,
            loading, sd * orthogonal, sd * left * sd.swapaxes(-1, -2),
        )  # fmt: skip

    @property
    def combinations(self) -> int:
        """Number of combinations."""
        return self.weights.shape[-1]

    def block(self, at_slots: np.ndarray) -> np.ndarray:
        """Lay out the precision of each row: the prior precision of combinations is one."""
        block = self.loading @ (at_slots @ self.loading.swapaxes(-1, -2))
        np.einsum("...aa->...a", block)[..., : self.combinations] += 1.0
        return block

    def to_slots(self, values: np.ndarray) -> np.ndarray:
        """Sum combinations, along the last axis but one, to slots."""
        return self.loading.swapaxes(-1, -2) @ values

    def from_slots(self, values: np.ndarray) -> np.ndarray:
        """Take what slots, along the last axis but one, say of combinations."""
        return self.loading @ values

    def at_slots(self, covariance: np.ndarray) -> np.ndarray:
        """Transform a covariance of combinations to slots."""
        return self.to_slots(covariance @ self.loading)

    def hold(self, coupling: np.ndarray, dense: np.ndarray, /) -> None:
        """Couple combinations to the multipliers of sums over rows, and take off what is left of the sums."""
        sums = slice(self.first, self.first + len(self.held))
        coupling[..., : self.combinations, sums] = self.weights[..., self.held, :].swapaxes(-1, -2)
        dense[:, sums, sums] -= coupling.shape[1] * self.left[:, 0, self.held][..., self.held]

    def log_determinant(self, rows: int, /) -> np.ndarray:
        """Log determinant of the prior precision of effects, as that of combinations is one."""
        return np.asarray(rows * np.log(self.precision).sum(axis=(1, 2)))

    def gather(self, right: np.ndarray, /) -> np.ndarray:
        """Transform a right-hand side of effects to combinations; multipliers have none."""
        gathered = np.zeros((*right.shape[:2], self.loading.shape[-2], right.shape[-1]))
        np.matmul(self.weights.swapaxes(-1, -2), right, out=gathered[..., : self.combinations, :])
        return gathered

    def held_back(self, right: np.ndarray, /) -> np.ndarray:
        """Sum over rows, for each effect that is held, what is left of a right-hand side."""
        return np.asarray(self.left[:, 0, self.held] @ right.sum(axis=1))

    def effects(self, eliminated: np.ndarray, right: np.ndarray, dense: np.ndarray, /) -> np.ndarray:
        """Recover the effects: of combinations, and what is left once sums over rows are held."""
        pull = right.copy()
        pull[..., self.held, :] -= dense[:, None, self.first : self.first + len(self.held)]
        return np.asarray(self.weights @ eliminated[..., : self.combinations, :] + self.left @ pull)

    def variances(self, covariance: np.ndarray, across: np.ndarray, dense: np.ndarray, /) -> np.ndarray:
        """Variance of each effect: of combinations, of what is left, and of both together through the sums held.

        Parameters
        ----------
        covariance, across, dense
            Covariance of what was eliminated, minus that with the dense block, and the inverse of the dense block.
        """
        sums, own = slice(self.first, self.first + len(self.held)), slice(self.combinations)
        held = self.left[..., self.held, :]
        of_sums = 0.5 * dense[:, None, sums, sums] @ held
        beside = self.weights @ covariance[..., own, own]
        total = (beside * self.weights).sum(axis=-1)
        total += np.einsum("...aa->...a", self.left) + 2.0 * (held * of_sums).sum(axis=-2)
        with_sums = self.weights @ across[..., own, sums]
        return np.asarray(total + 2.0 * (with_sums * held.swapaxes(-1, -2)).sum(axis=-1))

    def batch(self, at: int) -> CombinedRowEffects:
        """Choose one batch."""
        return self._with(*(array[at : at + 1] for array in self._arrays))

    def replaced(self, places: np.ndarray, other: RowEffects) -> CombinedRowEffects:
        """Put the batches of others in some places."""
        assert isinstance(other, CombinedRowEffects)  # those of one field are all of one kind
        pairs = zip(self._arrays, other._arrays, strict=True)
        return self._with(*(with_batches(mine, places, own) for mine, own in pairs))

    @property
    def _arrays(self) -> tuple[np.ndarray, ...]:
        """All arrays, in order; batches come first."""
        return self.precision, self.loading, self.weights, self.left

    def _with(self, precision: np.ndarray, *arrays: np.ndarray) -> CombinedRowEffects:
        """Put other arrays in place of these."""
        return CombinedRowEffects(self.own, precision, self.held, self.first, *arrays)
