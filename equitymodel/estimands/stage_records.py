"""What is published of a pathway, as draws with all ICSs together: gaps by stage, admissions by stage, changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.measures import with_all
from equitymodel.estimands.pathway import (
    cumulative_gaps,
    probability_contributes_most,
    stage_changes,
    stage_gaps,
    through,
)
from equitymodel.estimands.reading import without_attrs
from equitymodel.estimands.stage_attribution import attribute_to_stages, largest_part
from equitymodel.estimands.summary import probability_above, share_of_draws
from equitymodel.vocabulary import ALL_ICS, GROUP, ICS, PERIOD, STAGE, group_dim

TOTAL = "total"
"""Row of all stages, which add up to it."""


@dataclass(frozen=True)
class StageMeasure:
    """One quantity by stage and for all stages together.

    Attributes
    ----------
    draws
        Dims ``chain, draw, ics, procedure, stage`` and any others.
        The last stage is ``total``.
    against
        Probability that it is against the most deprived, or the group: below 0 for gaps, above 0 for admissions.
    most
        Probability that the stage has the largest part in that; missing for the total.
    beside
        Further draws of the same labels, by the beginning of their columns.
    """

    draws: xr.DataArray
    against: xr.DataArray
    most: xr.DataArray
    beside: dict[str, xr.DataArray]


def gap_measure(need: xr.DataArray, log_passage: xr.DataArray, stages: xr.Dataset) -> StageMeasure:
    """Give the gap that arises at each stage, its sum, and what has come together so far; all ICSs together last.

    Parameters
    ----------
    need, log_passage
        Of a profile.
    stages
        What it was fitted to.
    """
    gaps = _gaps(_with_all_ics(need, log_passage), stages)
    return _below_zero(gaps, {"cumulative_": cumulative_gaps(gaps)})


def change_measure(
    need: xr.DataArray, log_passage: xr.DataArray, stages: xr.Dataset, *, first: str, last: str
) -> StageMeasure:
    """Give how the gap of each stage changed between two periods, and which stage changed most for the worse.

    Parameters
    ----------
    need, log_passage, stages
        As for `gap_measure`, with a dim ``period``.
    first, last
        Labels of two periods.
    """
    gaps = _gaps(_with_all_ics(need, log_passage), stages)
    return _below_zero(stage_changes(gaps, first=first, last=last), {})


def attribution_measure(need: xr.DataArray, log_passage: xr.DataArray) -> StageMeasure:
    """Give the admissions that each stage accounts for, and their sum; all ICSs together last.

    Parameters
    ----------
    need, log_passage
        Of a profile.
    """
    parts = with_all(attribute_to_stages(need, log_passage))
    draws = with_total(parts)
    most = largest_part(parts).reindex({STAGE: draws[STAGE]})
    return StageMeasure(draws, probability_above(draws), most, {})


def _below_zero(gaps: xr.DataArray, beside: dict[str, xr.DataArray]) -> StageMeasure:
    draws = with_total(gaps)
    most = probability_contributes_most(gaps).reindex({STAGE: draws[STAGE]})
    further = {name: values.reindex({STAGE: draws[STAGE]}) for name, values in beside.items()}
    return StageMeasure(draws, share_of_draws(draws < 0, draws), most, further)


def with_total(parts: xr.DataArray) -> xr.DataArray:
    """Add all stages together as one more.

    Examples
    --------
    >>> with_total(xr.DataArray([1.0, 2.0], {"stage": ["referred", "admitted"]}, "stage")).values
    array([1., 2., 3.])
    """
    plain = without_attrs(parts).assign_coords({STAGE: parts[STAGE].astype(object)})
    total = plain.sum(STAGE, skipna=False).expand_dims({STAGE: [TOTAL]})
    return xr.concat([plain, total], STAGE).transpose(*parts.dims)


def _gaps(log_passage: xr.DataArray, stages: xr.Dataset) -> xr.DataArray:
    """Compare the ends of deprivation, or every group with the reference group."""
    facts, dim = CellFacts.of(stages), group_dim(log_passage.dims)
    if facts.group.ordered:
        return stage_gaps(log_passage)
    each = [stage_gaps(log_passage, group=label) for label in log_passage[dim].values[:-1].tolist()]
    return xr.concat(each, xr.DataArray(log_passage[dim].values[:-1], dims=GROUP, name=GROUP))


def _with_all_ics(need: xr.DataArray, log_passage: xr.DataArray) -> xr.DataArray:
    """Add all ICSs together: the passages of everyone who arrives at a stage anywhere."""
    counts = through(need, log_passage).sum(ICS, min_count=1)
    before = counts.shift({STAGE: 1}).where(counts[STAGE] != counts[STAGE][0], need.sum(ICS, min_count=1))
    together = np.log(counts / before).expand_dims({ICS: [ALL_ICS]})
    own = log_passage.assign_coords({ICS: log_passage[ICS].astype(object)})
    return xr.concat([own, together], ICS).transpose(*log_passage.dims)


def periods_of(stages: xr.Dataset) -> list[str]:
    """Give the labels of several periods; nothing where there is one.

    Examples
    --------
    >>> periods_of(xr.Dataset())
    []
    """
    return [str(label) for label in stages[PERIOD].values] if PERIOD in stages.dims else []
