"""A waiting list as numbers to run: who waits, who is added, who leaves untreated, and slots, by draw where unsure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.vocabulary import PRIORITY, WEEKS_WAITED, group_dim

Numbers = np.ndarray
WEEK, DRAW = "week", "draw"
VARIABLES = ("waiting", "additions", "removal", "slots", "lost")
"""What there is of a list: people by weeks waited; additions a week; the share that leaves untreated a week; slots a
week; and the share of slots offered that is lost."""


def list_flows(
    waiting: xr.DataArray,
    additions: xr.DataArray,
    slots: xr.DataArray | float,
    *,
    removal: xr.DataArray | float = 0.0,
    lost: xr.DataArray | float = 0.0,
) -> xr.Dataset:
    """Put a list together, with every number where it can be.

    Parameters
    ----------
    waiting
        People by whole weeks waited (``weeks_waited`` 0, 1, 2 and so on) and ``deprivation`` (or ``group``); other
        dimensions as the list has them: ``priority``, ``ics``, ``procedure``, ``draw``.
    additions
        People added a week, by group.
    slots
        Slots a week.
    removal
        The share of those waiting that leaves untreated in a week.
    lost
        The share of slots offered that is lost, so that a treatment takes 1 / (1 - lost) slots.

    Returns
    -------
    xarray.Dataset
        Of `VARIABLES`; with one clinical priority where none was given.

    Raises
    ------
    OptionError
        When a number cannot be, or the list has no groups or weeks.

    Examples
    --------
    >>> waiting = xr.DataArray([[5.0, 3.0]], dims=("deprivation", "weeks_waited"), coords={"deprivation": ["1"]})
    >>> list_flows(waiting, xr.DataArray([4.0], dims="deprivation"), 4.0)["waiting"].dims
    ('deprivation', 'priority', 'weeks_waited')
    """
    group = group_dim(waiting.dims)
    for name in (group, WEEKS_WAITED):
        if name not in waiting.dims:
            raise OptionError(f"a list needs a dimension '{name}'; read_waiting gives it")
    parts = {"waiting": waiting, "additions": additions, "removal": removal, "slots": slots, "lost": lost}
    given = {name: part if isinstance(part, xr.DataArray) else xr.DataArray(part) for name, part in parts.items()}
    _check_numbers(given)
    priorities = waiting[PRIORITY].values if PRIORITY in waiting.dims else np.array([1])
    for name in ("waiting", "additions"):
        if PRIORITY not in given[name].dims:
            given[name] = _in_one_class(name, given[name], len(priorities))
    weeks = np.arange(waiting.sizes[WEEKS_WAITED])
    found = xr.Dataset(given).assign_coords({PRIORITY: priorities, WEEKS_WAITED: weeks})
    if group not in found.coords:
        found = found.assign_coords({group: [str(number + 1) for number in range(found.sizes[group])]})
    return found.transpose(..., group, PRIORITY, WEEKS_WAITED)


def _in_one_class(name: str, part: xr.DataArray, classes: int) -> xr.DataArray:
    if classes > 1:
        raise OptionError(
            f"{name} has no dimension 'priority', and the list has {classes} priorities; give it by priority"
        )
    return part.expand_dims({PRIORITY: [1]})


def _check_numbers(given: dict[str, xr.DataArray]) -> None:
    for name, part in given.items():
        most = 1.0 if name in ("removal", "lost") else np.inf
        below = part < most if name == "lost" else part <= most
        if not bool(((part >= 0) & below & np.isfinite(part)).all()):
            limits = {"removal": "a share from 0 to 1", "lost": "a share from 0 to below 1"}
            raise OptionError(f"{name} is {limits.get(name, 'a number, 0 or more')} everywhere, with none missing")


@dataclass(frozen=True)
class FlatFlows:
    """The same numbers as plain arrays, a row a run: every draw of every list.

    Attributes
    ----------
    waiting, additions
        Runs by groups by priorities by weeks waited; and without weeks.
    removal, lost
        Runs by groups.
    slots
        Of each run.
    """

    waiting: Numbers
    additions: Numbers
    removal: Numbers
    lost: Numbers
    slots: Numbers

    def rows(self, chosen: slice) -> FlatFlows:
        """Give some of the runs."""
        return FlatFlows(self.waiting[chosen], self.additions[chosen], self.removal[chosen], self.lost[chosen],
                         self.slots[chosen])  # fmt: skip


def run_dims(flows: xr.Dataset) -> tuple[Hashable, ...]:
    """Name the dimensions that runs differ by: draws and lists.

    Examples
    --------
    >>> waiting = xr.DataArray(np.ones((2, 1, 3)), dims=("ics", "deprivation", "weeks_waited"))
    >>> run_dims(list_flows(waiting, waiting.isel(weeks_waited=0), 1.0))
    ('ics',)
    """
    own = (group_dim(flows.dims), PRIORITY, WEEKS_WAITED)
    return tuple(sorted((name for name in flows.dims if name not in own), key=lambda name: (name != DRAW, str(name))))


def flatten(flows: xr.Dataset, dtype: type[np.floating]) -> FlatFlows:
    """Lay a list out as plain arrays, with a row for each draw of each list.

    Parameters
    ----------
    flows
        From `list_flows`.
    dtype
        Of the numbers.
    """
    runs, group = run_dims(flows), group_dim(flows.dims)
    sizes = [flows.sizes[name] for name in runs]
    inner = {"waiting": (group, PRIORITY, WEEKS_WAITED), "additions": (group, PRIORITY), "removal": (group,),
             "lost": (group,), "slots": ()}  # fmt: skip

    def plain(name: str) -> np.ndarray:
        dims = (*runs, *inner[name])
        template = flows[name].expand_dims({dim: flows.sizes[dim] for dim in dims if dim not in flows[name].dims})
        values = template.transpose(*dims).values.astype(dtype, copy=False)
        found: np.ndarray = values.reshape(int(np.prod(sizes)), *values.shape[len(runs) :])
        return found

    return FlatFlows(*(plain(name) for name in ("waiting", "additions", "removal", "lost", "slots")))
