"""What a series could find, before anything is found: the minimum detectable effect, by formula."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr
from scipy.linalg import solve_triangular
from scipy.stats import norm

from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.series.timeline import period_days
from equitymodel.errors import OptionError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.spec.series_model import SeriesModel
from equitymodel.spec.terms import bending_trend, months_since_breaks, recovery_after, segmented_terms
from equitymodel.vocabulary import PERIOD

POWER = 0.8
ONE_LOOK = 0.975
TINY = 1e-6
UNPLANNED = ("bend", "reentry", "recovery", "working_days")
"""Terms that the formula of a plain segmented regression does not have."""
ANY_DAY = pd.Timestamp("2001-01-01")


@dataclass(frozen=True)
class AutocorrelatedNoise:
    """Autocorrelated noise from month to month, on the log scale.

    Attributes
    ----------
    rho
        Correlation from one month (or period) to the next.
    sd
        Standard deviation.
    shared
        The part of the variance that two groups share, 0 to 1; it cancels in their gap.

    Raises
    ------
    OptionError
        When a number lies outside its range.

    Examples
    --------
    >>> round(AutocorrelatedNoise(sd=0.1, shared=0.75).sd_of_one_group, 3)
    0.05
    """

    rho: float = 0.3
    sd: float = 0.05
    shared: float = 0.0

    def __post_init__(self) -> None:
        """Refuse numbers outside their ranges."""
        if not (-1 < self.rho < 1 and self.sd >= 0 and 0 <= self.shared <= 1):
            raise OptionError("rho lies between -1 and 1, sd is 0 or more, and shared between 0 and 1")

    @property
    def sd_of_one_group(self) -> float:
        """The standard deviation of what a group does not share with another."""
        return float(self.sd * np.sqrt(1 - self.shared))


@dataclass(frozen=True)
class StudyDesign:
    """A monthly series with a step, and what may change at it.

    Attributes
    ----------
    before, after
        Months before and after the start.
    slope
        Whether the trend may change as well as the level.
    harmonics
        Harmonics of the season.

    Raises
    ------
    OptionError
        When there is no month before or after the start.

    Examples
    --------
    >>> StudyDesign(before=36, after=12).terms().names[:2]
    ('level', 'slope')
    """

    before: int
    after: int
    slope: bool = True
    harmonics: int = 2

    def __post_init__(self) -> None:
        """Refuse a series without a before or an after."""
        if self.before < 1 or self.after < 1:
            raise OptionError("a series needs a month or more before and after the start")

    def terms(self) -> PlannedTerms:
        """Lay out the terms of its segmented regression.

        Raises
        ------
        SpecError
            When there can be no such number of harmonics.
        """
        last = ANY_DAY + pd.DateOffset(months=self.before + self.after - 1)
        months = FREQUENCIES["monthly"].between(ANY_DAY, last)
        calendar = xr.Dataset(
            {"masked": (PERIOD, np.zeros(len(months), dtype=bool))},
            coords={PERIOD: months, "elapsed": (PERIOD, np.arange(len(months)))},
        )
        monthly = SeriesFacts(FREQUENCIES["monthly"]).keep_with(calendar)
        start = Interruption(f"{months[self.before]:%Y-%m}")
        left_out = [*UNPLANNED, *(() if self.slope else ("slope",))]
        model = load_series_model().with_harmonics(self.harmonics).leaving_out(*left_out)
        terms = plan_terms(monthly, start, model)
        return replace(terms, judged=terms.months > 0)


@dataclass(frozen=True)
class PlannedTerms:
    """The terms of a planned series, over its periods outside the wash-out and the breaks.

    Attributes
    ----------
    names, columns
        Terms, one column each; shape (period, term).
    elapsed
        When each period is, in periods.
    months
        How many months after the start each period ends; below 1 before it.
    judged
        Whether the verdict rests on it.
    allowed_for
        Columns with random coefficients of standard deviation 1: what the model allows for beside these terms, as
        trends that bend and recovery from a break; shape (period, column), perhaps without any.
    """

    names: tuple[str, ...]
    columns: np.ndarray
    elapsed: np.ndarray
    months: np.ndarray
    judged: np.ndarray
    allowed_for: np.ndarray

    def standard_error(self, months: float, *, admissions: float, noise: AutocorrelatedNoise) -> float:
        r"""Give the standard error of the average log rate ratio by generalised least squares.

        .. math:: \mathrm{SE} = \sqrt{c' (X' V^{-1} X)^{-1} c}, \qquad V = \sigma^2 R(\rho) + I / \mu + Z Z'

        Parameters
        ----------
        months
            How many months after the start are there.
        admissions
            Admissions a period: :math:`\mu`.
        noise
            Noise that lasts: :math:`\sigma` and :math:`\rho`.

        Returns
        -------
        float
            On the log scale; infinite where the terms are not identified.
        """
        used = self.months <= months + TINY
        varying = (np.ptp(self.columns[used], axis=0) > TINY) | (np.array(self.names) == "constant")
        columns, counted = self.columns[used][:, varying], self.judged[used]
        if not counted.any() or np.linalg.matrix_rank(columns) < columns.shape[1]:
            return float("inf")
        effect = np.isin(np.array(self.names)[varying], ("level", "slope"))
        contrast = np.where(effect, columns[counted].mean(axis=0), 0.0)
        apart = np.abs(np.subtract.outer(self.elapsed[used], self.elapsed[used])).round()
        variance = noise.sd**2 * noise.rho**apart + np.eye(len(apart)) / admissions
        variance += self.allowed_for[used] @ self.allowed_for[used].T
        whitened = solve_triangular(np.linalg.cholesky(variance), columns, lower=True)
        return float(np.sqrt(contrast @ np.linalg.solve(whitened.T @ whitened, contrast)))


def plan_terms(series: xr.Dataset, plan: Interruption, model: SeriesModel) -> PlannedTerms:
    """Lay out the terms of a series as it will be.

    Parameters
    ----------
    series
        Over ``period``, as long as is needed; only its calendar and its mask are used.
    plan, model
        The interruption and the model.

    Returns
    -------
    PlannedTerms
        Without the wash-out and masked periods.

    Raises
    ------
    SpecError
        When the interruption does not fit the calendar.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=57), seed=1)
    >>> plan_terms(series, truth.plan, load_series_model().with_harmonics(0)).months[-4:]
    array([0., 1., 2., 3.])
    """
    design = plan.design(series)
    slope = model.has("slope") and plan.may_slope
    terms = segmented_terms(series, design, harmonics=model.harmonics, slope=slope)
    if not model.has("trend"):
        del terms["trend"]
    ends = SeriesFacts.of(series).frequency.ends(pd.DatetimeIndex(series[PERIOD]))
    months = FREQUENCIES["monthly"].elapsed(ends, since=pd.Timestamp(plan.start))
    used = ~series["masked"].values & ~design["washout"].values
    columns = np.column_stack(list(terms.values()))
    return PlannedTerms(tuple(terms), columns[used], series["elapsed"].values[used], months[used],
                        design["judged"].values[used], _allowed_for(series, model)[used])  # fmt: skip


def _allowed_for(series: xr.Dataset, model: SeriesModel) -> np.ndarray:
    """Give what a model allows for in one series beside trend, season and effect, each column times its prior sd."""
    years = series["elapsed"].values / SeriesFacts.of(series).frequency.per_year
    days = np.log(period_days(series).values) if model.has("working_days") else np.zeros_like(years)
    after = months_since_breaks(series)
    columns = {
        "bend": [bending_trend(years)],
        "reentry": [(months >= 0)[:, None].astype(float) for months in after],
        "recovery": [recovery_after(months) for months in after],
        "working_days": [(days - days.mean())[:, None]],
    }
    found = [model.sd(term) * part for term, parts in columns.items() if model.has(term) for part in parts]
    return np.concatenate([np.zeros((len(years), 0)), *found], axis=1)


def detectable(standard_error: float, *, threshold: float = ONE_LOOK, power: float = POWER) -> float:
    """Turn a standard error of a log ratio into the change that is found with some power, as a share.

    Examples
    --------
    >>> round(detectable(0.05), 3)
    0.15
    """
    return float(np.expm1((norm.ppf(threshold) + norm.ppf(power)) * standard_error))


def power_to_find(change: float, standard_error: float, *, threshold: float = ONE_LOOK) -> float:
    """Give the probability that a change of some size, as a share, is found.

    Examples
    --------
    >>> round(power_to_find(0.15, 0.05), 2)
    0.8
    """
    return float(norm.cdf(np.log1p(change) / standard_error - norm.ppf(threshold)))


def minimum_detectable_effect(
    design: StudyDesign,
    *,
    admissions: float,
    noise: AutocorrelatedNoise | None = None,
    gap: bool = False,
    threshold: float = ONE_LOOK,
    power: float = POWER,
) -> float:
    r"""Give the smallest change that a monthly series would find with some power, by formula.

    .. math:: \mathrm{MDE} = \exp\{(z_c + z_{0.8})\,\mathrm{SE}\} - 1 = \exp(2.80\,\mathrm{SE}) - 1, \qquad
              \mathrm{SE} = \sqrt{c' (X' V^{-1} X)^{-1} c}

    Parameters
    ----------
    design
        Months before and after the start of a step, and what may change.
    admissions
        Admissions a month; for a gap, those of each of two groups.
    noise
        Noise that lasts; correlation 0.3 and standard deviation 0.05 if not given.
    gap
        Whether the change is that of the ratio of two groups, not of admissions.
    threshold
        Tail probability that counts as change; that of the plan, if there are interim looks.
    power
        The share of cases in which the change is to be found.

    Returns
    -------
    float
        A share: 0.19 is a change of 19 %. Infinite where the terms are not identified.

    Raises
    ------
    OptionError
        When a number lies outside its range.
    SpecError
        When there can be no such number of harmonics.

    Notes
    -----
    :math:`c` gives the log rate ratio on average over the months after, so that with a change of slope
    more months after do not always help: the trend before has to be carried further. Priors are not
    used, so that the model itself finds a little more where data are few.

    References
    ----------
    Zhang F, Wagner AK, Ross-Degnan D (2011) Simulation-based power calculation for designing
    interrupted time series analyses of health policy interventions. J Clin Epidemiol 64:1252.

    Examples
    --------
    >>> round(minimum_detectable_effect(StudyDesign(before=36, after=12), admissions=100), 2)
    0.19
    >>> half = AutocorrelatedNoise(shared=0.5)
    >>> round(minimum_detectable_effect(StudyDesign(60, 24), admissions=1000, noise=half, gap=True), 3)
    0.093
    """
    if admissions <= 0:
        raise OptionError(f"admissions a month are above 0, not {admissions:g}")
    if not (0 < threshold < 1 and 0 < power < 1):
        raise OptionError("threshold and power lie between 0 and 1")
    noise = noise or AutocorrelatedNoise()
    own = replace(noise, sd=noise.sd_of_one_group) if gap else noise
    error = design.terms().standard_error(design.after, admissions=admissions, noise=own)
    return detectable(error * np.sqrt(2) if gap else error, threshold=threshold, power=power)
