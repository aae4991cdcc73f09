"""Standard deviations and overdispersions as functions of the hyperparameters: totals, and the shares that last."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from equitymodel.inference.grouped.spread_scores import log_spread_slope, spread_quantile, spread_score
from equitymodel.spec.prior import Prior
from equitymodel.spec.share import ShareThatLasts


@dataclass
class ScaleTable:
    """A table of scales while it is written: for each, its total, its share if it has one, and whether that lasts.

    Attributes
    ----------
    priors
        The prior of each total.
    shares
        The prior of each share.
    rows
        One for each scale: total, share (-1 for none), and whether it is the part that lasts.
    """

    priors: list[Prior] = field(default_factory=list)
    shares: list[ShareThatLasts] = field(default_factory=list)
    rows: list[tuple[int, int, bool]] = field(default_factory=list)

    def add_totals(self, prior: Prior, count: int) -> int:
        """Add totals with one prior; gives the number of the first."""
        self.priors += [prior] * count
        return len(self.priors) - count

    def add_share(self, share: ShareThatLasts) -> int:
        """Add a share; gives its number."""
        self.shares.append(share)
        return len(self.shares) - 1

    def add_scales(self, total: int, count: int, share: int = -1, *, lasts: bool = True) -> int:
        """Add the scales of totals that follow each other; gives the number of the first."""
        self.rows += [(total + k, share, lasts) for k in range(count)]
        return len(self.rows) - count


@dataclass(frozen=True)
class Scales:
    """Log scales as functions of the hyperparameters.

    Hyperparameters are standard normal scores: of each total and of each share that lasts. So what data say nothing
    about is normal, with mean 0 and standard deviation 1.

    Attributes
    ----------
    prior_scale, prior_shape
        Of the prior of each total, as `Prior` says them; the number of totals is their length.
    shares
        The prior of each share.
    total, share, lasts
        For each scale: its total, its share (-1 for none), and whether it is the part that lasts.

    Examples
    --------
    >>> table = ScaleTable()
    >>> own = table.add_totals(Prior("half_normal", sd=0.1), 1), table.add_share(ShareThatLasts(1.0, 1.0))
    >>> lasting, new = (table.add_scales(0, 1, 0, lasts=lasts) for lasts in (True, False))
    >>> scales = Scales.of(table)
    >>> np.exp(2 * scales.log_scales(np.zeros((1, 2))) - 2 * scales.log_totals(np.zeros((1, 2))))
    array([[0.5, 0.5]])
    """

    prior_scale: np.ndarray
    prior_shape: np.ndarray
    shares: tuple[ShareThatLasts, ...]
    total: np.ndarray
    share: np.ndarray
    lasts: np.ndarray

    @classmethod
    def of(cls, table: ScaleTable) -> Scales:
        """Close a table."""
        columns = np.array(table.rows, dtype=int).reshape(-1, 3).T
        scale, shape = (np.array([getattr(prior, name) for prior in table.priors]) for name in ("scale", "shape"))
        return cls(scale, shape, tuple(table.shares), columns[0], columns[1], columns[2].astype(bool))

    @property
    def totals(self) -> int:
        """Number of totals."""
        return len(self.prior_scale)

    @property
    def count(self) -> int:
        """Number of hyperparameters."""
        return self.totals + len(self.shares)

    def log_totals(self, hyper: np.ndarray) -> np.ndarray:
        """Give the log of every total; shape (batch, total)."""
        return np.asarray(np.log(self.prior_scale) + np.log(spread_quantile(hyper[:, : self.totals], self.prior_shape)))

    def score_of(self, log_totals: np.ndarray) -> np.ndarray:
        """Give the scores of totals: the inverse of `log_totals`."""
        return spread_score(np.exp(log_totals) / self.prior_scale, self.prior_shape)

    def share_values(self, hyper: np.ndarray) -> np.ndarray:
        """Give the shares that last; shape (batch, share)."""
        scores = hyper[:, self.totals :]
        each = [share.from_normal(scores[:, k]) for k, share in enumerate(self.shares)]
        return np.stack(each, axis=1) if each else np.zeros((len(hyper), 0))

    def log_scales(self, hyper: np.ndarray) -> np.ndarray:
        """Give the log of every scale; shape (batch, scale)."""
        log_scales = self.log_totals(hyper)[:, self.total]
        if self.shares:
            lasting = self.share_values(hyper)[:, self.share]
            part = np.where(self.lasts, lasting, 1.0 - lasting)
            log_scales = log_scales + np.where(self.share < 0, 0.0, 0.5 * np.log(part))
        return log_scales

    def slopes(self, hyper: np.ndarray) -> np.ndarray:
        """Differentiate every log scale in every hyperparameter; shape (batch, scale, hyperparameter)."""
        slopes = np.zeros((len(hyper), len(self.total), self.count))
        every = np.arange(len(self.total))
        slopes[:, every, self.total] = log_spread_slope(hyper[:, : self.totals], self.prior_shape)[:, self.total]
        for k, prior in enumerate(self.shares):
            score = hyper[:, self.totals + k]
            share, slope = prior.from_normal(score), prior.slope(score)
            own = self.share == k
            slopes[:, own & self.lasts, self.totals + k] = (0.5 * slope / share)[:, None]
            slopes[:, own & ~self.lasts, self.totals + k] = (-0.5 * slope / (1.0 - share))[:, None]
        return slopes

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Log prior density of the scores, up to a constant; shape (batch,)."""
        return np.asarray(-0.5 * (hyper**2).sum(axis=1))
