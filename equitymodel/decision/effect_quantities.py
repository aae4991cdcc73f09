"""From changed pathways to what is asked of them: admissions with totals, the gap, and what each needs and takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS

PER = 1000.0
"""Differences of rates are per so many people in need."""
NO_MOVEMENT = 1e-12


@dataclass(frozen=True)
class GroupedLabels:
    """Labels of ICSs and groups, the most deprived first.

    Examples
    --------
    >>> GroupedLabels(("QE1",), ("1", "5")).every_group
    ('1', '5', 'All groups')
    """

    ics: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def every_ics(self) -> tuple[str, ...]:
        """Labels of ICSs, and of all together."""
        return (*self.ics, ALL_ICS)

    @property
    def every_group(self) -> tuple[str, ...]:
        """Labels of groups, and of all together."""
        return (*self.groups, ALL_GROUPS)


def with_totals(values: np.ndarray, *axes: int) -> np.ndarray:
    """Add what all ICSs, or all groups, add up to behind the others.

    Examples
    --------
    >>> with_totals(np.array([[[1.0, 2.0], [3.0, 4.0]]]), 1, 2)[0].tolist()
    [[1.0, 2.0, 3.0], [3.0, 4.0, 7.0], [4.0, 6.0, 10.0]]
    """
    for axis in axes:
        values = _with_sum(values, axis)
    return values


def _with_sum(values: np.ndarray, axis: int) -> np.ndarray:
    return np.concatenate([values, np.expand_dims(sum_known(values, axis), axis)], axis=axis)


def sum_known(values: np.ndarray, axis: int) -> np.ndarray:
    """Sum what is known: cells that are missing, such as procedures that are not offered, are no part of a total.

    Examples
    --------
    >>> sum_known(np.array([[1.0, np.nan], [np.nan, np.nan]]), 1).tolist()
    [1.0, nan]
    """
    total: np.ndarray = values.sum(axis=axis)
    if not np.isnan(total).any():
        return total
    return np.where(np.isnan(values).all(axis=axis), np.nan, np.nansum(values, axis=axis))


def add_known(one: np.ndarray | None, other: np.ndarray) -> np.ndarray:
    """Add arrays of one shape; what is missing in one is what it is in the other.

    Examples
    --------
    >>> add_known(np.array([1.0, np.nan]), np.array([2.0, 3.0])).tolist()
    [3.0, 3.0]
    """
    return other.copy() if one is None else sum_known(np.stack([one, other]), 0)


@dataclass(frozen=True)
class Gap:
    """The gap between the most and the least deprived, draws by ICSs with all ICSs last.

    Attributes
    ----------
    log_ratio
        Of admissions per person in need, most against least deprived.
    difference
        Admissions per 1,000 in need, least less most: positive = the most deprived have fewer.
    """

    log_ratio: np.ndarray
    difference: np.ndarray

    def narrows(self, before: Gap) -> np.ndarray:
        """Give the probability that the ratio is nearer to 1 than before, by ICS; missing where there is no gap."""
        moved = np.abs(before.log_ratio) - np.abs(self.log_ratio)
        share: np.ndarray = np.where(np.isfinite(moved), moved > NO_MOVEMENT, np.nan).mean(axis=0)
        return share


def gap_of(admissions: np.ndarray, need: np.ndarray) -> Gap:
    """Give the gap in admissions per person in need.

    Parameters
    ----------
    admissions, need
        Draws by ICSs by groups, the most deprived first.

    Returns
    -------
    Gap
        By ICS, and of all ICSs together.

    Examples
    --------
    >>> gap = gap_of(np.array([[[121.5, 189.525]]]), np.array([[[1000.0, 1000.0]]]))
    >>> np.exp(gap.log_ratio).round(6).tolist(), gap.difference.round(3).tolist()
    ([[0.641076, 0.641076]], [[68.025, 68.025]])
    """
    counted = admissions[..., [0, -1]]
    known = np.isfinite(counted).all(axis=-1, keepdims=True)
    counted, needed = (_with_sum(np.where(known, values, np.nan), 1)
                       for values in (counted, np.broadcast_to(need[..., [0, -1]], counted.shape)))  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        most, least = np.moveaxis(counted / needed, -1, 0)
        log_ratio = np.log(most / least)
    return Gap(np.where(np.isfinite(log_ratio), log_ratio, np.nan), PER * (least - most))
