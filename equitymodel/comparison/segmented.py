"""Comparison methods for an interrupted series: what is in common use, to compare the main model with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import xarray as xr

from equitymodel.comparison.segmented_data import SegmentedData, against_controls, beside_controls, segmented_data
from equitymodel.comparison.segmented_fits import (
    DIFFERENCE_FITS,
    INTERACTION_FITS,
    SEGMENTED_FITS,
    SegmentedFit,
    try_fit,
)
from equitymodel.comparison.segmented_ratios import segmented_ratios
from equitymodel.errors import OptionError
from equitymodel.spec.arms import CONTROLS, add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import ICS

COLUMNS = ("model", "label", "quantity", "estimate", "lower", "upper", "p", "rho", "note")
LABELS = {
    "poisson": "segmented Poisson (naive: Poisson noise only, no autocorrelation)",
    "quasi_poisson": "segmented quasi-Poisson (naive: no autocorrelation)",
    "negative_binomial": "segmented negative binomial (naive: no autocorrelation)",
    "newey_west": "least squares on the log rate, Newey-West errors",
    "prais_winsten": "Prais-Winsten on the log rate",
    "reml_ar1": "AR(1) on the log rate by restricted likelihood, Satterthwaite",
}
"""The comparison methods, and how far each can be trusted, in words."""
CONTROLLED_LABELS = {
    "difference_newey_west": "log rate of the exposed less that of controls, least squares, Newey-West errors",
    "difference_reml_ar1": "log rate of the exposed less that of controls, AR(1) by restricted likelihood",
    "interaction_quasi_poisson": "exposed beside controls with interactions, quasi-Poisson (naive: no autocorrelation)",
    "interaction_newey_west": "exposed beside controls with interactions, Poisson, Newey-West errors",
}
"""The comparison methods that use controls."""


def segmented_models(
    series: xr.Dataset,
    plan: Interruption,
    *,
    harmonics: int = 2,
    slope: bool = True,
    confidence: float = 0.95,
    judged: bool = False,
) -> pd.DataFrame:
    r"""Fit one series by the methods in common use, for comparison with the main model.

    .. math:: \log \mu_t = \log E_t + \log w_t + \alpha + \tau t
              + \sum_{k \le K} (a_k \sin 2\pi k t + b_k \cos 2\pi k t) + \delta h_t + \zeta z_t

    Parameters
    ----------
    series
        From `read_series`; added up over ICSs, deprivation groups and procedures. Select a cell first
        for that cell's own.
    plan
        The intervention; :math:`h_t` and :math:`z_t` are its level and slope. Where it names the exposed, they
        are added up and fitted alone, and then with the controls added up.
    harmonics
        K, how many waves a year's season has; those a year has too few periods for are left out.
    slope
        Whether the trend may change as well as the level.
    confidence
        Level of the intervals.
    judged
        Whether ``average`` is over the months that a verdict rests on, as is what stands beside it in an evaluation;
        if not, over all months after the start. See `Interruption.shape`.

    Returns
    -------
    pandas.DataFrame
        Two rows a model: ``model, label, quantity, estimate, lower, upper, p, rho, note``. The
        quantity is a rate ratio: ``level``, the change at the start, or ``average``, fitted over
        counterfactual admissions after it. 1 is no change. ``rho`` is the correlation of errors one
        period apart, estimated by the model or left in its residuals. A method without an estimate has no
        numbers, and a note that begins with ``not estimable`` and says why. With controls there are four methods
        more (`CONTROLLED_LABELS`), whose ratios are those of the exposed beyond those of the controls.

    Raises
    ------
    SpecError
        When the intervention does not fit the series.
    OptionError
        When too few periods are left for the terms, there is more than one start, or an option is out of range.

    Notes
    -----
    Masked periods, the wash-out and periods without a known count are left out, and stay gaps: errors on
    either side of a year that is masked are a year apart. (Row-wise methods would call them neighbours.)
    Suppressed counts stand at the middle of what they may be; only the main model uses them properly.
    Not estimable are: a side without a single admission, a ratio beyond a million times, a log ratio with a standard
    error above 5, a search that does not converge, equations without a single solution, and Newey-West errors where
    the change fits the periods after exactly (a single month), so that residuals there are 0.
    With controls, the difference has the log rate of controls as its offset, and the model with interactions has
    every term twice: for all, and by how much the exposed differ (Lopez Bernal et al. 2018). In least squares the
    two are one. Newey-West errors of the second add scores of a period up over exposed and controls first, so that
    what they share is allowed for.
    At autocorrelation 0 to 0.6, intervals of 95 % miss a true 1 in 8 to 76 % of series (Poisson), up to
    33 % (quasi-Poisson), 9 to 31 % (Newey-West), 7 to 25 % (Prais-Winsten), 4 to 8 % (AR(1)).

    References
    ----------
    Lopez Bernal J, Cummins S, Gasparrini A (2017) Interrupted time series regression for the evaluation
    of public health interventions. Int J Epidemiol 46:348. doi:10.1093/ije/dyw098

    Lopez Bernal J, Cummins S, Gasparrini A (2018) The use of controls in interrupted time series studies of
    public health interventions. Int J Epidemiol 47:2082. doi:10.1093/ije/dyy135

    Examples
    --------
    >>> from equitymodel.simulate import Change, simulate_series
    >>> series, truth = simulate_series(change=Change(0.2), seed=1)
    >>> table = segmented_models(series, truth.plan, slope=False)
    >>> bool(table.query("quantity == 'level'")["estimate"].between(1.1, 1.35).all())
    True
    """
    if not 0 < confidence < 1 or harmonics < 0:
        raise OptionError("a confidence level lies between 0 and 1, and harmonics are 0 or more")
    if plan.starts:
        raise OptionError("segmented models know one start only; choose the cells of one start, and say its date")
    whole, own = add_up_arms(series, plan)
    exposed, *others = (segmented_data(arm, own.for_all(), harmonics=harmonics, slope=slope, judged=judged)
                        for arm in _apart(whole))  # fmt: skip
    rows = _rows(exposed, SEGMENTED_FITS, confidence)
    if others:
        rows += _rows(against_controls(exposed, others[0]), DIFFERENCE_FITS, confidence)
        rows += _rows(beside_controls(exposed, others[0]), INTERACTION_FITS, confidence)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _apart(whole: xr.Dataset) -> list[xr.Dataset]:
    """Give the exposed, and the controls where there are any, as a series each."""
    if ICS not in whole.dims or CONTROLS not in whole[ICS].values:
        return [whole]
    return [whole.isel({ICS: [at]}) for at in (0, 1)]


def _rows(
    data: SegmentedData, fits: Mapping[str, Callable[[SegmentedData], SegmentedFit]], confidence: float
) -> list[dict[str, object]]:
    """Fit each method, and give its ratios or why there are none."""
    labels = LABELS | CONTROLLED_LABELS
    return [
        {"model": name, "label": labels[name], **row}
        for name, fit in fits.items()
        for row in segmented_ratios(try_fit(fit, data), data, confidence)
    ]
