"""Latent Gaussian models whose hyperparameters have a density with known moments, in place of a posterior."""

from types import MappingProxyType, SimpleNamespace

import numpy as np

from equitymodel.inference.laplace.optimum import Optimum
from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters
from equitymodel.inference.laplace.target import ModeExpansion
from equitymodel.inference.series.series_latent import Predictors


class KnownField:
    """A `LatentGaussian` with a known density of its hyperparameters; its latent mode is twice the hyperparameters.

    Subclasses say what `log_density`, `centre`, `mean` and `covariance` are.
    """

    bounds = None
    least_curvature = 0.05
    integrated_over = MappingProxyType({})
    values_a_mode = 10**9
    closed_form = False

    @property
    def hyperparameters(self):
        return len(self.centre)

    @property
    def sd(self):
        return np.sqrt(np.diag(self.covariance))

    def initial(self):
        start = self.centre[None] + 0.5
        return start, self.mode(start)

    def mode(self, hyper):
        return Predictors(2.0 * hyper[:, None])

    def scale(self):
        return None

    def subset(self):
        return None

    def own(self):
        return None

    def log_prior(self, hyper):
        return np.zeros(len(hyper))

    def find_modes(self, hyper, _start):
        known = SimpleNamespace(hyper=hyper, start=self.mode(hyper), converged=np.isfinite(hyper).all(axis=1))
        known.log_marginal = self.log_density(hyper)
        return known

    def gradient(self, modes):
        if not self.closed_form:
            return None
        steps = 1e-5 * np.eye(self.hyperparameters)
        return (
            np.stack([self.log_density(modes.hyper + e) - self.log_density(modes.hyper - e) for e in steps], 1) / 2e-5
        )

    def tangent(self, _modes):
        return Predictors(2.0 * np.eye(self.hyperparameters)[:, None]) if self.closed_form else None

    def batches(self, size):
        return [slice(at, at + 50) for at in range(0, size, 50)]


class SpreadsField(KnownField):
    """Correlated normal hyperparameters, then logs of half-normal standard deviations."""

    closed_form = True

    def __init__(self, covariance, half_normal=()):
        self.normal, self.half_normal = np.atleast_2d(covariance), np.asarray(half_normal, dtype=float)
        size = len(self.normal)
        self.centre = np.concatenate([np.linspace(-1.0, 1.0, size), np.log(self.half_normal)])
        lower = np.full(len(self.half_normal), 0.5 * (np.euler_gamma + np.log(2)))
        self.mean = self.centre - np.concatenate([np.zeros(size), lower])
        self.covariance = _blocks(self.normal, np.pi**2 / 8 * np.eye(len(self.half_normal)))
        self.inverse_curvature = _blocks(self.normal, np.eye(len(self.half_normal)) / 2.0)

    def log_density(self, hyper):
        away, log_spread = np.split(hyper - self.centre, [len(self.normal)], axis=1)
        square = ((away @ np.linalg.inv(self.normal)) * away).sum(axis=1)
        return -0.5 * square + (log_spread - 0.5 * np.exp(2.0 * log_spread)).sum(axis=1)


def _blocks(first, second):
    return np.block([[first, np.zeros((len(first), len(second)))], [np.zeros((len(second), len(first))), second]])


def optimum_of(field):
    """What a search would find: the optimum, the curvature there, and the tangent of the latent mode."""
    values, vectors = np.linalg.eigh(field.inverse_curvature)
    root = (vectors * np.sqrt(values)) @ vectors.T
    at = field.centre[None]
    expansion = ModeExpansion(at, field.mode(at), Predictors(2.0 * np.eye(field.hyperparameters)[:, None]))
    return Optimum(expansion, root, float(field.log_density(at)[0]), True)


CORRELATED = 0.09 * np.array([[1.0, 0.7, -0.2], [0.7, 2.0, 0.1], [-0.2, 0.1, 0.5]])
KNOWN = {
    "one normal": SpreadsField([[0.25]]),
    "correlated normal": SpreadsField(CORRELATED),
    "one spread that may be zero": SpreadsField(CORRELATED, [0.2]),
    "three spreads that may be zero": SpreadsField([[0.04]], [0.1, 0.3, 1.0]),
}


class OwnersField(SpreadsField):
    """Two shared hyperparameters; of each label, a normal one that follows the first of them, and the log of a spread."""

    def __init__(self, labels, follows=0.5, width=0.3):
        self.labels = labels
        covariance = np.full((labels + 2, labels + 2), 0.09 * follows**2) + width**2 * np.eye(labels + 2)
        covariance[:2], covariance[:, :2] = 0.0, 0.0
        covariance[0, 2:] = covariance[2:, 0] = 0.09 * follows
        covariance[0, 0] = covariance[1, 1] = 0.09
        super().__init__(covariance, np.linspace(0.1, 0.5, labels))

    def own(self):
        return OwnHyperparameters.of(np.concatenate([[-1, -1], np.arange(self.labels), np.arange(self.labels)]))
