"""How long until a change of the planned size is seen, where it is looked for again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError

DRAWS = 20_000


@dataclass(frozen=True)
class DelayUntilSeen:
    """When a change of a given size is seen.

    Attributes
    ----------
    change, expected_months
        The change, as a share; and months until it is seen, on average over the cases in which it is seen at all:
        missing where it never is.
    table
        A row a look: ``months`` after the start, and ``seen_by_then``, the probability that this look or one before it
        calls the change.
    """

    change: float
    table: pd.DataFrame
    expected_months: float

    @property
    def seen(self) -> float:
        """The probability that it is seen at the last look or before."""
        return float(self.table["seen_by_then"].iloc[-1])

    def __str__(self) -> str:
        """Say it in a sentence."""
        last = self.table["months"].iloc[-1]
        after = "" if np.isnan(self.expected_months) else f", after {self.expected_months:.0f} months on average"
        return (
            f"A true change of {100 * self.change:g} % is seen in {self.seen:.0%} of cases by month {last:.0f} after "
            f"the start{after}."
        )


@refuses_other_types
def delay_until_seen(
    months: Sequence[int], standard_errors: Sequence[float], *, change: float, threshold: float, seed: int = 1
) -> DelayUntilSeen:
    r"""Say how long until a change of a given size is seen, looked for at several times.

    .. math:: Z_k = \frac{\log(1 + d)}{s_k} + \epsilon_k, \qquad
              \mathrm{Corr}(\epsilon_j, \epsilon_k) = \frac{\max(s_j, s_k)^{-1}}{\min(s_j, s_k)^{-1}}

    Parameters
    ----------
    months
        Months after the start at which it is looked for.
    standard_errors
        Of the log ratio with so many months: those of `TimeToKnow`.
    change
        The true change, as a share: 0.05 is 5 %; 0 gives how often a look calls where nothing changed.
    threshold
        The tail probability that counts, as of the plan.
    seed
        Seed of the random numbers.

    Returns
    -------
    DelayUntilSeen
        Called in either direction, as the rule does.

    Raises
    ------
    OptionError
        When there is no look, or a standard error is not above 0.

    Notes
    -----
    The interval alone: other parts of a verdict can only make it later. Looks are those of accumulating data.

    References
    ----------
    Jennison C, Turnbull BW (2000) Group sequential methods with applications to clinical trials. Chapman and Hall.

    Examples
    --------
    >>> found = delay_until_seen([12, 24, 36, 48], [0.05, 0.0354, 0.0289, 0.025], change=0.0, threshold=0.99088)
    >>> round(found.seen, 2)  # four looks at Pocock's limit of 2.361
    0.05
    """
    errors = np.asarray(standard_errors, dtype=float)
    if not len(errors) or not (np.isfinite(errors) & (errors > 0)).all() or len(errors) != len(months):
        raise OptionError("a delay needs one look or more, each with a standard error above 0")
    drift = np.log1p(change) / errors
    covariance = np.minimum.outer(1 / errors, 1 / errors) / np.maximum.outer(1 / errors, 1 / errors)
    noise = np.random.default_rng(seed).multivariate_normal(np.zeros(len(errors)), covariance, DRAWS, method="eigh")
    called = np.abs(drift + noise) > stats.norm.ppf(threshold)
    seen = called.any(axis=1)
    first = np.asarray(months)[called.argmax(axis=1)]
    by_then = np.maximum.accumulate(called, axis=1).mean(axis=0)
    table = pd.DataFrame({"months": list(months), "seen_by_then": by_then})
    return DelayUntilSeen(change, table, float(first[seen].mean()) if seen.any() else float("nan"))


def errors_of_waiting(known: pd.DataFrame, now: float) -> pd.DataFrame:
    r"""Give what further months tell, as the standard error of a study of its own beside what is known already.

    .. math:: 1 / s^2 = 1 / s_{t+m}^2 - 1 / s_t^2

    Parameters
    ----------
    known
        ``months_after, standard_error``, as in the table of `TimeToKnow`.
    now
        Months after the start that are known.

    Returns
    -------
    pandas.DataFrame
        ``months`` more, and ``standard_error``; infinite where further months tell nothing, as they may where the trend
        can change too. None where no later month is in the table.

    Examples
    --------
    >>> known = pd.DataFrame({"months_after": [12, 24], "standard_error": [0.05, 0.04]})
    >>> errors_of_waiting(known, 12).round(4).values.tolist()
    [[12.0, 0.0667]]
    """
    rows = known.sort_values("months_after")
    if rows.empty:
        return pd.DataFrame({"months": [], "standard_error": []})
    nearest = int((rows["months_after"] - now).abs().to_numpy().argmin())
    at = float(rows["standard_error"].to_numpy()[nearest])
    later = rows[rows["months_after"] > now]
    more = 1 / later["standard_error"].to_numpy(float) ** 2 - 1 / at**2
    errors = np.where(more > 0, 1 / np.sqrt(np.maximum(more, 1e-300)), np.inf)
    return pd.DataFrame({"months": (later["months_after"] - now).to_numpy(float), "standard_error": errors})
