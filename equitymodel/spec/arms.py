"""The exposed added up beside the controls added up: one series each, and one for each start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import xarray as xr

from equitymodel.data.series.read_series import add_up_series
from equitymodel.data.tables.suppression import HIGH, LOW, count_bounds
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import ALL_ICS, CELL_DIMS, DEPRIVATION, ICS, PERIOD

EXPOSED, CONTROLS = "exposed", "controls"
"""What the arms are called; where starts differ, the exposed are called by their start as well."""
EVERYWHERE = (ALL_ICS, EXPOSED)
"""What a result that is not of one ICS alone is labelled with."""
COUNTED = ("admissions", LOW, HIGH, "exposure", "population")


def add_up_arms(
    series: xr.Dataset, plan: Interruption, over: Sequence[str] = CELL_DIMS
) -> tuple[xr.Dataset, Interruption]:
    """Add the exposed up beside the controls; where nobody is a control and all start at once, add all up.

    Parameters
    ----------
    series, plan
        From `read_series`, and the interruption.
    over
        Dimensions to add up: all, or all but ``deprivation``.

    Returns
    -------
    tuple
        A series as from `read_series`, whose ``ics`` are the arms, the exposed first; and the same
        interruption declared of them.

    Raises
    ------
    SpecError
        When the interruption names labels that the series does not have.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(areas=4, exposed_areas=2), seed=1)
    >>> add_up_arms(series, truth.plan)[0]["ics"].values.tolist()
    ['exposed', 'controls']
    """
    if not plan.controlled:
        return add_up_series(series, over), plan
    parts = {name: _one_arm(series, mask, name, over) for name, mask in cells_of_arms(series, plan).items()}
    hidden = any(LOW in part for part in parts.values())
    whole = [_with_bounds(part) if hidden else part for part in parts.values()]
    found = xr.concat(whole, dim=ICS, data_vars="minimal", coords="minimal", compat="override", join="outer",
                      combine_attrs="override")  # fmt: skip
    exposed = [name for name in parts if name != CONTROLS]
    starts = dict(zip(exposed, sorted(set(_starts(series, plan))), strict=False)) if plan.starts else None
    named = {ICS: tuple(exposed)} if CONTROLS in parts else None
    return found.transpose(..., PERIOD, *CELL_DIMS), replace(plan, exposed=named, starts=starts)


def add_up_exposed(
    series: xr.Dataset, plan: Interruption, over: Sequence[str] = CELL_DIMS
) -> tuple[xr.Dataset, Interruption]:
    """Add up those exposed alone, without controls, as if all had been exposed from the first start.

    Parameters
    ----------
    series, plan, over
        As for `add_up_arms`.

    Returns
    -------
    tuple
        A series as from `read_series`, and the interruption declared of it.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(areas=4, exposed_areas=2), seed=1)
    >>> whole, plan = add_up_exposed(series, truth.plan)
    >>> bool((whole["admissions"].squeeze() < series["admissions"].sum(["ics"]).squeeze()).all()), plan.exposed
    (True, None)
    """
    arms, own = add_up_arms(series, plan, over)
    mine = arms.sel({ICS: list(own.exposed[ICS])}) if own.exposed else arms
    return add_up_series(mine, over), plan.for_all()


def _starts(series: xr.Dataset, plan: Interruption) -> list[str]:
    """Give the start of each ICS in which anybody is exposed."""
    there = _mask(series, plan).any([dim for dim in _mask(series, plan).dims if dim != ICS])
    return [str(plan.start_of(str(label))) for label in series[ICS].values[there.values]]


def _mask(series: xr.Dataset, plan: Interruption) -> xr.DataArray:
    cells = series["exposure"].isel({PERIOD: 0, DEPRIVATION: 0}, drop=True)
    return plan.exposed_cells(series).broadcast_like(cells)


def cells_of_arms(series: xr.Dataset, plan: Interruption) -> dict[str, xr.DataArray]:
    """Say which ICSs and procedures are in each arm of `add_up_arms`, the exposed first.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(areas=4, exposed_areas=2), seed=1)
    >>> {name: int(cells.sum()) for name, cells in cells_of_arms(series, truth.plan).items()}
    {'exposed': 2, 'controls': 2}
    """
    mask = _mask(series, plan)
    if not plan.controlled:
        return {ALL_ICS: xr.ones_like(mask, dtype=bool)}
    start = xr.DataArray([str(plan.start_of(str(label))) for label in series[ICS].values], dims=ICS,
                         coords={ICS: series[ICS].values})  # fmt: skip
    days = sorted(set(_starts(series, plan)))
    arms = {EXPOSED if len(days) == 1 else f"{EXPOSED} from {day}": mask & (start == day) for day in days}
    return arms | ({} if bool(mask.all()) else {CONTROLS: ~mask})


def _one_arm(series: xr.Dataset, mask: xr.DataArray, name: str, over: Sequence[str]) -> xr.Dataset:
    kept = series.assign({part: series[part].where(mask) for part in COUNTED if part in series})
    return add_up_series(kept, over).assign_coords(
        {ICS: [name], "ics_name": (ICS, [name]), "region": (ICS, ["not known"])}
    )


def _with_bounds(part: xr.Dataset) -> xr.Dataset:
    low, high = count_bounds(part)
    return part.assign({LOW: low, HIGH: high})
