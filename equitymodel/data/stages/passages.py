"""What passes from stage to stage, held against what can be: no more of linked records than there were before."""

from __future__ import annotations

import xarray as xr

from equitymodel.data.cells.cross_checks import name_cells
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import STAGE

RULES = (
    Rule("W09", "error", "more people at a stage whose records are linked than at the stage before",
         "correct the counts or the order of stages (--order), or say that the stages are counted apart: linked = no"),
    Rule(
        "W10",
        "warning",
        "more at a stage than at the stage before, which is counted apart: what passes is a ratio of two counts, "
        "and no probability",
        "check the order of stages (--order) and that both count the same: people, or events",
    ),
    Rule(
        "W11",
        "error",
        "a standard error beyond the first stage, or of a stage that linked records follow",
        "give a standard error where the pathway starts, as of an estimate of need, and count later stages; nobody is "
        "linked to an estimate",
    ),
    Rule(
        "W12",
        "warning",
        "a stage follows the one before by some months, as declared: counts are compared as they stand in the table, "
        "and nothing is moved in time",
        "give counts of those who started in the same months at every stage",
    ),
    Rule(
        "W13",
        "warning",
        "groups with nobody at a stage say nothing about what passes from there",
        "add periods up, or procedures that share a pathway",
    ),
    Rule(
        "W14",
        "error",
        "linked records follow the stage before in another population",
        "give one population for stages whose records are linked",
    ),
)  # fmt: skip


def check_passages(stages: xr.Dataset, log: DataLog) -> None:
    """Hold every stage against the one before it.

    Parameters
    ----------
    stages
        ``count_low, count_high, log_sd, exposure`` over ``stage`` and cells; coordinates ``linked, lag_months``.
    log
        Where rules W09 to W14 are recorded.
    """
    before, after = stages.isel({STAGE: slice(None, -1)}), stages.isel({STAGE: slice(1, None)})
    _check_growth(before, after, log)
    linked = after["linked"].values
    estimated = stages["log_sd"].fillna(0) > 0
    later = estimated.isel({STAGE: slice(1, None)})
    followed = estimated.isel({STAGE: slice(None, -1)}) & xr.DataArray(linked, dims=STAGE)
    if later.any() or followed.any():
        log.add("W11", rows=[*name_cells(later, group=log.group), *name_cells(followed, group=log.group)])
    elsewhere = (abs(after["exposure"] - before["exposure"].values) > 1e-9) & after["linked"]
    if elsewhere.any():
        log.add("W14", rows=name_cells(elsewhere, group=log.group))
    lagging = after["lag_months"].where(after["lag_months"] > 0, drop=True)
    if lagging.size:
        log.add("W12", rows=[f"{stage}: {months:g} months" for stage, months in lagging.to_series().items()])


def _check_growth(before: xr.Dataset, after: xr.Dataset, log: DataLog) -> None:
    """Find stages with more than the stage before, and groups with nobody."""
    were, left = before.drop_vars(STAGE), after["linked"].reset_coords(drop=True)
    most = were["count_high"].assign_coords({STAGE: after[STAGE]})
    grown = after["count_low"] / after["exposure"] > most / were["exposure"].assign_coords({STAGE: after[STAGE]})
    for rule, chosen in (("W09", grown & left), ("W10", grown & ~left)):
        if chosen.any():
            log.add(rule, rows=name_cells(chosen, after["count_low"], group=log.group))
    nobody = most == 0
    if nobody.any():
        log.add("W13", rows=name_cells(nobody, group=log.group))
