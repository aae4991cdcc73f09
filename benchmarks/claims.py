"""What a study of the campaign found, held against its limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ERRORS = 2.0
"""A limit is missed only where what was found lies beyond it by more than so many Monte Carlo errors."""


@dataclass(frozen=True)
class Claim:
    """One figure of a study, with its Monte Carlo error and the limits it is held to.

    A figure without a limit is shown beside the others and is neither a pass nor a miss.
    """

    gate: str
    what: str
    found: float
    error: float
    replicates: int
    low: float | None = None
    high: float | None = None
    per_cent: bool = True

    def beyond(self) -> float:
        """Give by how much the figure lies beyond its nearest limit; within its limits, how near it is, below 0."""
        under = -np.inf if self.low is None else self.low - self.found
        over = -np.inf if self.high is None else self.found - self.high
        return max(under, over)

    def outcome(self, errors: float = ERRORS) -> str:
        """Say *pass* or *miss*, or *no limit*."""
        if self.low is None and self.high is None:
            return "no limit"
        return "miss" if self.beyond() > errors * self.error else "pass"

    @property
    def figure(self) -> str:
        """Write the figure with its error."""
        if self.per_cent:
            return f"{100 * self.found:.1f} % ± {100 * self.error:.1f}"
        return f"{self.found:+.3f} ± {self.error:.3f}" if self.error else f"{self.found:g}"

    @property
    def limit(self) -> str:
        """Write the limits."""
        low, high = ("" if end is None else self._written(end) for end in (self.low, self.high))
        if low and high:
            return f"{low} to {high}"
        return f"at least {low}" if low else f"at most {high}" if high else "none"

    def _written(self, end: float) -> str:
        return f"{100 * end:g} %" if self.per_cent else f"{end:g}"


def share(gate: str, what: str, of: Sequence[float], low: float | None = None, high: float | None = None) -> Claim:
    """Make a claim of shares, one a replicate: replicates are independent, places within one are not.

    Where all replicates are alike, as none in twenty, the error is that of half a replicate that is otherwise.
    """
    values = np.asarray(of, dtype=float)
    mean, error, count = values.mean(), values.std(ddof=1) / np.sqrt(len(values)), len(values)
    if np.ptp(values) == 0:
        kept = min(max(mean, 0.5 / count), 1 - 0.5 / count)
        error = np.sqrt(kept * (1 - kept) / count)
    return Claim(gate, what, float(mean), float(error), count, low, high)


def mean(gate: str, what: str, of: Sequence[float], low: float | None = None, high: float | None = None) -> Claim:
    """Make a claim of a mean that is no share."""
    values = np.asarray(of, dtype=float)
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    return Claim(gate, what, float(values.mean()), error, len(values), low, high, per_cent=False)
