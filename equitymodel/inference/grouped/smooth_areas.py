"""What areas have in common with their neighbours: the scaled structure of BYM2, as a map from independent weights."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.sparse.csgraph import connected_components

from equitymodel.data.cells.area_neighbours import adjacency_of
from equitymodel.inference.grouped.effect_parts import EffectPart


def mixing_of(part: EffectPart, cells: xr.Dataset) -> np.ndarray | None:
    """Give the map from independent weights of areas to the values of a part that neighbours share; none for others."""
    return scaled_root(adjacency_of(cells)) if part.smooth else None


def scaled_root(adjacency: np.ndarray) -> np.ndarray:
    r"""Take the symmetric root of the scaled covariance of an intrinsic autoregression on a graph.

    .. math:: B B' = c\,(D - A)^{-}, \qquad \exp\{\tfrac1n \textstyle\sum_i \log (B B')_{ii}\} = 1

    Parameters
    ----------
    adjacency
        1 for neighbours, symmetric, with zeros on the diagonal; shape (area, area).

    Returns
    -------
    numpy.ndarray
        Shape (area, area): times independent standard normal weights, it gives values whose geometric mean variance
        is 1 within each component of the graph, which sum to zero there. An area without neighbours is its own weight.

    References
    ----------
    Riebler A, Sørbye SH, Simpson D, Rue H (2016) An intuitive Bayesian spatial model for disease mapping that accounts
    for scaling. Statistical Methods in Medical Research 25:1145. doi:10.1177/0962280216660421
    Freni-Sterrantino A, Ventrucci M, Rue H (2018) A note on intrinsic conditional autoregressive models for
    disconnected graphs. Spatial and Spatio-temporal Epidemiology 26:25. doi:10.1016/j.sste.2018.04.002

    Examples
    --------
    >>> root = scaled_root(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]]))
    >>> (root @ root.T).round(6).tolist()
    [[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    root = np.zeros(adjacency.shape)
    count, component = connected_components(adjacency, directed=False)
    for number in range(count):
        here = np.ix_(component == number, component == number)
        root[here] = _root_of_component(np.asarray(adjacency[here], dtype=float))
    return root


def _root_of_component(adjacency: np.ndarray) -> np.ndarray:
    """Take the root within one component, all of whose areas are connected."""
    if len(adjacency) == 1:
        return np.ones((1, 1))
    values, vectors = np.linalg.eigh(np.diag(adjacency.sum(axis=1)) - adjacency)
    covariance = (vectors[:, 1:] / values[1:]) @ vectors[:, 1:].T
    scale = np.exp(0.5 * np.mean(np.log(np.diag(covariance))))
    return np.asarray((vectors[:, 1:] / np.sqrt(values[1:])) @ vectors[:, 1:].T / scale)
