"""Many units looked at together: in which is a change found, so that the false discovery rate is kept."""

from __future__ import annotations

import numpy as np

from equitymodel.errors import OptionError

FALSE_DISCOVERY_RATE = 0.05


def found_at_false_discovery_rate(probability: np.ndarray, *, rate: float = FALSE_DISCOVERY_RATE) -> np.ndarray:
    r"""Find the units with a change, as many as the false discovery rate allows.

    .. math:: \max |D| \quad \text{such that} \quad \frac{1}{|D|} \sum_{i \in D} (1 - P_i) \le 0.05

    Parameters
    ----------
    probability
        Posterior probability of each unit's claim.
    rate
        The Bayesian false discovery rate: the share of false claims among those found, on average.

    Returns
    -------
    numpy.ndarray
        Whether each unit is in the set. One that is not has not been shown to be unchanged.

    Raises
    ------
    OptionError
        When a probability is missing or lies outside 0 to 1, or the rate does.

    References
    ----------
    Newton MA, Noueiry A, Sarkar D, Ahlquist P (2004) Detecting differential gene expression with a
    semiparametric hierarchical mixture method. Biostatistics 5:155. doi:10.1093/biostatistics/5.2.155

    Examples
    --------
    >>> found_at_false_discovery_rate(np.array([0.99, 0.50, 0.97, 0.90, 0.80]))
    array([ True, False,  True,  True, False])
    """
    values = np.asarray(probability, dtype=float)
    if not ((values >= 0) & (values <= 1)).all() or not 0 < rate < 1:
        raise OptionError("probabilities lie between 0 and 1, none missing, and so does the rate")
    order = np.argsort(-values, kind="stable")
    expected_false = np.cumsum(1 - values[order]) / np.arange(1, len(values) + 1)
    found = np.zeros(len(values), dtype=bool)
    found[order[: int((expected_false <= rate + 1e-12).sum())]] = True
    return found
