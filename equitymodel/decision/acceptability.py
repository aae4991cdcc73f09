"""Which option comes first over all weights and all draws: stochastic multicriteria acceptability analysis."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.decision.weight_space import CRITERION, WEIGHTING, centroid
from equitymodel.errors import OptionError
from equitymodel.vocabulary import SAMPLE_DIMS

OPTION = "option"
OTHER = "other_option"
RANK = "rank"
FIRST_IN = 0.5
"""The share of draws and weights in which an option has to come first to be told from the others."""
ERRORS = 1.96
"""Standard errors within which two shares are as close as chance makes them."""
ITERATION = "iteration"
SAME = "worst and best are the same for {names}, where all options do the same: "
IN_SOME = "it cannot tell them apart. Leave it out, or give it a worst and a best that weights are about"
IN_ALL = (
    "they are the same by every criterion, so that nothing separates them. Give options that differ, or another "
    "criterion; with a worst and a best of each criterion, they are shown as not separated"
)


@on_same_labels
def partial_values(criteria: xr.DataArray, worst: xr.DataArray, best: xr.DataArray) -> xr.DataArray:
    """Put criteria on one scale: 0 = the worst that is considered, 1 = the best, in a straight line between.

    Parameters
    ----------
    criteria
        What each option does, in units of each criterion; dims ``criterion, option`` and perhaps ``chain, draw``.
    worst, best
        Dim ``criterion``: what weights are asked about. Where less is better, `worst` is the larger.

    Returns
    -------
    xarray.DataArray
        Values; outside 0 to 1 where a draw is worse or better than both ends.

    Raises
    ------
    OptionError
        When the worst is the best.

    Notes
    -----
    A weight is what going from `worst` to `best` is worth against the same of other criteria: with other ends, the
    same words about weights mean something else.

    Examples
    --------
    >>> cost = xr.DataArray([[24.0, 10.0]], {"criterion": ["cost"]}, ("criterion", "option"))
    >>> ends = [xr.DataArray([value], {"criterion": ["cost"]}, "criterion") for value in (30.0, 0.0)]
    >>> partial_values(cost, *ends).values.round(3).tolist()
    [[0.2, 0.667]]
    """
    same = (worst == best).values
    if same.any():
        names = ", ".join(map(str, worst[CRITERION].values[same]))
        raise OptionError(SAME.format(names=names) + (IN_ALL if same.all() else IN_SOME))
    return (criteria - worst) / (best - worst)


@refuses_other_types
@on_same_labels
def acceptability(values: xr.DataArray, weights: xr.DataArray, *, iterations: int = 10_000) -> xr.Dataset:
    r"""Rank options over weights and draws together.

    .. math:: b_i^r = P(\mathrm{rank}_i = r), \quad w_i^c = E(w \mid i \text{ first}),
              \quad p_i^c = P(i \text{ first} \mid w = w_i^c)

    Parameters
    ----------
    values
        From `partial_values`: more is better; dims ``option, criterion`` and perhaps ``chain, draw``.
    weights
        Dims ``weighting, criterion``, from `WeightSpace.sample`.
    iterations
        Pairs of a draw and weights.

    Returns
    -------
    xarray.Dataset
        ``acceptability`` (option, rank), ``central_weight`` (option, criterion; missing for one that never comes
        first), ``confidence`` (option), ``beats`` (option, other_option: the share in which one ranks above the
        other), ``holistic`` (ranks weighed by their centroid), ``entropy`` (bits) and ``draws``: how many weights and
        draws the shares rest on. Options that tie share the ranks.

    Raises
    ------
    OptionError
        When there are fewer than two options, or no iterations.

    References
    ----------
    Lahdelma R, Salminen P (2001) SMAA-2: stochastic multicriteria acceptability analysis for group decision making.
    Operations Research 49:444. 10.1287/opre.49.3.444.11220

    Examples
    --------
    >>> from equitymodel.decision.weight_space import WeightSpace
    >>> names = {"option": ["a", "b"], "criterion": ["gap", "cost"]}
    >>> values = xr.DataArray([[1.0, 0.0], [0.0, 1.0]], names)
    >>> weights = WeightSpace(("gap", "cost")).sample(10_000, seed=1)
    >>> acceptability(values, weights)["central_weight"].sel(option="a").round(2).values.tolist()
    [0.75, 0.25]
    """
    if values.sizes[OPTION] < 2 or iterations < 1:
        raise OptionError("ranking takes two options or more, and one iteration or more")
    draws = _draws(values)
    pairs = (draws.isel({ITERATION: np.arange(iterations) % draws.sizes[ITERATION]}),
             weights.isel({WEIGHTING: np.arange(iterations) % weights.sizes[WEIGHTING]}))  # fmt: skip
    drawn = pairs[1].rename({WEIGHTING: ITERATION})
    worth = (pairs[0] * drawn).sum(CRITERION)
    above, tied = _compared(worth)
    ranks = _shares_of_ranks(above, tied)
    central = (ranks.isel({RANK: 0}) * drawn).sum(ITERATION) / _positive(ranks.isel({RANK: 0}).sum(ITERATION))
    share = ranks.mean(ITERATION)
    return xr.Dataset({
        "acceptability": share, "central_weight": central, "confidence": _confidence(draws, central),
        "beats": _beats(worth), "entropy": _entropy(share.isel({RANK: 0}, drop=True)),
        "holistic": (share * xr.DataArray(centroid(share.sizes[RANK]), dims=RANK)).sum(RANK),
        "draws": xr.DataArray(draws.sizes[ITERATION] if draws.sizes[ITERATION] > 1 else iterations),
    })  # fmt: skip


def _draws(values: xr.DataArray) -> xr.DataArray:
    """Lay draws in one line; without any, there is one."""
    if not set(SAMPLE_DIMS) <= set(values.dims):
        return values.expand_dims(ITERATION)
    laid = values.transpose(*SAMPLE_DIMS, OPTION, CRITERION)
    names = {name: values[name].values for name in (OPTION, CRITERION) if name in values.coords}
    return xr.DataArray(laid.values.reshape(-1, *laid.shape[2:]), names, (ITERATION, OPTION, CRITERION))


def _compared(worth: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Count for each option those above it, and those that tie with it, itself among them."""
    other = worth.rename({OPTION: OTHER})
    return (other > worth).sum(OTHER), (other == worth).sum(OTHER)


def _shares_of_ranks(above: xr.DataArray, tied: xr.DataArray) -> xr.DataArray:
    ranks = xr.DataArray(np.arange(1, above.sizes[OPTION] + 1), dims=RANK)
    ranks = ranks.assign_coords({RANK: ranks})
    return xr.where((ranks > above) & (ranks <= above + tied), 1 / tied, 0.0)


def _beats(worth: xr.DataArray) -> xr.DataArray:
    other = worth.rename({OPTION: OTHER})
    return ((worth > other) + 0.5 * (worth == other)).mean(ITERATION)


def _confidence(draws: xr.DataArray, central: xr.DataArray) -> xr.DataArray:
    """Give the share of draws in which an option comes first at its own central weights."""
    worth = (draws * central.rename({OPTION: OTHER})).sum(CRITERION).transpose(ITERATION, OTHER, OPTION).values
    own = worth.diagonal(axis1=1, axis2=2)[..., None]
    tied = (worth == own).sum(axis=2)
    first = np.where((worth > own).any(axis=2), 0.0, 1 / np.maximum(tied, 1)).mean(axis=0)
    return central.isel({CRITERION: 0}, drop=True).copy(data=first).where(central.notnull().all(CRITERION))


def _entropy(first: xr.DataArray) -> xr.DataArray:
    return -(first * np.log2(first.where(first > 0, 1.0))).sum(OPTION)


def _positive(sums: xr.DataArray) -> xr.DataArray:
    return sums.where(sums > 0)


def why_not_separated(found: xr.Dataset) -> str:
    """Say why the evidence does not separate the options; nothing where it does.

    Parameters
    ----------
    found
        From `acceptability`.

    Returns
    -------
    str
        A sentence, or nothing.

    Examples
    --------
    >>> names = {"option": ["a", "b"]}
    >>> share = xr.DataArray([[0.5, 0.5], [0.5, 0.5]], {**names, "rank": [1, 2]})
    >>> why_not_separated(xr.Dataset({"acceptability": share, "draws": 4000}))
    'The evidence does not separate these options: the first two, a and b, are as close as chance makes them.'
    """
    first = found["acceptability"].isel({RANK: 0}, drop=True)
    order = np.argsort(-first.values, kind="stable")
    one, two = (float(first[place]) for place in order[:2])
    error = np.sqrt(max(one + two - (one - two) ** 2, 0.0) / float(found["draws"]))
    opening = "The evidence does not separate these options"
    names = [str(first[OPTION].values[place]) for place in order[:2]]
    if one - two <= ERRORS * error:
        return f"{opening}: the first two, {names[0]} and {names[1]}, are as close as chance makes them."
    if one < FIRST_IN:
        return f"{opening}: none comes first in half of draws and weights ({names[0]} in {one:.0%})."
    return ""


@on_same_labels
def dominance(values: xr.DataArray) -> xr.DataArray:
    """Give the share of draws in which one option is at least as good as another by all criteria, and better by one.

    Parameters
    ----------
    values
        As for `acceptability`.

    Returns
    -------
    xarray.DataArray
        Dims ``option, other_option``; 1 = whatever the weights, in every draw.

    Examples
    --------
    >>> values = xr.DataArray([[1.0, 0.5], [0.0, 0.5]], {"option": ["a", "b"], "criterion": ["gap", "cost"]})
    >>> dominance(values).values.tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    draws = _draws(values)
    other = draws.rename({OPTION: OTHER})
    return ((draws >= other).all(CRITERION) & (draws > other).any(CRITERION)).mean(ITERATION)


def ends_of(criteria: xr.DataArray, better: Mapping[str, str]) -> tuple[xr.DataArray, xr.DataArray]:
    """Give the worst and the best of each criterion that any option has within its 95 % interval.

    Parameters
    ----------
    criteria
        As for `partial_values`.
    better
        ``more`` or ``less``, by criterion.

    Returns
    -------
    tuple of xarray.DataArray
        The worst and the best.

    Examples
    --------
    >>> cost = xr.DataArray([[30.0, 10.0]], {"criterion": ["cost"]}, ("criterion", "option"))
    >>> [end.item() for end in ends_of(cost, {"cost": "less"})]
    [30.0, 10.0]
    """
    inner = criteria.quantile([0.025, 0.975], SAMPLE_DIMS) if set(SAMPLE_DIMS) <= set(criteria.dims) else criteria
    rest = [dim for dim in inner.dims if dim != CRITERION]
    low, high = inner.min(rest), inner.max(rest)
    more = xr.DataArray([better[str(name)] == "more" for name in criteria[CRITERION].values], dims=CRITERION)
    return xr.where(more, low, high), xr.where(more, high, low)
