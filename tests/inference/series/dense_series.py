"""The algebra of the series engine done densely, and hyperparameters to try it at."""

import numpy as np

from equitymodel.inference.series.ar1 import ar1_precision

GAP = np.array([1.0, 1, 13, 1, 2, 1])


def dense(matrix, point=0):
    off_diagonal = matrix.off_diagonal[point]
    return np.diag(matrix.diagonal[point]) + np.diag(off_diagonal, 1) + np.diag(off_diagonal, -1)


def hyper_of(field, **values):
    """Standardised hyperparameters at which some have these values, and the others usual ones; shape (1, hyper)."""
    given = {"sd": 0.1, "rho": 0.4, "variation": 0.05, "common rho": 0.7, "bend sd": 0.02, **values}
    return field.layout.hypers.standardise({name: np.array([given.get(name, 0.2)]) for name in field.layout.hyper})


def modes_at(field, hyper):
    """Modes from the usual start."""
    return field.find_modes(hyper, field.initial()[1])


def whole(field, hyper, weight):
    """Everything at once: the map from noise, own and shared coefficients to lines, and their prior precision."""
    layout = field.layout
    periods, series = layout.offset.shape
    own, coefficients = layout.own, layout.map.dense.shape[2]
    precision = layout.own_prior.precisions(field.values(hyper))[0]
    rows = np.zeros((series * periods, series * (periods + own) + coefficients + layout.common * periods))
    prior = np.zeros((rows.shape[1], rows.shape[1]))
    initial = series * (periods + own)
    moments = initial + coefficients
    for s in range(series):
        at = slice(s * periods, (s + 1) * periods)
        rows[at, at] = np.eye(periods)
        prior[at, at] = dense(field.noise_precision(hyper))
        mine = series * periods + s * own
        rows[at, mine : mine + own] = layout.features[:, s, :own]
        prior[mine : mine + own, mine : mine + own] = np.diag(precision)
        rows[at, initial:moments] = layout.features[:, s, own:] @ layout.map.dense[:, s]
        if layout.common:
            rows[at, moments:] = np.eye(periods)
    shared = field.shared_prior(hyper)
    prior[initial:moments, initial:moments] = np.diag(shared.diagonal[0])
    if layout.common:
        prior[moments:, moments:] = dense(shared.noise)
    return rows, prior, prior + rows.T @ (weight.ravel()[:, None] * rows)


def two_points():
    """AR(1) precisions at two points: seven periods, with gaps."""
    return ar1_precision(GAP, np.array([0.2, 0.1]), np.array([0.5, 0.9]))
