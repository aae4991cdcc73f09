"""The weekly course of a list under a rule: a week more waited, additions, removals untreated, treatments.

In a week all who wait have waited a week more, then people are added, then some leave untreated, then slots are given
by the rule to those who are left; then the list is counted, so that those added in the week have waited no whole week.
So the list at the end is that at the start and all flows, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.vocabulary import PRIORITY, WEEKS_WAITED, group_dim
from equitymodel.waiting.list_flows import DRAW, WEEK, FlatFlows, flatten, run_dims
from equitymodel.waiting.list_rules import ListRule
from equitymodel.waiting.treatment_order import TreatmentChoice, whole_people

MARKS = (18, 52, 65)
"""Weeks beyond which people who wait are counted: more than so many whole weeks have passed."""
BEYOND = 52
"""The one of them that is followed week by week."""
STOCKS = ("on_list", "weeks_so_far", f"over_{BEYOND}")
FLOWS = ("added", "removed", "treated", "weeks_to_treatment")
CELLS_AT_ONCE = 250_000
"""About a megabyte, which stays near the processor: larger blocks took half as long again."""
Precision = Literal["double", "single"]


@refuses_other_types
def run_rule(
    flows: xr.Dataset,
    rule: ListRule,
    *,
    weeks: int = 104,
    seed: int | None = None,
    longest: int | None = None,
    precision: Precision = "double",
) -> xr.Dataset:
    """Run a list under a rule, week by week.

    Parameters
    ----------
    flows
        From `list_flows` or `learn_flows`; with a dimension ``draw``, every draw runs by itself.
    rule
        Such as `first_come`.
    weeks
        How many.
    seed
        Without one, expected values, which may be parts of people. With one, whole people: additions and slots at
        random (Poisson), removals binomial, and the same additions and slots under every rule.
    longest
        Weeks from which waits are no longer told apart; by default all are.
    precision
        Single takes half the memory, and is good to about six digits.

    Returns
    -------
    xarray.Dataset
        By group and by ``week`` (1 the first): ``added, removed, treated, weeks_to_treatment`` in the week; and at its
        end ``on_list, weeks_so_far, over_52``. ``waits`` are those on the list at the end, by
        ``weeks_waited``; ``start`` is the list at the start.

    Raises
    ------
    OptionError
        When weeks are fewer than 1, or a group is not on the list.

    Examples
    --------
    >>> from equitymodel.waiting.list_flows import list_flows
    >>> from equitymodel.waiting.list_rules import first_come
    >>> waiting = xr.DataArray([[5.0, 3.0], [4.0, 0.0]], dims=("deprivation", "weeks_waited"))
    >>> course = run_rule(list_flows(waiting, xr.DataArray([4.0, 4.0], dims="deprivation"), 6.0), first_come(), weeks=2)
    >>> course["treated"].sum("week").values.round(2), course["on_list"].sel(week=2).values.round(2)
    (array([8., 4.]), array([8., 8.]))
    """
    if weeks < 1:
        raise OptionError(f"a list runs for 1 week or more, not {weeks}")
    labels = [str(label) for label in flows[group_dim(flows.dims)].values]
    flat = flatten(changed_by(flows, rule, labels), np.float64 if precision == "double" else np.float32)
    bins = most_weeks(flows, weeks, longest)
    choice = rule.choice(labels, [int(level) for level in flows[PRIORITY].values], bins)
    size = max(1, CELLS_AT_ONCE // (flat.waiting[0].size // flat.waiting.shape[-1] * (bins + weeks)))
    streams = [None if seed is None else np.random.SeedSequence((seed, at)) for at in range(0, len(flat.slots), size)]
    parts = [_run_block(flat.rows(slice(at * size, (at + 1) * size)), choice, weeks, bins, stream)
             for at, stream in enumerate(streams)]  # fmt: skip
    return _labelled(flows, parts, weeks, bins)


def most_weeks(flows: xr.Dataset, weeks: int, longest: int | None) -> int:
    """Count the weeks waited that are told apart while a list runs."""
    now: int = flows.sizes[WEEKS_WAITED]
    return now + weeks if longest is None else max(longest + 1, now)


def changed_by(flows: xr.Dataset, rule: ListRule, groups: list[str]) -> xr.Dataset:
    """Change slots, removals and lost slots as a rule says; its order changes nothing here."""
    kept = {what: xr.DataArray(1 - rule.by_group(f"fewer_{name}", groups), dims=group_dim(flows.dims))
            for what, name in (("removal", "removals"), ("lost", "lost"))}  # fmt: skip
    return flows.assign(slots=flows["slots"] * rule.slots, **{what: flows[what] * part for what, part in kept.items()})


@dataclass
class _Streams:
    """Random numbers of additions, slots, and all else, apart, so that rules meet the same additions and slots."""

    seeds: np.random.SeedSequence | None
    made: list[np.random.Generator] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.seeds is not None:
            self.made = [np.random.default_rng(child) for child in self.seeds.spawn(3)]

    def additions(self, mean: np.ndarray) -> np.ndarray:
        return self.made[0].poisson(mean).astype(mean.dtype) if self.made else mean

    def slots(self, mean: np.ndarray) -> np.ndarray:
        return self.made[1].poisson(mean).astype(mean.dtype) if self.made else mean

    def remove(self, waiting: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Take those who leave untreated off the list, and give how many they are by group."""
        if not self.made:
            left: np.ndarray = share * waiting.sum(axis=(2, 3))
            waiting *= (1 - share)[:, :, None, None]
            return left
        by_cell = np.broadcast_to(share[:, :, None, None], waiting.shape)
        drawn = self.made[2].binomial(waiting.astype(np.int64), by_cell).astype(waiting.dtype)
        waiting -= drawn
        by_group: np.ndarray = drawn.sum(axis=(2, 3))
        return by_group

    def whole(self, expected: np.ndarray, waiting: np.ndarray) -> np.ndarray:
        return whole_people(expected, waiting, self.made[2].random(len(expected))) if self.made else expected


def _run_block(
    flat: FlatFlows, choice: TreatmentChoice, weeks: int, bins: int, seeds: np.random.SeedSequence | None
) -> dict[str, np.ndarray]:
    """Run some of the runs; a week more waited is a step of the window to the left, over people who stay in place."""
    streams = _Streams(seeds)
    runs, groups, priorities, used = flat.waiting.shape
    people = np.zeros((runs, groups, priorities, bins + weeks), flat.waiting.dtype)
    people[..., weeks : weeks + used] = streams.whole(flat.waiting, np.ceil(flat.waiting))
    slots_each = (1 / (1 - flat.lost))[:, :, None, None] if flat.lost.any() else None
    record = _Record.of(runs, groups, weeks, bins, people.dtype)
    record.kept["start"] = people.sum(axis=(2, 3))
    shorter = cache(choice.within)
    for week in range(weeks):
        start = weeks - week - 1
        used = _a_week_older(people, start, used, bins)
        window = people[..., start : start + used]
        added = streams.additions(flat.additions)
        window[..., 0] += added
        removed = streams.remove(window, flat.removal)
        work = window if slots_each is None else window * slots_each
        shares = shorter(used).shares(work, streams.slots(flat.slots))
        treated = streams.whole(window * shares, window)
        window -= treated
        record.flows(week, added.sum(axis=2), removed, _over_priorities(treated))
        record.stocks(week, _over_priorities(window))
    return record.kept


def _a_week_older(people: np.ndarray, start: int, used: int, bins: int) -> int:
    """Keep those beyond the longest wait together, and give how many weeks of waiting anybody has."""
    if used == bins:
        people[..., start + bins - 1] += people[..., start + bins]
        people[..., start + bins] = 0
    used = min(used + 1, bins)
    while used > 1 and not people[..., start + used - 1].any():
        used -= 1
    return used


def _over_priorities(people: np.ndarray) -> np.ndarray:
    summed: np.ndarray = people[:, :, 0] if people.shape[2] == 1 else people.sum(axis=2)
    return summed


@dataclass(frozen=True)
class _Record:
    """What is kept of every week."""

    kept: dict[str, np.ndarray]
    of_stocks: np.ndarray

    @classmethod
    def of(cls, runs: int, groups: int, weeks: int, bins: int, dtype: np.dtype[np.floating]) -> _Record:
        kept = {name: np.zeros((runs, groups, weeks), dtype) for name in (*STOCKS, *FLOWS)}
        kept["waits"] = np.zeros((runs, groups, bins), dtype)
        waited = np.arange(bins)
        columns = [np.ones(bins), waited, waited >= BEYOND]
        return cls(kept, np.array(columns, dtype=dtype))

    def flows(self, week: int, added: np.ndarray, removed: np.ndarray, treated: np.ndarray) -> None:
        self.kept["added"][..., week] = added
        self.kept["removed"][..., week] = removed
        found = _summed(treated, self.of_stocks[:2])
        self.kept["treated"][..., week], self.kept["weeks_to_treatment"][..., week] = found[..., 0], found[..., 1]

    def stocks(self, week: int, waiting: np.ndarray) -> None:
        used = waiting.shape[-1]
        found = _summed(waiting, self.of_stocks)
        for number, name in enumerate(STOCKS):
            self.kept[name][..., week] = found[..., number]
        if week + 1 == self.kept["on_list"].shape[-1]:
            self.kept["waits"][..., :used] = waiting


def _summed(people: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sum over weeks waited with each of some weights; as one product of matrices, which is much the fastest."""
    runs, groups, used = people.shape
    columns = np.ascontiguousarray(weights[:, :used].T)
    found: np.ndarray = (people.reshape(-1, used) @ columns).reshape(runs, groups, -1)
    return found


def _labelled(flows: xr.Dataset, parts: list[dict[str, np.ndarray]], weeks: int, bins: int) -> xr.Dataset:
    """Give what was kept its labels."""
    runs, group = run_dims(flows), group_dim(flows.dims)
    last = {"start": (), "waits": (WEEKS_WAITED,)}
    found = {}
    for name in parts[0]:
        values = np.concatenate([part[name] for part in parts])
        shape = (*(flows.sizes[dim] for dim in runs), *values.shape[1:])
        found[name] = ((*runs, group, *last.get(name, (WEEK,))), values.reshape(shape))
    coords = {str(dim): flows[dim] for dim in (*runs, group) if dim in flows.coords and dim != DRAW}
    own = {WEEK: np.arange(1, weeks + 1), WEEKS_WAITED: np.arange(bins)}
    return xr.Dataset(found, coords={**coords, **own})
