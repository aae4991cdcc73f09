"""Waiting lists that tests share."""

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.waiting.list_flows import list_flows

GROUPS = [str(number) for number in range(1, 6)]
FIRST_COME = """format = 1
question = "Which order?"
weeks = 20
draws = 100
observed_weeks = 52
[removal]
share = 0.008
source = "an assumption"
[[rule]]
name = "First come"
order = "first_come"
"""
"""A file of rules with its first: how a list is run now."""


def waiting_of(*, weeks=40, priorities=(), seed=1):
    """People on a list of five groups, more of the most deprived, by weeks waited."""
    rng = np.random.default_rng(seed)
    mean = np.outer([26, 23, 20, 17, 14], np.exp(-np.arange(weeks) / 15))
    dims, coords = ("deprivation", "weeks_waited"), {"deprivation": GROUPS}
    if not priorities:
        return xr.DataArray(rng.poisson(mean).astype(float), dims=dims, coords=coords)
    people = rng.poisson(np.stack([mean / len(priorities)] * len(priorities), axis=1)).astype(float)
    return xr.DataArray(people, dims=("deprivation", "priority", "weeks_waited"),
                        coords={**coords, "priority": list(priorities)})  # fmt: skip


def flows_of(*, draws=0, removal=0.0, lost=0.0, slots=98.0, priorities=(), weeks=40):
    """A list with additions of 100 a week, in draws that differ where asked for."""
    additions = xr.DataArray([24.0, 22.0, 20.0, 18.0, 16.0], dims="deprivation", coords={"deprivation": GROUPS})
    if priorities:
        additions = additions.expand_dims(priority=list(priorities)) / len(priorities)
    if draws:
        spread = np.random.default_rng(2).normal(1, 0.03, draws)
        additions = additions * xr.DataArray(spread, dims="draw")
    waiting = waiting_of(weeks=weeks, priorities=priorities)
    return list_flows(waiting, additions, slots, removal=by_group(removal), lost=by_group(lost))


def by_group(value):
    """One number, or one a group."""
    if isinstance(value, float):
        return value
    return xr.DataArray(value, dims="deprivation", coords={"deprivation": GROUPS})


def list_rows(*, groups=(1, 2, 3, 4, 5), procedures=("hip", "knee"), areas=("E54000055",), **columns):
    """A table of a list with bands of weeks, as it is read."""
    rows = []
    for area in areas:
        for place, procedure in enumerate(procedures):
            for number, label in enumerate(groups):
                for band, share, treated in (("0-17", 0.62, 0.6), ("18-51", 0.3, 0.3), ("52+", 0.08, 0.1)):
                    size, added = 900 - 90 * number + 40 * place, 40 - 4 * number
                    rows.append((area, label, procedure, band, round(size * share), added if band == "0-17" else "",
                                 round(0.78 * added * treated, 1)))  # fmt: skip
    names = ["ics", "deprivation", "procedure", "weeks_waited", "waiting", "added", "treated"]
    return pd.DataFrame(rows, columns=names).assign(**columns)


def small_course():
    """Two groups over two weeks, the second with nobody at the end."""
    dims, weeks = ("deprivation", "week"), ("deprivation", "weeks_waited")
    by_week = {
        "on_list": [[8, 10], [2, 0]],
        "weeks_so_far": [[90, 300], [4, 0]],
        "over_52": [[1, 2], [0, 0]],
        "added": [[3, 4], [1, 0]],
        "removed": [[1, 0], [0, 1]],
        "treated": [[2, 3], [2, 2]],
        "weeks_to_treatment": [[20, 45], [4, 8]],
    }
    people = np.zeros((2, 66))
    people[0, [10, 35, 55, 65]] = 4, 4, 1, 1
    waits = {"waits": (weeks, people)}
    return xr.Dataset({**{name: (dims, np.array(values, float)) for name, values in by_week.items()}, **waits,
                       "start": ("deprivation", [9.0, 4.0])}, {"deprivation": ["1", "5"], "week": [1, 2]})  # fmt: skip
