"""The latent Gaussian model of a specification in blocks, as a two-way layout of ICSs and procedures.

The *pair* block holds effects of one ICS and one procedure: given everything else they are
conditionally independent, a block-diagonal part of the precision. The *row* block holds effects of
the grouping that is eliminated next (mostly the procedure): independent given the rest. The *column*
effects (mostly of the ICS) and the *overall* effects form the last, smallest block, which is dense. So
a linear system in the latent field is solved block by block, in time and memory linear in cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from equitymodel.inference.grouped.effect_parts import EffectPart
from equitymodel.inference.grouped.heavy_tails import HeavyTails
from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.inference.grouped.loadings import BlockLoadings, Loading, Slots, sum_over_columns, sum_over_rows
from equitymodel.inference.grouped.need_measurement import NeedMeasurement
from equitymodel.inference.grouped.scales import Scales
from equitymodel.inference.likelihood.binomial_model import BinomialModel
from equitymodel.inference.likelihood.interval_censored import IntervalCensoredCounts, find_interval_censored
from equitymodel.spec.model_spec import ModelSpec

ROW, COLUMN = "row", "column"
SAME = 1e-10
"""Loadings with singular values below this share of the largest are sums of others."""


@dataclass(frozen=True)
class Component:
    """One component of the latent field: one shape of one part of an effect over groups and years.

    Attributes
    ----------
    part
        The part of an effect it belongs to.
    column
        Which of the columns that components have; see `GroupedLatent.column_loadings`.
    number
        Which of the part's shapes it is; 0 unless the part has several.
    zero
        The axis over which its values sum to zero: ``row``, ``column`` or none.
    """

    part: EffectPart
    column: int
    number: int
    zero: str | None

    @property
    def prior_mean(self) -> float:
        """Prior mean of its values: 0 unless its effect has a prior of its own."""
        prior = self.part.effect.prior
        return prior.mean if prior is not None else 0.0


class BlockComponents(NamedTuple):
    """The components of each block, in the order of `BlockVector`."""

    pair: tuple[Component, ...]
    row: tuple[Component, ...]
    column: tuple[Component, ...]
    overall: tuple[Component, ...]


def evaluate_shapes(design: np.ndarray, covariates: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Evaluate a linear combination of shapes in every cell; shape (cell of a pair, ...)."""
    fixed = design.shape[1]
    flat = design @ coefficients[:fixed].reshape(fixed, -1)
    cells = flat.reshape(len(design), *coefficients.shape[1:])
    for covariate, values in zip(covariates, coefficients[fixed:], strict=True):
        cells += covariate * values
    return cells


@dataclass(frozen=True)
class GroupedLatent:
    """The latent Gaussian model of a specification and cells, laid out in blocks.

    Attributes
    ----------
    axes
        The groupings that are rows and columns.
    value_bases
        For each part of an effect, the map from the weights of its shapes to its named values.
    column_loadings
        How the columns of components load on the slots of the design: each is a slot of its own or, where there are
        more of them than cells of a pair, cells are the slots; shape (column, shape).
    design
        Shapes over the cells of a pair: groups, and the years of each; shape (group x year, shape).
    covariates
        Further columns of the design, which differ by cell; shape (shape, group x year, 1, 1, row, column).
    tails
        The effect of pairs with heavy tails; none where there is none.
    need
        The measurement model of need; none where need is taken as known.
    low, high, log_expected, known
        One value a cell; shape (group x year, 1, 1, row, column); unknown cells weigh nothing.
    passages
        The binomial model of counts that pass out of counts before; none where counts are of admissions.
    mixing
        For components of columns that neighbours share: the symmetric map from their values, which are independent, to
        what each column has.
    blocks
        The components of each block.
    sd_index
        For every value, the index of its standard deviation; shapes of the blocks without batch and draw.
    scales
        Standard deviations of effects, then overdispersions, as functions of the hyperparameters.
    first_scale
        For each part of an effect by its variable, the first of its scales; for one that is not pooled, of those fixed.
    sd_count
        How many of the scales are standard deviations of effects.
    fixed_log_sd
        Logs of the fixed standard deviations, which follow those.
    degrees_of_freedom
        For each standard deviation, how many effects it has, less the sum-to-zero constraints on them.
    overdispersion_index
        Index of the overdispersion of each row and column; none for Poisson counts.
    """

    spec: ModelSpec
    axes: tuple[str, str]
    coords: dict[str, list[object]]
    value_bases: Mapping[str, np.ndarray]
    column_loadings: np.ndarray
    design: np.ndarray
    covariates: np.ndarray
    tails: HeavyTails | None
    need: NeedMeasurement | None
    low: np.ndarray
    high: np.ndarray
    log_expected: np.ndarray
    known: np.ndarray
    blocks: BlockComponents
    sd_index: tuple[np.ndarray, ...]
    scales: Scales
    first_scale: Mapping[str, int]
    sd_count: int
    fixed_log_sd: np.ndarray
    degrees_of_freedom: np.ndarray
    overdispersion_index: np.ndarray | None
    passages: BinomialModel | None = None
    mixing: Mapping[int, np.ndarray] = field(default_factory=dict)

    @cached_property
    def prior_mean(self) -> tuple[np.ndarray, ...]:
        """Prior mean of every component, block by block."""
        return tuple(np.array([component.prior_mean for component in block]) for block in self.blocks)

    @property
    def shapes(self) -> int:
        """Number of columns of the design, those that differ by cell included."""
        return self.design.shape[1] + len(self.covariates)

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return self.low.shape[-2], self.low.shape[-1]

    @cached_property
    def exact(self) -> np.ndarray:
        """1 where a count is known exactly, 0 elsewhere."""
        return self.known * (self.low == self.high)

    @cached_property
    def censored(self) -> IntervalCensoredCounts | None:
        """The interval-censored counts."""
        return find_interval_censored(self.low, self.high, self.known)

    @property
    def overdispersion_count(self) -> int:
        """Number of overdispersions, all of them hyperparameters."""
        return 0 if self.overdispersion_index is None else int(self.overdispersion_index.max()) + 1

    @property
    def hyperparameters(self) -> int:
        """Number of hyperparameters: logs of totals of standard deviations and overdispersions, then shares."""
        return self.scales.count

    def zeros(self, batches: int = 1, draws: int = 1) -> BlockVector:
        """Make a latent vector of prior means, which meets every sum-to-zero constraint."""
        rows, columns = self.sizes
        shapes = ((rows, columns), (rows,), (columns,), ())
        return BlockVector(
            *(np.broadcast_to(mean.reshape(-1, 1, 1, *(1,) * len(shape)), (len(mean), batches, draws, *shape)).copy()
              for mean, shape in zip(self.prior_mean, shapes, strict=True))
        )  # fmt: skip

    def coefficients(self, latent: BlockVector) -> np.ndarray:
        """Sum effects to the coefficient of each shape in each pair; shape (shape, batch, draw, row, column)."""
        total = self.over_pairs(latent)
        return np.asarray(total + self.loadings.pair.give(latent.pair))

    def over_pairs(self, latent: BlockVector) -> np.ndarray:
        """Sum all effects but those of pairs to the slots of every pair; shape (slot, batch, draw, row, column)."""
        return self.loadings.over_pairs(latent.row, self.mixed(latent.column), latent.overall)

    def mixed(self, column: np.ndarray) -> np.ndarray:
        """Mix the components of columns that neighbours share; as the map is symmetric, it is its own adjoint."""
        if not self.mixing:
            return column
        mixed = column.copy()
        for k, matrix in self.mixing.items():
            mixed[k] = column[k] @ matrix
        return mixed

    @cached_property
    def loadings(self) -> BlockLoadings:
        """How the components of each block load on the slots of the design."""
        columns = ([component.column for component in block] for block in self.blocks)
        return BlockLoadings(*(Loading(self.column_loadings[own]) for own in columns))

    @cached_property
    def slots(self) -> Slots:
        """Lay slots out: shapes, then multipliers of the pair block, which act as components of the other grouping."""
        constrained = [k for k, component in enumerate(self.blocks.pair) if component.zero is not None]
        count = self.shapes + len(constrained)
        pair, row, column, overall = (loading.padded(count).matrix for loading in self.loadings)
        multipliers = np.eye(count)[self.shapes :]
        zeros = np.array([self.blocks.pair[k].zero for k in constrained], dtype=object)
        row = np.concatenate([row, multipliers[zeros == COLUMN]])
        column = np.concatenate([column, multipliers[zeros == ROW]])
        return Slots(constrained, BlockLoadings(*map(Loading, (pair, row, column, overall))), count)

    @cached_property
    def seen_of_rows(self) -> tuple[np.ndarray, np.ndarray]:
        """What cells see of row effects, by rank: the product of both is the loadings of row effects on slots.

        Shapes (component, combination) and (combination, shape).
        """
        left, size, right = np.linalg.svd(self.loadings.row.matrix, full_matrices=False)
        rank = int((size > SAME * size.max(initial=0.0)).sum())
        return left[:, :rank] * size[:rank], right[:rank]

    def at_cells(self, coefficients: np.ndarray) -> np.ndarray:
        """Multiply coefficients by the design: one number a cell; shape (cell of a pair, batch, draw, row, column)."""
        return evaluate_shapes(self.design, self.covariates, coefficients)

    def to_shapes(self, cells: np.ndarray) -> np.ndarray:
        """Multiply cells by the transposed design: the adjoint of `at_cells`."""
        flat = self.design.T @ cells.reshape(len(cells), -1)
        fixed = flat.reshape(self.design.shape[1], *cells.shape[1:])
        if not len(self.covariates):
            return fixed
        return np.concatenate([fixed, np.stack([(covariate * cells).sum(axis=0) for covariate in self.covariates])])

    @cached_property
    def products(self) -> np.ndarray:
        """Products of pairs of design columns in each cell of a pair; shape (cell, shape x shape)."""
        return np.einsum("ds,dt->dst", self.design, self.design).reshape(len(self.design), -1)

    @cached_property
    def cells_are_slots(self) -> bool:
        """Whether the coefficients of a pair are those of its cells."""
        return self.design.shape[0] == self.design.shape[1] and bool((self.design == np.eye(len(self.design))).all())

    @cached_property
    def curvature_is_diagonal(self) -> bool:
        """Whether the likelihood says something of each slot of a pair alone: its slots are its cells, and no more."""
        return self.cells_are_slots and not len(self.covariates) and self.need is None

    def curvature(self, weight: np.ndarray) -> np.ndarray:
        """Compute D'WD, minus the Hessian of the log likelihood in the coefficients of each pair.

        Shape (batch, row, column, shape, shape).
        """
        fixed, (batch, rows, columns) = self.design.shape[1], (weight.shape[1], *weight.shape[3:])
        curvature = np.zeros((batch, rows, columns, self.shapes, self.shapes))
        by_pair = np.moveaxis(weight[:, :, 0], 0, -1)
        if self.cells_are_slots:
            np.einsum("...ss->...s", curvature)[..., :fixed] = by_pair
        else:
            own = by_pair.reshape(-1, len(weight)) @ self.products
            curvature[..., :fixed, :fixed] = own.reshape(batch, rows, columns, fixed, fixed)
        for k, covariate in enumerate(self.covariates, start=fixed):
            across = np.moveaxis(self.to_shapes(covariate * weight)[:, :, 0], 0, -1)
            curvature[..., k, :] = curvature[..., k] = across
        if self.need is not None:
            own_need = np.moveaxis(self.need.precision[:, :, 0], 0, -1)
            curvature[..., self.need.shapes, self.need.shapes] += own_need
        return curvature

    def variance_at_cells(self, covariance: np.ndarray) -> np.ndarray:
        """Compute diag(D C D'), the variance of each cell, from covariances C of the coefficients of each pair."""
        fixed, pairs = self.design.shape[1], covariance.shape[:3]
        if self.cells_are_slots:
            by_pair = np.einsum("...ss->...s", covariance)[..., :fixed]
        else:
            own = covariance[..., :fixed, :fixed].reshape(int(np.prod(pairs)), fixed**2)
            by_pair = (own @ self.products.T).reshape(*pairs, len(self.design))
        variance = np.ascontiguousarray(np.moveaxis(by_pair, -1, 0))[:, :, None]
        for k, covariate in enumerate(self.covariates, start=fixed):
            along = np.moveaxis(covariance[..., k, :], -1, 0)[:, :, None]
            across = evaluate_shapes(self.design, self.covariates[:0], along[:fixed])
            variance += covariate * (across + self.at_cells(along))
        return variance

    def to_latent(self, shapes: np.ndarray) -> BlockVector:
        """Sum shapes over the cells of each effect: the adjoint of `coefficients`."""
        rows, columns, loadings = sum_over_columns(shapes), sum_over_rows(shapes), self.loadings
        return BlockVector(
            loadings.pair.take(shapes),
            loadings.row.take(rows),
            self.mixed(loadings.column.take(columns)),
            loadings.overall.take(sum_over_columns(rows)),
        )

    def log_sds(self, hyper: np.ndarray) -> np.ndarray:
        """Log standard deviations of effects, fixed ones last; shape (batch, sd)."""
        fixed = np.broadcast_to(self.fixed_log_sd, (len(hyper), len(self.fixed_log_sd)))
        return np.concatenate([self.scales.log_scales(hyper)[:, : self.sd_count], fixed], axis=1)

    def precision(self, hyper: np.ndarray) -> BlockVector:
        """Prior precision of every value; a draw axis of one."""
        precision = np.exp(-2.0 * self.log_sds(hyper))
        return BlockVector(*(np.moveaxis(precision[:, of], 0, 1)[:, :, None] for of in self.sd_index))

    def centred(self, latent: BlockVector) -> BlockVector:
        """Subtract the prior means."""
        return BlockVector(
            *(values - mean.reshape(-1, *(1,) * (values.ndim - 1))
              for values, mean in zip(latent, self.prior_mean, strict=True))
        )  # fmt: skip

    def sum_by_sd(self, latent: BlockVector) -> np.ndarray:
        """Sum values by the standard deviation they share, hyperparameters only; shape (batch, sd)."""
        batches, every = latent.overall.shape[1], self.sd_count + len(self.fixed_log_sd)
        total = np.zeros((batches, every))
        for values, of in zip(latent, self.sd_index, strict=True):
            if of.size:
                flat = np.moveaxis(values[:, :, 0], 1, 0).reshape(batches, -1)
                for batch in range(batches):
                    total[batch] += np.bincount(of.ravel(), flat[batch], minlength=every)
        return total[:, : self.sd_count]

    def log_overdispersion(self, hyper: np.ndarray) -> np.ndarray | None:
        """Log overdispersion of each pair; shape (batch, 1, row, column), or none."""
        if self.overdispersion_index is None:
            return None
        return np.asarray(self.scales.log_scales(hyper)[:, self.sd_count + self.overdispersion_index][:, None])
