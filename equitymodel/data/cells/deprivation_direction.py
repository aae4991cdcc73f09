"""Which end of deprivation is which: what the published residents of known areas say of the numbers of the groups."""

from __future__ import annotations

from itertools import product

import numpy as np
import xarray as xr

from equitymodel.data.tables.areas import published_residents
from equitymodel.data.tables.crossed_groups import people_by_deprivation
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.keys import Groups
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import DEPRIVATION, ICS

RULES = (
    Rule(
        "D12",
        "warning",
        "where people live speaks against the direction of deprivation",
        "make sure which group is the most deprived; if it is the last one, say so with --most-deprived",
    ),
)
QUINTILES = 5
SPREADS = (0.03, 0.05, 0.08)
"""Standard deviations of the root of a share around that of its published one: other years, registers, ages."""
TILTS = np.linspace(-0.45, 0.45, 13)
TILT_SD = 0.15
"""How far all shares of a table may lean to one end, as people aged 65 and over do: a log ratio from group to group."""
ROOM = np.pi**2 / 12
"""The area of shares on the sphere of their roots in four dimensions: where each is as likely as any other."""
VERY_STRONG, POSITIVE = 150 / 151, 3 / 4
"""Probabilities from which evidence is very strong (odds of 150) and more than a mention (odds of 3)."""


def reversed_probability(shares: np.ndarray, published: np.ndarray) -> float:
    r"""Give the probability that groups are numbered from the other end, where nothing else is known.

    Three accounts of a table are equally likely beforehand: its groups are those published, they are those published
    in reverse, or its shares have nothing to do with either. With :math:`s` the shares of an area and
    :math:`p_q(b) \propto p_q e^{bq}` those published, leaning to one end by as much in all areas,

    .. math:: \sqrt{s} \sim N(\sqrt{p(b)}, \sigma^2),

    averaged over :math:`b` and :math:`\sigma`; under the third account :math:`\sqrt{s}` is anywhere on the sphere.

    Parameters
    ----------
    shares
        Of people by group, in five groups; areas by groups.
    published
        The same, as published.

    Returns
    -------
    float
        Between 0 and 1; about a half, or less, where the areas do not tell.

    References
    ----------
    Kass RE, Raftery AE (1995) Bayes factors. J Am Stat Assoc 90:773. doi:10.1080/01621459.1995.10476572

    Examples
    --------
    >>> one = np.array([[0.5, 0.2, 0.15, 0.1, 0.05]])
    >>> reversed_probability(one, one) < 0.01, reversed_probability(one[:, ::-1], one) > 0.9
    (True, True)
    """
    straight, turned = (_log_likelihood(shares, each) for each in (published, published[:, ::-1]))
    neither = -len(shares) * np.log(ROOM)
    return float(np.exp(turned - np.logaddexp.reduce([straight, turned, neither])))


def _log_likelihood(shares: np.ndarray, published: np.ndarray) -> float:
    """Average the likelihood over how far shares lean and how far they spread."""
    steps = np.arange(QUINTILES) - 2
    weights = -0.5 * (TILTS / TILT_SD) ** 2
    weights = weights - np.logaddexp.reduce(weights) - np.log(len(SPREADS))
    terms = []
    for (tilt, weight), spread in product(zip(TILTS, weights, strict=True), SPREADS):
        leaning = published * np.exp(tilt * steps)
        distance = np.sqrt(shares) - np.sqrt(leaning / leaning.sum(axis=1, keepdims=True))
        terms.append(weight - (distance**2).sum() / (2 * spread**2) - 2 * len(shares) * np.log(2 * np.pi * spread**2))
    return float(np.logaddexp.reduce(terms))


def check_direction(people: xr.DataArray, groups: Groups, log: DataLog) -> None:
    """Hold the shares of residents by group against those published (rules D01 and D12).

    Parameters
    ----------
    people
        Over ``ics`` and ``deprivation``, numbered from 1, and any others, which are added up.
    groups
        How deprivation was said to be numbered.
    log
        Where an error is recorded if evidence is very strong, a warning if there is some, and nothing otherwise.
    """
    if isinstance(groups, Group) and groups.crossed:
        people, groups = people_by_deprivation(people), groups.within
    elif log.group != DEPRIVATION:
        return
    if people.sizes[DEPRIVATION] not in (QUINTILES, 2 * QUINTILES):
        return
    table = people.sum([dim for dim in people.dims if dim not in (ICS, DEPRIVATION)]).transpose(ICS, DEPRIVATION)
    ours = table.to_pandas()
    known = published_residents(ours.index)
    both = ours.index[ours.index.isin(known.index) & (ours.sum(axis=1) > 0)]
    if both.empty:
        return
    shares = ours.loc[both].to_numpy(dtype=float).reshape(len(both), QUINTILES, -1).sum(axis=2)
    published = known.loc[both].to_numpy(dtype=float)
    shares, published = (part / part.sum(axis=1, keepdims=True) for part in (shares, published))
    _record(reversed_probability(shares, published), len(both), groups, log)


def _record(probability: float, areas: int, groups: Groups, log: DataLog) -> None:
    said = isinstance(groups, Deprivation) and groups.direction == "stated"
    detail = (
        f"the residents of {areas} known area{'' if areas == 1 else 's'} fit the published ones when the groups are "
        f"reversed, with a probability of {min(probability, 0.9999):.4f}"
    )
    if probability > VERY_STRONG and not said:
        log.add("D01", detail=detail)
    elif probability > POSITIVE:
        log.add("D12", detail=detail)
