"""Many units looked at together: which can be called found, so that few of those called are false."""

from __future__ import annotations

import numpy as np

FALSE_DISCOVERY_RATE = 0.05


def largest_set(probability: np.ndarray, *, rate: float = FALSE_DISCOVERY_RATE) -> np.ndarray:
    r"""Choose the most units of which no more than a small share is expected to be false.

    .. math:: \max |D| \quad \text{such that} \quad \frac{1}{|D|} \sum_{i \in D} (1 - P_i) \le 0.05

    Parameters
    ----------
    probability
        Posterior probability of each unit's claim.
    rate
        The share of false ones that is allowed on average: the Bayesian false discovery rate.

    Returns
    -------
    numpy.ndarray
        Whether each unit is in the set. One that is not has not been shown to be unchanged.

    Raises
    ------
    ValueError
        When a probability is missing or lies outside 0 to 1, or the rate does.

    References
    ----------
    Newton MA, Noueiry A, Sarkar D, Ahlquist P (2004) Detecting differential gene expression with a
    semiparametric hierarchical mixture method. Biostatistics 5:155. doi:10.1093/biostatistics/5.2.155

    Examples
    --------
    >>> largest_set(np.array([0.99, 0.50, 0.97, 0.90, 0.80]))
    array([ True, False,  True,  True, False])
    """
    values = np.asarray(probability, dtype=float)
    if not ((values >= 0) & (values <= 1)).all() or not 0 < rate < 1:
        raise ValueError("probabilities lie between 0 and 1, none missing, and so does the rate")
    order = np.argsort(-values, kind="stable")
    expected_false = np.cumsum(1 - values[order]) / np.arange(1, len(values) + 1)
    found = np.zeros(len(values), dtype=bool)
    found[order[: int((expected_false <= rate + 1e-12).sum())]] = True
    return found
