"""Straight-line models of a series with autocorrelated errors, in true time: a gap is as long as it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize_scalar

LOWEST, HIGHEST = -0.98, 0.995
"""Autocorrelations between which a maximum is sought."""
SETTLED = 1e-12
ROUNDS = 500
STEP = 1e-4


@dataclass(frozen=True)
class LineFit:
    """A fitted line: coefficients, how sure they are, and the autocorrelation that was allowed for.

    Attributes
    ----------
    coefficients, covariance
        In the order of the columns of the design.
    rho
        Correlation of errors one period apart.
    sd
        Standard deviation of the errors.
    freedom
        Residual degrees of freedom.
    log_likelihood
        Restricted or not, with its constants; missing for moment methods.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    rho: float
    sd: float
    freedom: float
    log_likelihood: float = np.nan


def newey_west(response: np.ndarray, design: np.ndarray, time: np.ndarray, *, lags: int) -> LineFit:
    """Fit by ordinary least squares, with errors allowed to be correlated up to some true lags.

    Parameters
    ----------
    response, design
        One row a period, in order of time.
    time
        Whole numbers of periods; gaps between them count as gaps.
    lags
        Up to how many periods apart errors may be correlated.

    Returns
    -------
    LineFit
        The covariance has the factor n / (n - k) for small samples.

    References
    ----------
    Newey WK, West KD (1987) Econometrica 55:703. doi:10.2307/1913610

    Examples
    --------
    >>> time = np.arange(40)
    >>> design = np.column_stack([np.ones(40), time])
    >>> newey_west(time * 2.0 + 1, design, time, lags=3).coefficients.round(6)
    array([1., 2.])
    """
    whole = np.round(time - time[0]).astype(int)
    fit = sm.OLS(response, design).fit(
        cov_type="nw-groupsum", cov_kwds={"time": whole, "maxlags": lags, "use_correction": False}
    )
    size, columns = design.shape
    freedom = size - columns
    return LineFit(
        fit.params,
        fit.cov_params() * size / freedom,
        neighbour_correlation(fit.resid, time),
        float(np.sqrt(fit.resid @ fit.resid / freedom)),
        freedom,
    )


def prais_winsten(response: np.ndarray, design: np.ndarray, time: np.ndarray) -> LineFit:
    """Fit by feasible generalised least squares, repeated until the autocorrelation settles.

    Parameters
    ----------
    response, design, time
        As for `newey_west`.

    Returns
    -------
    LineFit
        The autocorrelation is the slope of errors on those one period before; the first period
        is kept.

    References
    ----------
    Prais SJ, Winsten CB (1954) Trend estimators and serial correlation. Cowles Commission 383.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> time = np.arange(200)
    >>> fit = prais_winsten(rng.normal(size=200), np.ones((200, 1)), time)
    >>> abs(fit.rho) < 0.2
    True
    """
    rho, solution = 0.0, _solve(response, design, time, 0.0)
    for _ in range(ROUNDS):
        errors = response - design @ solution[0]
        now, before = _neighbours(errors, time)
        new = float(np.clip(now @ before / (before @ before), LOWEST, HIGHEST)) if len(now) else 0.0
        solution = _solve(response, design, time, new)
        if abs(new - rho) < SETTLED:
            break
        rho = new
    freedom = len(response) - design.shape[1]
    variance = solution[2] / freedom
    return LineFit(solution[0], variance * solution[1], new, float(np.sqrt(variance)), freedom)


def autoregressive(response: np.ndarray, design: np.ndarray, time: np.ndarray, *, restricted: bool = True) -> LineFit:
    r"""Fit with errors that are an autoregression of order one, by (restricted) maximum likelihood.

    .. math:: y \sim N(X\beta, \sigma^2 R), \qquad R_{ij} = \rho^{|t_i - t_j|}

    Parameters
    ----------
    response, design, time
        As for `newey_west`.
    restricted
        Whether the likelihood is restricted, which allows for the coefficients being estimated.

    Returns
    -------
    LineFit
        The covariance is that of generalised least squares at the estimated autocorrelation, with
        the variance over n - k.

    Notes
    -----
    Restricted likelihood biases the autocorrelation least in short series; intervals want
    `satterthwaite` degrees of freedom.

    References
    ----------
    Turner SL et al (2021) Evaluation of statistical methods used in the analysis of interrupted time
    series studies. BMC Medical Research Methodology 21:181. doi:10.1186/s12874-021-01364-0

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> time = np.arange(200)
    >>> abs(autoregressive(rng.normal(size=200), np.ones((200, 1)), time).rho) < 0.2
    True
    """

    def loss(rho: float) -> float:
        return -_profile(response, design, time, rho, restricted=restricted)

    grid = np.linspace(LOWEST, HIGHEST, 41)
    best = int(np.argmin([loss(rho) for rho in grid]))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    rho = float(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x)
    coefficients, spread, squares, _ = _solve(response, design, time, rho)
    size, columns = design.shape
    freedom = size - columns
    sd = float(np.sqrt(squares / (freedom if restricted else size)))
    return LineFit(coefficients, squares / freedom * spread, rho, sd, freedom, -loss(rho))


def satterthwaite(
    contrast: np.ndarray, response: np.ndarray, design: np.ndarray, time: np.ndarray, fit: LineFit
) -> float:
    r"""Give the degrees of freedom of a contrast, allowing for the variance being estimated.

    .. math:: \nu = \frac{2 v^2}{g' A g}, \qquad v = c' \Phi c

    with :math:`\Phi` the covariance of the coefficients, :math:`g` the gradient of :math:`v` in
    :math:`(\log \sigma^2, \rho)` and :math:`A` the inverse information of the restricted likelihood.

    Parameters
    ----------
    contrast
        Weights of the coefficients.
    response, design, time, fit
        What `autoregressive` was given, and what it gave.

    Returns
    -------
    float
        Between 1 and the residual degrees of freedom.

    References
    ----------
    Satterthwaite FE (1946) Biometrics Bulletin 2:110. doi:10.2307/3002019

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> time, y = np.arange(60), rng.normal(size=60)
    >>> design = np.column_stack([np.ones(60), time])
    >>> fit = autoregressive(y, design, time)
    >>> 1 <= satterthwaite(np.array([1.0, 0.0]), y, design, time, fit) <= 58
    True
    """
    centre = np.array([np.log(fit.sd**2), fit.rho])

    def variance(point: np.ndarray) -> float:
        spread = _solve(response, design, time, point[1])[1]
        return float(np.exp(point[0]) * contrast @ spread @ contrast)

    def loss(point: np.ndarray) -> float:
        return -_likelihood(response, design, time, rho=point[1], variance=np.exp(point[0]))

    moves = STEP * np.eye(2)
    gradient = np.array([(variance(centre + move) - variance(centre - move)) / (2 * STEP) for move in moves])
    information = np.array([[
        (loss(centre + a + b) - loss(centre + a - b) - loss(centre - a + b) + loss(centre - a - b)) / (4 * STEP**2)
        for a in moves] for b in moves])  # fmt: skip
    noise = float(gradient @ np.linalg.pinv(information) @ gradient)
    freedom = 2 * variance(centre) ** 2 / noise if noise > 0 else fit.freedom
    return float(np.clip(freedom, 1.0, fit.freedom))


def neighbour_correlation(errors: np.ndarray, time: np.ndarray) -> float:
    """Give the correlation of errors one true period apart; missing where no two are.

    Parameters
    ----------
    errors
        Of a fitted line, one a period with a known count.
    time
        Their times, in periods.

    Returns
    -------
    float
        Between -1 and 1.

    Examples
    --------
    >>> neighbour_correlation(np.array([1.0, -1.0, 1.0, -1.0]), np.array([0, 1, 2, 3]))
    -0.75
    """
    centred = errors - errors.mean()
    now, before = _neighbours(centred, time)
    return float(now @ before / (centred @ centred)) if len(now) and centred.any() else np.nan


def _neighbours(errors: np.ndarray, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    adjacent = np.isclose(np.diff(time), 1)
    return errors[1:][adjacent], errors[:-1][adjacent]


def _whiten(values: np.ndarray, time: np.ndarray, rho: float) -> tuple[np.ndarray, float]:
    """Make errors independent, and give the log determinant of their correlations."""
    decay = np.sign(rho) ** np.round(np.diff(time)) * np.abs(rho) ** np.diff(time) if rho else np.zeros(len(time) - 1)
    left = np.sqrt(1 - decay**2)
    table = values.reshape(len(values), -1)
    after = (table[1:] - decay[:, None] * table[:-1]) / left[:, None]
    return np.vstack([table[:1], after]).reshape(values.shape), float(2 * np.log(left).sum())


def _solve(
    response: np.ndarray, design: np.ndarray, time: np.ndarray, rho: float
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Give coefficients, the inverse of X'R⁻¹X, the sum of squares, and the log determinant of R."""
    both, determinant = _whiten(np.column_stack([response, design]), time, rho)
    white, columns = both[:, 0], both[:, 1:]
    inverse = np.linalg.inv(columns.T @ columns)
    coefficients = inverse @ (columns.T @ white)
    errors = white - columns @ coefficients
    return coefficients, inverse, float(errors @ errors), determinant


def _profile(response: np.ndarray, design: np.ndarray, time: np.ndarray, rho: float, *, restricted: bool) -> float:
    """Give the log likelihood at an autocorrelation, with the best variance for it."""
    squares = _solve(response, design, time, rho)[2]
    size = len(response) - (design.shape[1] if restricted else 0)
    return _likelihood(response, design, time, rho=rho, variance=squares / size, restricted=restricted)


def _likelihood(
    response: np.ndarray,
    design: np.ndarray,
    time: np.ndarray,
    *,
    rho: float,
    variance: float,
    restricted: bool = True,
) -> float:
    _, inverse, squares, determinant = _solve(response, design, time, rho)
    size = len(response) - (design.shape[1] if restricted else 0)
    estimated = np.linalg.slogdet(inverse)[1] if restricted else 0.0
    return float(-0.5 * (size * np.log(2 * np.pi * variance) + determinant - estimated + squares / variance))
