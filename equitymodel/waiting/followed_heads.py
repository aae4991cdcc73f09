"""Rules under which the longest waits of every queue go first, run by an engine that follows heads of queues.

Most orders are such: first come, clinical priority, longest waits first, accumulating priority, slots kept, and what
goes with them. Expected values are then those of `run_rule` to nine digits, in a tenth of the time. Treatment by a
pattern of weeks, an own order that puts shorter waits first, and whole people at random are left to `run_rule`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
import xarray as xr

from equitymodel.inference.queue_lists import KEPT, QueueLists, QueueOrder, QueueRecord
from equitymodel.vocabulary import PRIORITY, WEEKS_WAITED, group_dim
from equitymodel.waiting.list_flows import DRAW, WEEK, run_dims
from equitymodel.waiting.list_rules import ListRule
from equitymodel.waiting.treatment_order import InOrder, Reserved, TreatmentChoice
from equitymodel.waiting.weekly_course import BEYOND, changed_by, most_weeks

HeadEngine = Callable[[QueueLists, QueueOrder, int], QueueRecord]
"""What runs lists of queues by their heads, such as `equitymodel.inference.queue_heads.follow_heads`."""


def heads_of(choice: TreatmentChoice, groups: int, priorities: int, bins: int) -> QueueOrder | None:
    """Give an order as an engine needs it; nothing where some who have waited longer may come after others.

    Parameters
    ----------
    choice
        From a `ListRule`.
    groups, priorities, bins
        How many groups, priorities and weeks waited there are.

    Returns
    -------
    QueueOrder or None
        Queues are groups by priorities.

    Examples
    --------
    >>> from equitymodel.waiting.list_rules import as_now, first_come, longest_first
    >>> [heads_of(rule.choice(["1", "5"], [1], 60), 2, 1, 60).alike for rule in (first_come(), longest_first(52))]
    [0, 52]
    >>> heads_of(as_now([1.0]).choice(["1", "5"], [1], 60), 2, 1, 60) is None
    True
    """
    usual, kept = (choice.usual, choice.kept) if isinstance(choice, Reserved) else (choice, np.zeros(groups))
    if not isinstance(usual, InOrder):
        return None
    place = np.broadcast_to(usual.place, (groups, priorities, bins)).reshape(-1, bins).astype(np.int64)
    alike = _alike(place)
    if (np.diff(place[:, max(alike - 1, 0) :]) >= 0).any():
        return None
    return QueueOrder(place, np.repeat(np.arange(groups), priorities), kept, alike, BEYOND)


def _alike(place: np.ndarray) -> int:
    """Count the youngest weeks that come alike in every queue; 0 where it is one week, or not so."""
    first: int = (place == place[:, :1]).all(axis=0).argmin() if place.shape[1] > 1 else 0
    return int(first) if first > 1 else 0


def run_by_heads(
    flows: xr.Dataset, rule: ListRule, engine: HeadEngine, *, weeks: int, longest: int | None = None
) -> xr.Dataset | None:
    """Run lists under a rule by an engine, and add them up; expected values.

    Parameters
    ----------
    flows
        From `list_flows` or `learn_flows`.
    rule, engine
        The rule, and what runs it.
    weeks, longest
        As for `run_rule`.

    Returns
    -------
    xarray.Dataset or None
        As of `run_rule` and `pooled`; nothing where the rule needs `run_rule`.

    Examples
    --------
    Of 6 slots in the first week 3 go to those who wait longest, and 3 to the 5 and 4 after them: to group 1 all of
    the first, and 3 x 5 / 9.

    >>> from equitymodel.inference.queue_heads import follow_heads
    >>> from equitymodel.waiting.list_flows import list_flows
    >>> from equitymodel.waiting.list_rules import as_now, first_come
    >>> waiting = xr.DataArray([[5.0, 3.0], [4.0, 0.0]], dims=("deprivation", "weeks_waited"))
    >>> flows = list_flows(waiting, xr.DataArray([4.0, 4.0], dims="deprivation"), 6.0)
    >>> run_by_heads(flows, first_come(), follow_heads, weeks=2)["treated"].isel(draw=0, week=0).values.round(3)
    array([4.667, 1.333])
    >>> run_by_heads(flows, as_now([1.0, 2.0]), follow_heads, weeks=2) is None
    True
    """
    group = group_dim(flows.dims)
    labels = [str(label) for label in flows[group].values]
    levels = [int(level) for level in flows[PRIORITY].values]
    bins = most_weeks(flows, weeks, longest)
    order = heads_of(rule.choice(labels, levels, bins), len(labels), len(levels), bins)
    if order is None:
        return None
    lists = _laid_out(changed_by(flows, rule, labels))
    record = engine(lists, order, weeks)
    return _labelled(record, lists, flows[group], weeks)


def _laid_out(flows: xr.Dataset) -> QueueLists:
    """Lay lists out as plain arrays."""
    drawn = flows if DRAW in flows.dims else flows.expand_dims(DRAW)
    group, lists = group_dim(flows.dims), [str(name) for name in run_dims(flows) if name != DRAW]

    def plain(values: xr.DataArray, *inner: str, dtype: type = np.float64) -> np.ndarray:
        dims = (*lists, DRAW, *inner)
        whole = values.expand_dims({name: drawn.sizes[name] for name in dims if name not in values.dims})
        found: np.ndarray = np.ascontiguousarray(whole.transpose(*dims).values, dtype=dtype)
        return found.reshape(-1, found.shape[len(lists)], *_queues(found.shape[len(lists) + 1 :], inner))

    queue = (group, PRIORITY)
    waiting = flows["waiting"] if DRAW in flows["waiting"].dims else flows["waiting"].expand_dims(DRAW)
    return QueueLists(plain(waiting, *queue, WEEKS_WAITED), plain(drawn["additions"], *queue),
                      plain(1 - drawn["removal"], *queue), plain(1 / (1 - drawn["lost"]), *queue),
                      plain(drawn["slots"]))  # fmt: skip


def _queues(sizes: Sequence[int], inner: Sequence[str]) -> tuple[int, ...]:
    """Count groups and priorities as queues."""
    return (sizes[0] * sizes[1], *sizes[2:]) if inner else ()


def _labelled(record: QueueRecord, lists: QueueLists, groups: xr.DataArray, weeks: int) -> xr.Dataset:
    """Give what was kept its labels, as `run_rule` does."""
    dims, draws = (DRAW, groups.dims[0]), len(record.waits)
    kept = dict(zip(KEPT, record.weekly, strict=True))
    found: dict[str, tuple[Sequence[Hashable], np.ndarray]] = {
        f"over_{BEYOND}" if name == "beyond" else name: ((*dims, WEEK), values) for name, values in kept.items()
    }
    start, added = (values.sum(axis=0).reshape(values.shape[1], len(groups), -1).sum(axis=2)
                    for values in (lists.waiting, lists.additions))  # fmt: skip
    found["start"] = (dims, np.broadcast_to(start, (draws, len(groups))))
    found["added"] = ((*dims, WEEK), np.broadcast_to(added[:, :, None], (draws, len(groups), weeks)))
    found["waits"] = ((*dims, WEEKS_WAITED), record.waits)
    own = {WEEK: np.arange(1, weeks + 1), WEEKS_WAITED: np.arange(record.waits.shape[2]), groups.dims[0]: groups}
    return xr.Dataset(found, coords=own)
