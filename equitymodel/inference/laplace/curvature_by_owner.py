"""The curvature of a log density as an arrowhead of blocks: those of each label, and a border of shared ones.

Given those that are shared, hyperparameters of different labels are nearly independent. So those of all labels are
moved at once, and what the gradient of each label does is read as its own curvature: a few gradients for any number
of labels.
"""

from __future__ import annotations

import numpy as np

from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters

SEED = 63
"""Seed of the directions in which labels are moved: they decide next to nothing, and nothing that a user seeds."""


def choose_probes(own: OwnHyperparameters) -> np.ndarray:
    """Choose directions to move in: each that is shared alone, then one of every label; shape (probe, hyperparameter).

    Labels move up or down at random, so that what they do to each other averages out.

    Examples
    --------
    >>> choose_probes(OwnHyperparameters.of(np.array([-1, 0, 1]))).astype(int).tolist()
    [[1, 0, 0], [0, -1, 1]]
    """
    labels, each = own.own.shape
    signs = np.random.default_rng(SEED).permuted(np.tile((-1.0) ** np.arange(labels), (each, 1)), axis=1)
    probes = np.zeros((len(own.shared) + each, own.count))
    probes[np.arange(len(own.shared)), own.shared] = 1.0
    for number in range(each):
        probes[len(own.shared) + number, own.own[:, number]] = signs[number]
    return probes


def read_curvature(own: OwnHyperparameters, probes: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Read the curvature from how the gradient falls along each probe, a unit a step; shape as `probes`."""
    curvature, shared = np.zeros((own.count, own.count)), own.shared
    curvature[shared] = change[: len(shared)]
    curvature[:, shared] = curvature[shared].T
    among = change[: len(shared), shared]
    curvature[np.ix_(shared, shared)] = (among + among.T) / 2
    moved, fell = probes[len(shared) :], change[len(shared) :]
    for mine in own.own:
        block = fell[:, mine] * np.array([row[place] for row, place in zip(moved, mine, strict=True)])[:, None]
        curvature[np.ix_(mine, mine)] = (block + block.T) / 2
    return curvature


def root_of_inverse(own: OwnHyperparameters, curvature: np.ndarray, least: float) -> np.ndarray:
    """Give a square root R of the inverse, R'R, whose axes are those of each label, then shared ones with what follows.

    Parameters
    ----------
    own, curvature
        Which are whose, and the arrowhead.
    least
        Least eigenvalue of each block, so that flat directions stay bounded.
    """
    root, shared = np.zeros_like(curvature), own.shared
    border, follows = curvature[np.ix_(shared, shared)].copy(), []
    for mine in own.own:
        root[np.ix_(mine, mine)] = inverse_root(curvature[np.ix_(mine, mine)], least)
        covariance = root[np.ix_(mine, mine)] @ root[np.ix_(mine, mine)]
        follows.append(-covariance @ curvature[np.ix_(mine, shared)])
        border += curvature[np.ix_(shared, mine)] @ follows[-1]
    root[np.ix_(shared, shared)] = inverse_root(border, least)
    for mine, follow in zip(own.own, follows, strict=True):
        root[np.ix_(shared, mine)] = root[np.ix_(shared, shared)] @ follow.T
    return root


def inverse_root(matrix: np.ndarray, least: float) -> np.ndarray:
    """Give the symmetric square root of the inverse, with eigenvalues held at a least value."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors / np.sqrt(np.maximum(values, least))) @ vectors.T)
