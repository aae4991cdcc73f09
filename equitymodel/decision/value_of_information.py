"""What it is worth to know more before choosing: perfect information, information on one unknown, and a pilot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.decision.acceptability import OPTION
from equitymodel.errors import OptionError
from equitymodel.estimands.power import AutocorrelatedNoise, PlannedTerms, StudyDesign
from equitymodel.vocabulary import SAMPLE_DIMS

KNOTS = 5
"""Inner knots of a cubic spline of one unknown."""
KNOTS_OF_TWO = 3
"""Inner knots of each of two unknowns: all products of their splines are used."""
FEWEST = 20
"""Draws for each number that a regression learns, at the least."""
FEWEST_FOR_ONE = FEWEST * 3
"""Draws that one unknown takes: with fewer than its `KNOTS` take, it has fewer knots."""
ROUNDING = 1e-12
"""Of its size, the spread of draws that are all the same number, as far as numbers are told apart."""


@on_same_labels
def perfect_information(net_benefit: xr.DataArray) -> float:
    r"""Give the expected value of knowing everything before choosing.

    .. math:: E \max_d \mathrm{NB}_d - \max_d E\,\mathrm{NB}_d

    Parameters
    ----------
    net_benefit
        Dims ``chain, draw, option``, in any one unit: admissions for the most deprived, money, years of life.

    Returns
    -------
    float
        In that unit, 0 or more; 0 = one option is best in every draw.

    Raises
    ------
    OptionError
        When there are fewer than two options, or a number is missing.

    References
    ----------
    Claxton K (1999) The irrelevance of inference. Journal of Health Economics 18:341. 10.1016/S0167-6296(98)00039-3

    Examples
    --------
    >>> values = xr.DataArray([[[10.0, 12], [11, 9], [13, 14]]], dims=("chain", "draw", "option"))
    >>> round(perfect_information(values), 6)
    0.666667
    """
    values = _laid_out(net_benefit)
    return float(values.max(axis=1).mean() - values.mean(axis=0).max())


CHANGES = ("changes_at", "changes_beyond", "changes_to")
"""Of an unknown: from which value on, on which side of it, and to which option the choice changes."""


@refuses_other_types
def information_on(
    net_benefit: xr.DataArray, unknowns: Mapping[str, xr.DataArray], *, shrunk: Mapping[str, float] | None = None
) -> float:
    r"""Give the expected value of knowing one or several unknowns, wholly or in part, by regression on the draws.

    .. math:: E \max_d E(\mathrm{NB}_d \mid \varphi) - \max_d E\,\mathrm{NB}_d

    Parameters
    ----------
    net_benefit
        As for `perfect_information`.
    unknowns
        Draws by name; dims ``chain, draw``.
    shrunk
        By name, the standard deviation of what will be thought of an unknown once it has been studied, over its own:
        from `pre_posterior_share`. An unknown that is not named is then not studied.

    Returns
    -------
    float
        In the unit of `net_benefit`; never above `perfect_information`.

    Raises
    ------
    OptionError
        When draws do not match, or are too few for so many unknowns.

    Notes
    -----
    A cubic spline of one unknown, products of splines of two, and a quadratic surface of more. A study of an unknown
    is worked out by drawing its values towards their mean, which is exact where it is normal and its data are too.

    References
    ----------
    Strong M, Oakley JE, Brennan A (2014) Estimating multiparameter partial expected value of perfect information.
    Medical Decision Making 34:311. 10.1177/0272989X13505910

    Jalal H, Alarid-Escudero F (2018) A Gaussian approximation approach for value of information analysis. Medical
    Decision Making 38:174. 10.1177/0272989X17715627

    Examples
    --------
    >>> effect = xr.DataArray(np.linspace(-1, 1, 2000)[None], dims=("chain", "draw"))
    >>> values = xr.concat([0 * effect, effect], "option")
    >>> round(information_on(values, {"effect": effect}), 3)
    0.25
    """
    values = _laid_out(net_benefit)
    if not unknowns:
        raise OptionError("name one unknown or more")
    known = np.column_stack([_in_line(draws, net_benefit, name) for name, draws in unknowns.items()])
    share = np.array([1.0 if shrunk is None else shrunk.get(name, 0.0) for name in unknowns])
    expected = _expected_given(known, values, share)
    worth = expected.max(axis=1).mean() - expected.mean(axis=0).max()
    return float(np.clip(worth, 0.0, perfect_information(net_benefit)))


def pre_posterior_share(sd: float, error: float) -> float:
    r"""Give the standard deviation of what a study will make one think, over that of what one thinks now.

    .. math:: \sqrt{\sigma^2 / (\sigma^2 + s^2)}

    Parameters
    ----------
    sd
        Of what is thought now, :math:`\sigma`, above 0.
    error
        Standard error of the study, :math:`s`; ``inf`` for one that says nothing.

    Returns
    -------
    float
        From 0 (nothing is learned) to 1 (all is).

    Raises
    ------
    OptionError
        When one is below 0.

    Examples
    --------
    >>> round(pre_posterior_share(2.0, 2.0), 4)
    0.7071
    """
    if not (sd > 0 and error >= 0):
        raise OptionError("a study needs something unknown (sd above 0), and a standard error of 0 or more")
    return float(1 / np.hypot(1, error / sd))


@refuses_other_types
def pilot_errors(
    months: Sequence[int], *, before: int, admissions: float, noise: AutocorrelatedNoise | None = None,
    gap: bool = True, judged_on: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Give the standard error of a pilot's effect, evaluated by our own interrupted series, by months of data after.

    Parameters
    ----------
    months
        Months after the start.
    before
        Months before it.
    admissions
        A month; for a gap, of each group.
    noise
        Noise that lasts, as in `minimum_detectable_effect`.
    gap
        Whether the effect is on the gap between two groups (log ratio), or on one series.
    judged_on
        The effect is the average of so many first months, as the verdict of an evaluation is on 12, however many
        there are; of all of them where nothing is said.

    Returns
    -------
    pandas.DataFrame
        ``months, standard_error`` (log ratio); infinite where nothing can be told yet.

    Raises
    ------
    OptionError
        As for `minimum_detectable_effect`.

    Examples
    --------
    >>> pilot_errors([12, 24], before=36, admissions=300)["standard_error"].round(3).tolist()
    [0.064, 0.069]
    >>> pilot_errors([12, 24], before=36, admissions=300, judged_on=12)["standard_error"].round(3).tolist()
    [0.064, 0.064]
    """
    if not admissions > 0:
        raise OptionError(f"admissions a month are above 0, not {admissions:g}")
    noise = noise or AutocorrelatedNoise()
    own = AutocorrelatedNoise(noise.rho, noise.sd_of_one_group) if gap else noise
    errors = [_judged_on(StudyDesign(before, after).terms(), judged_on).standard_error(
              after, admissions=admissions, noise=own) for after in months]  # fmt: skip
    return pd.DataFrame({"months": list(months), "standard_error": np.array(errors) * (np.sqrt(2) if gap else 1.0)})


def _judged_on(terms: PlannedTerms, months: int | None) -> PlannedTerms:
    """Let the verdict rest on the first months alone."""
    return terms if months is None else replace(terms, judged=terms.judged & (terms.months < months + 1))


@refuses_other_types
def value_of_pilot(
    net_benefit: xr.DataArray, effect: xr.DataArray, errors: pd.DataFrame, *, times: float = 1.0,
    cost_per_month: float = 0.0, fixed_cost: float = 0.0,
) -> pd.DataFrame:  # fmt: skip
    """Give what a pilot of one option is worth, by how many months are waited before the choice.

    Parameters
    ----------
    net_benefit
        As for `perfect_information`.
    effect
        Draws of the effect that the pilot would measure, in the unit of the standard errors; dims ``chain, draw``.
    errors
        Columns ``months, standard_error``: from `pilot_errors`, or from the plan of an evaluation (`TimeToKnow`).
    times
        How often the choice is made: places or years to which what is learned applies.
    cost_per_month, fixed_cost
        Of the pilot, in the unit of `net_benefit`.

    Returns
    -------
    pandas.DataFrame
        ``months, standard_error, expected_sd`` (of what will be thought of the effect), ``value`` (of one choice) and
        ``net_value`` (`times` as much, less the cost).

    Raises
    ------
    OptionError
        When draws do not match.

    Notes
    -----
    Where the effect is the same in every draw it is known, and a pilot of it is worth 0, less what it costs.

    With a change of slope in the model, more months need not tell more where the effect is judged on all of them: the
    trend before is carried further.

    Examples
    --------
    >>> effect = xr.DataArray(np.linspace(-1, 1, 2000)[None], dims=("chain", "draw"))
    >>> errors = pd.DataFrame({"months": [12, 24], "standard_error": [1.0, 0.0]})
    >>> value_of_pilot(xr.concat([0 * effect, effect], "option"), effect, errors)["value"].round(3).tolist()
    [0.125, 0.25]
    """
    draws = _in_line(effect, net_benefit, "effect")
    sd = float(draws.std(ddof=1)) if _spreads(draws) else 0.0
    rows = []
    for months, error in zip(errors["months"], errors["standard_error"], strict=True):
        share = pre_posterior_share(sd, float(error)) if sd else 0.0
        worth = information_on(net_benefit, {"effect": effect}, shrunk={"effect": share})
        rows.append((months, error, share * sd, worth, times * worth - fixed_cost - cost_per_month * months))
    return pd.DataFrame(rows, columns=["months", "standard_error", "expected_sd", "value", "net_value"])


@refuses_other_types
def what_would_change_the_choice(net_benefit: xr.DataArray, unknowns: Mapping[str, xr.DataArray]) -> pd.DataFrame:
    """Say of each unknown what it is worth to know, and at which value another option would be chosen.

    Parameters
    ----------
    net_benefit, unknowns
        As for `information_on`.

    Returns
    -------
    pandas.DataFrame
        A row an unknown, the most valuable first: ``unknown, value, chosen_now, changes_at, changes_beyond,
        changes_to``: the option of most worth as things are, the value nearest to the mean at which it is another, on
        which side of it (``above`` or ``below``), and which; without the last three where no value among the draws
        would change the choice.

    Raises
    ------
    OptionError
        As for `information_on`.

    Examples
    --------
    >>> effect = xr.DataArray(np.linspace(-1.01, 2, 3011)[None], dims=("chain", "draw"))
    >>> values = xr.concat([0 * effect, effect], "option").assign_coords(option=["wait", "do"])
    >>> found = what_would_change_the_choice(values, {"effect": effect})
    >>> found[["unknown", "chosen_now", "changes_beyond", "changes_to"]].values.tolist()
    [['effect', 'do', 'below', 'wait']]
    """
    values = _laid_out(net_benefit)
    names = net_benefit[OPTION].values if OPTION in net_benefit.coords else np.arange(values.shape[1])
    rows = []
    for name, draws in unknowns.items():
        known = _in_line(draws, net_benefit, name)
        now, at, to = _switch(known, _expected_given(known[:, None], values, np.ones(1)))
        other = (np.nan, "", "") if to is None else (at, "below" if at < known.mean() else "above", str(names[to]))
        rows.append((name, information_on(net_benefit, {name: draws}), str(names[now]), *other))
    table = pd.DataFrame(rows, columns=["unknown", "value", "chosen_now", *CHANGES])
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def _switch(known: np.ndarray, expected: np.ndarray) -> tuple[int, float, int | None]:
    """Find the value nearest to the mean at which another option is expected to be best."""
    now = int(expected.mean(axis=0).argmax())
    best = expected.argmax(axis=1)
    other = np.flatnonzero(best != now)
    if not other.size:
        return now, np.nan, None
    nearest = other[np.abs(known[other] - known.mean()).argmin()]
    return now, float(known[nearest]), int(best[nearest])


def _expected_given(known: np.ndarray, values: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Expect each option's net benefit given the unknowns, drawn towards their means by a share."""
    spreads = _spreads(known)
    at = np.where(spreads, known - known.mean(axis=0), 0.0) / np.where(spreads, known.std(axis=0), 1.0)
    basis = _basis(at, at)
    if len(values) < FEWEST * basis.shape[1]:
        raise OptionError(
            f"{len(values):,} draws are too few for {known.shape[1]} unknowns together, which take {basis.shape[1]} "
            f"numbers to learn; ask about fewer, or give {FEWEST * basis.shape[1]:,} draws"
        )
    learned, *_ = np.linalg.lstsq(basis, values, rcond=None)
    return np.asarray(_basis(at, at * share) @ learned)


def _spreads(known: np.ndarray) -> np.ndarray:
    """Say which unknowns differ between draws by more than the rounding of numbers: others are known."""
    return np.asarray(known.std(axis=0) > ROUNDING * np.abs(known).max(axis=0))


def _basis(at: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Give the columns of the regression at new values of the unknowns."""
    many = at.shape[1]
    if many <= 2:
        knots = KNOTS_OF_TWO if many == 2 else min(KNOTS, max(len(at) // FEWEST - 2, 1))
        first, *second = (_spline(at[:, k], where[:, k], knots) for k in range(many))
        return (first[:, :, None] * second[0][:, None]).reshape(len(where), -1) if second else first
    squares = [where[:, [k]] * where[:, k:] for k in range(many)]
    return np.hstack([np.ones((len(where), 1)), where, *squares])


def _spline(at: np.ndarray, where: np.ndarray, knots: int) -> np.ndarray:
    """Give a cubic spline that is straight beyond its outer knots, by its truncated powers (natural spline)."""
    place = np.unique(np.quantile(at, np.linspace(0.01, 0.99, knots + 2)))
    if len(place) < 3:
        return np.column_stack([np.ones_like(where), where])
    power = [np.maximum(where - knot, 0) ** 3 for knot in place]
    last = place[-1]
    bent = [(power[k] - power[-1]) / (last - place[k]) for k in range(len(place) - 1)]
    return np.column_stack([np.ones_like(where), where, *[column - bent[-1] for column in bent[:-1]]])


def _laid_out(net_benefit: xr.DataArray) -> np.ndarray:
    """Lay draws out as rows, and options as columns."""
    if OPTION not in net_benefit.dims or net_benefit.sizes[OPTION] < 2:
        raise OptionError("information has a value where there is a choice: give two options or more, dim 'option'")
    values = net_benefit.transpose(*SAMPLE_DIMS, OPTION).values.reshape(-1, net_benefit.sizes[OPTION])
    if not np.isfinite(values).all():
        raise OptionError("net benefit is missing in some draws; leave out the options that have none")
    return np.asarray(values, dtype=float)


def _in_line(draws: xr.DataArray, net_benefit: xr.DataArray, name: str) -> np.ndarray:
    if {dim: draws.sizes.get(dim) for dim in SAMPLE_DIMS} != {dim: net_benefit.sizes[dim] for dim in SAMPLE_DIMS}:
        raise OptionError(f"'{name}' and the net benefit do not have the same draws; give those of one posterior")
    return np.asarray(draws.transpose(*SAMPLE_DIMS).values.ravel(), dtype=float)
