"""Densities of hyperparameters whose moments are known, in place of a posterior."""

from types import SimpleNamespace

import numpy as np
from equitymodel.inference.laplace.grouped_optimum import GroupedOptimum

from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.inference.laplace.target import ModeExpansion, Target, TargetValues

NOTHING = BlockVector(np.zeros((0, 1, 1, 0, 0)), np.zeros((0, 1, 1, 0)), np.zeros((0, 1, 1, 0)), np.zeros((1, 1, 1)))


class Known(Target):
    """A density of hyperparameters with known moments: correlated normal, then logs of half-normal spreads."""

    def __init__(self, covariance, half_normal=()):
        self.covariance, self.scale = np.atleast_2d(covariance), np.asarray(half_normal, dtype=float)
        self.normal = len(self.covariance)
        self.centre = np.concatenate([np.linspace(-1.0, 1.0, self.normal), np.log(self.scale)])
        self.field = SimpleNamespace(hyperparameters=len(self.centre))

    def evaluate(self, hyper, _start, *, gradient=False):
        away, log_spread = np.split(hyper - self.centre, [self.normal], axis=1)
        pull = away @ np.linalg.inv(self.covariance)
        square = np.exp(2.0 * log_spread)
        density = -0.5 * (away * pull).sum(axis=1) + (log_spread - 0.5 * square).sum(axis=1)
        slopes = np.concatenate([-pull, 1.0 - square], axis=1) if gradient else None
        return TargetValues(
            density, slopes, BlockVector(*(np.repeat(part[:, :1], len(hyper), axis=1) for part in NOTHING))
        )

    def density(self, modes):
        return self.evaluate(modes.hyper, NOTHING).density

    def fits_in_memory(self, _points):
        return False

    def map(self, work, hyper, _start):
        yield work(SimpleNamespace(hyper=hyper, latent=self.evaluate(hyper, NOTHING).latent), 0)

    @property
    def shape(self):
        """What exploring would find: the optimum and the curvature there."""
        inverse = np.zeros((len(self.centre), len(self.centre)))
        inverse[: self.normal, : self.normal] = self.covariance
        inverse[self.normal :, self.normal :] = np.eye(len(self.scale)) / 2.0
        values, vectors = np.linalg.eigh(inverse)
        density = self.evaluate(self.centre[None], NOTHING).density[0]
        root = (vectors * np.sqrt(values)) @ vectors.T
        return GroupedOptimum(ModeExpansion(self.centre[None], NOTHING, None), root, float(density), True)

    @property
    def mean(self):
        return self.centre - np.concatenate(
            [np.zeros(self.normal), np.full(len(self.scale), 0.5 * (np.euler_gamma + np.log(2)))]
        )

    @property
    def sd(self):
        return np.sqrt(np.concatenate([np.diag(self.covariance), np.full(len(self.scale), np.pi**2 / 8)]))


CORRELATED = 0.09 * np.array([[1.0, 0.7, -0.2], [0.7, 2.0, 0.1], [-0.2, 0.1, 0.5]])
KNOWN = {
    "one normal": Known([[0.25]]),
    "correlated normal": Known(CORRELATED),
    "one spread that may be zero": Known(CORRELATED, [0.2]),
    "three spreads that may be zero": Known([[0.04]], [0.1, 0.3, 1.0]),
}
