"""The gradient of the Laplace log marginal likelihood of a model of cells, and of the mode, in the hyperparameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.grouped.grouped_mode import GroupedModes
from equitymodel.inference.grouped.heavy_tails import NormalFactor, TailSite
from equitymodel.inference.grouped.latent_blocks import BlockVector

TANGENT_VALUES = 30_000_000
"""Modes are predicted to first order only if the tangent has no more values than this."""


def in_log_sds(modes: GroupedModes) -> np.ndarray:
    """Gradient of the Laplace log marginal likelihood in the log standard deviations of effects; shape (batch, sd)."""
    return _in_log_scales(modes)[:, : modes.field.sd_count]


def marginal_gradient(modes: GroupedModes) -> np.ndarray:
    """Gradient of the Laplace log marginal likelihood in the hyperparameters; shape (batch, hyperparameter)."""
    return np.einsum("bs,bsh->bh", _in_log_scales(modes), modes.field.scales.slopes(modes.hyper))


def _in_log_scales(modes: GroupedModes) -> np.ndarray:
    """Gradient in the logs of standard deviations of effects, then of overdispersions; shape (batch, scale)."""
    field, (variances, cell_variance) = modes.field, modes.elimination.variances()
    right = field.to_latent(field.to_shapes(-0.5 * modes.third() * cell_variance))
    tails = _PullOfTails.of(modes, variances)
    if tails is not None:
        right.pair[tails.component] += tails.on_mode
    shift = modes.elimination.solve(right)
    away = field.centred(modes.latent)
    square = away.times(away).plus(variances).plus(away.times(shift), 2.0)
    expected = field.sum_by_sd(square.times(modes.precision))
    in_log_sds = expected - field.degrees_of_freedom[: field.sd_count]
    if tails is not None:
        in_log_sds[:, tails.scale] = tails.in_log_scale(shift.pair[tails.component])
    if field.overdispersion_index is None:
        return in_log_sds
    value, score, weight = modes.model.in_log_overdispersion(modes.log_mean)
    along = modes.gaussian.log_means(shift)
    by_pair = (value + along * score - 0.5 * cell_variance * weight).sum(axis=0)[:, 0]
    flat = by_pair.reshape(len(by_pair), -1)
    which = field.overdispersion_index.ravel()
    in_log_overdispersion = np.array([np.bincount(which, row, minlength=field.overdispersion_count) for row in flat])
    return np.concatenate([in_log_sds, in_log_overdispersion], axis=1)


@dataclass(frozen=True)
class _PullOfTails:
    """How the Laplace log marginal likelihood moves with effects that have heavy tails.

    Attributes
    ----------
    component, scale
        Which of the components of pairs it is, and which of the scales.
    mode, site
        The mode of each value, and what is known of it.
    spread
        Posterior variance of each value that it has from shared effects.
    in_scale, mean_in_scale
        Derivatives of the normal factor and of the mean in the log scale, the estimates held fixed.
    on_mode
        Pull of the log determinant on each mode.
    """

    component: int
    scale: int
    mode: np.ndarray
    site: TailSite
    spread: np.ndarray
    in_scale: NormalFactor
    mean_in_scale: np.ndarray
    on_mode: np.ndarray

    @classmethod
    def of(cls, modes: GroupedModes, variances: BlockVector) -> _PullOfTails | None:
        """Work it out at the modes; none where the model has no heavy tails."""
        tails, site = modes.field.tails, modes.site
        if tails is None or site is None:
            return None
        own = tails.component
        spread = variances.pair[own] - modes.elimination.pair_variance(own)
        in_scale, mean_in_scale, in_estimate = site.factor_slopes()
        on_mode = -0.5 * spread * in_estimate * site.error / site.variance
        return cls(own, tails.scale, modes.latent.pair[own], site, spread, in_scale, mean_in_scale, on_mode)

    def in_log_scale(self, shift: np.ndarray) -> np.ndarray:
        """Gradient in the log scale, given posterior mean less mode of each value; shape (batch,)."""
        through_factor = -0.5 * self.spread * self.in_scale.precision - self.on_mode * self.mean_in_scale
        through_mode = shift * (self.in_scale.pull - self.in_scale.precision * self.mode)
        return np.asarray(self.site.in_log_scale() + (through_factor + through_mode).sum(axis=(1, 2, 3)))


def mode_tangent(modes: GroupedModes) -> BlockVector | None:
    """Differentiate the first mode in the hyperparameters, implicitly; they come on the draw axis.

    Gives none where it would take too much memory.
    """
    field, here = modes.field, slice(0, 1)
    latent = modes.latent.batches(here)
    if field.hyperparameters * sum(part.size for part in latent) > TANGENT_VALUES:
        return None
    slopes = field.scales.slopes(modes.hyper[:1])[0]
    of_sds = np.concatenate([slopes[: field.sd_count], np.zeros((len(field.fixed_log_sd), slopes.shape[1]))])
    pull = field.centred(latent).times(modes.precision.batches(here))
    right = [
        np.moveaxis(2.0 * values[:, 0, 0, ..., None] * of_sds[of], -1, 1)[:, None]
        for values, of in zip(pull, field.sd_index, strict=True)
    ]
    if field.overdispersion_index is not None:
        score = modes.model.in_log_overdispersion(modes.log_mean)[1][:, :1]
        for number in range(field.overdispersion_count):
            own = field.to_latent(field.to_shapes(score * (field.overdispersion_index == number)))
            along = slopes[field.sd_count + number]
            right = [
                into + values[:, :, 0][:, :, None] * along.reshape(-1, *(1,) * (values.ndim - 3))
                for into, values in zip(right, own, strict=True)
            ]
    return modes.elimination.batch(0).solve(BlockVector(*right))
