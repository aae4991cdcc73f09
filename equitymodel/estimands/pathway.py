"""Where along a pathway groups part ways: passage from stage to stage, and gaps that add up to the whole.

The passage of a stage is the count that arrives at it over the count at the stage before: a probability where records
are linked, a ratio of two counts where they are not. Everything here is of logs of passages, draw by draw.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.reading import Reading, read_as
from equitymodel.estimands.summary import share_of_draws
from equitymodel.vocabulary import STAGE, group_dim, nearest

GAP_READING = Reading(
    "log ratio",
    0,
    above="a larger share of the group passes",
    below="a smaller share of the group passes",
    stated="below",
    sign="more",
)
"""How a stage gap is read: below 0, a smaller share of the most deprived passes."""


@refuses_other_types
@on_same_labels
def through(need: xr.DataArray, log_passage: xr.DataArray) -> xr.DataArray:
    r"""Take the count at the first stage through the pathway: the count at every stage that is arrived at.

    .. math:: N_{sg} = N_{0g} \prod_{r \le s} T_{rg}

    Parameters
    ----------
    need
        Count at the first stage, in people; dims ``ics, deprivation, procedure`` or any others.
    log_passage
        Natural log of each passage, no unit; dims of `need`, and ``stage``, the stages arrived at in their order;
        ``chain, draw`` if there are any.

    Returns
    -------
    xarray.DataArray
        Counts, in the unit of `need`; dims of both. The last stage is admissions.

    Raises
    ------
    OptionError
        When there is no dim ``stage``, or labels differ.

    Examples
    --------
    >>> passage = xr.DataArray(np.log([0.6, 0.5]), coords={"stage": ["referred", "admitted"]})
    >>> through(xr.DataArray(1000.0), passage).round(6).values
    array([600., 300.])
    """
    _need_stages(log_passage)
    counts: xr.DataArray = need * np.exp(log_passage.cumsum(STAGE).assign_coords({STAGE: log_passage[STAGE]}))
    return counts.transpose(*log_passage.dims, ...).rename("count")


@refuses_other_types
def stage_gaps(log_passage: xr.DataArray, *, group: object = None, reference: object = None) -> xr.DataArray:
    r"""Give the gap that arises at each stage: log passage of the most less that of the least deprived.

    .. math:: d_s = \ln T_{s,\mathrm{most}} - \ln T_{s,\mathrm{least}}, \qquad \sum_s d_s = \ln
        \frac{\prod_s T_{s,\mathrm{most}}}{\prod_s T_{s,\mathrm{least}}}

    Parameters
    ----------
    log_passage
        As for `through`.
    group, reference
        Labels of the groups to compare; by default the first (the most deprived) and the last (the least deprived,
        or the reference group).

    Returns
    -------
    xarray.DataArray
        Log ratios, without the dim of the groups. They add up over ``stage`` to the log ratio of the whole pathway,
        in every draw. Below 0 = a smaller share of the most deprived passes.

    Raises
    ------
    OptionError
        When a label is not among the groups, or there is no dim ``stage``.

    Notes
    -----
    Stages of both signs are usual: say them with their sign, and not as per cent of the whole. With linked records,
    people at a later stage are those who passed the earlier ones, so that a later gap looks smaller where earlier
    stages select by need.

    References
    ----------
    Mare RD (1980) Social background and school continuation decisions. JASA 75:295. doi:10.2307/2287448

    Examples
    --------
    >>> passage = xr.DataArray(np.log([[0.6, 0.7], [0.5, 0.5]]),
    ...                        coords={"stage": ["referred", "admitted"], "deprivation": [1, 5]})
    >>> stage_gaps(passage).round(5).values
    array([-0.15415,  0.     ])
    """
    _need_stages(log_passage)
    gap = _choose(log_passage, group, 0) - _choose(log_passage, reference, -1)
    return read_as(gap, GAP_READING, "stage_gap")


@refuses_other_types
def cumulative_gaps(gaps: xr.DataArray) -> xr.DataArray:
    """Add stage gaps up from the first stage: the gap in what has arrived at each stage, among equals at the first.

    Parameters
    ----------
    gaps
        From `stage_gaps`.

    Returns
    -------
    xarray.DataArray
        Log ratios; that of the last stage is the whole.

    Examples
    --------
    >>> gaps = xr.DataArray([-0.15, 0.05], coords={"stage": ["referred", "admitted"]})
    >>> cumulative_gaps(gaps).round(6).values
    array([-0.15, -0.1 ])
    """
    _need_stages(gaps)
    return read_as(gaps.cumsum(STAGE).assign_coords({STAGE: gaps[STAGE]}), GAP_READING, "cumulative_gap")


@refuses_other_types
def probability_contributes_most(gaps: xr.DataArray) -> xr.DataArray:
    """Give the probability that each stage is the one that takes most from the group, or gives it least.

    Parameters
    ----------
    gaps
        From `stage_gaps`, with ``chain, draw``.

    Returns
    -------
    xarray.DataArray
        Probabilities that add up to 1 over ``stage``, where no two stages are alike in a draw; missing where the
        draws are.

    Examples
    --------
    >>> gaps = xr.DataArray([[[-0.2, 0.1], [-0.1, -0.3]]], dims=("chain", "draw", "stage"))
    >>> probability_contributes_most(gaps).values
    array([0.5, 0.5])
    """
    _need_stages(gaps)
    return share_of_draws(gaps == gaps.min(STAGE), gaps)


@refuses_other_types
def stage_changes(gaps: xr.DataArray, *, first: str, last: str) -> xr.DataArray:
    """Give how the gap of each stage changed between two periods; the changes add up to that of the whole.

    Parameters
    ----------
    gaps
        From `stage_gaps`, with a dim ``period``.
    first, last
        Labels of two periods.

    Returns
    -------
    xarray.DataArray
        Differences of log ratios, without ``period``; below 0 = the stage became worse for the most deprived.

    Raises
    ------
    OptionError
        When there is no such period.

    Examples
    --------
    >>> gaps = xr.DataArray([[-0.2, -0.1]], coords={"stage": ["referred"], "period": ["2021", "2022"]})
    >>> stage_changes(gaps, first="2021", last="2022").values
    array([0.1])
    """
    known = [str(label) for label in gaps["period"].values] if "period" in gaps.dims else []
    for label in (first, last):
        if label not in known:
            raise OptionError(f"no period '{label}'. {nearest(label, known)}")
    return read_as(
        gaps.sel(period=last, drop=True) - gaps.sel(period=first, drop=True), GAP_READING, "change_of_stage_gap"
    )


def _need_stages(values: xr.DataArray) -> None:
    if STAGE not in values.dims:
        raise OptionError(f"there is no dim '{STAGE}': give passages by the stage that they arrive at")


def _choose(values: xr.DataArray, label: object, place: int) -> xr.DataArray:
    """Choose a group by its label, or by its place if no label is given."""
    dim = group_dim(values.dims)
    if label is None:
        return values.isel({dim: place}, drop=True)
    known = values[dim].values.tolist()
    if label not in known:
        raise OptionError(f"no {dim} group '{label}'. {nearest(str(label), [str(name) for name in known])}")
    return values.sel({dim: label}, drop=True)
