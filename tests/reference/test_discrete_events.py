"""The weekly list beside a simulation of patients one by one (ciw): who is treated, and who still waits.

Waits shorter than a week are finer than the weekly list can tell, so that no class here is treated at once.
"""

import numpy as np
import pytest
import xarray as xr

from equitymodel.waiting.list_flows import list_flows
from equitymodel.waiting.list_rules import accumulating, first_come, own_rule
from equitymodel.waiting.weekly_course import run_rule

ciw = pytest.importorskip("ciw")
pytestmark = pytest.mark.unit
GROUPS, RATES, SLOTS, WEEKS, RUNS = ("1", "5"), (14.0, 10.0), 21.0, 30, 12


def patients(score, seed):
    """Numbers treated and waiting, and mean weeks to treatment, by group, of one run of a service that is overloaded."""

    def next_patient(people, now):
        return max(people, key=lambda one: score(one.customer_class, 1, now - one.arrival_date))

    network = ciw.create_network(
        arrival_distributions={group: [ciw.dists.Exponential(rate)] for group, rate in zip(GROUPS, RATES, strict=True)},
        service_distributions={group: [ciw.dists.Exponential(SLOTS)] for group in GROUPS},
        number_of_servers=[1],
        service_disciplines=[next_patient],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(WEEKS)
    records = simulation.get_all_records()
    waits = [[one.waiting_time for one in records if one.customer_class == group] for group in GROUPS]
    waiting = [sum(one.customer_class == group for one in simulation.nodes[1].all_individuals) for group in GROUPS]
    return [[len(own), people, np.mean(own)] for own, people in zip(waits, waiting, strict=True)]


@pytest.mark.parametrize(
    "rule",
    [first_come(), accumulating({"1": 2.0}), own_rule(lambda group, _, weeks: weeks + 2 * (group == "1"), "ahead")],
    ids=["first come", "rates 2 to 1", "two weeks ahead"],
)
def test_the_weekly_list_is_that_of_patients_one_by_one(rule):
    empty = xr.DataArray(np.zeros((2, 1)), dims=("deprivation", "weeks_waited"), coords={"deprivation": list(GROUPS)})
    added = xr.DataArray(list(RATES), dims="deprivation").expand_dims(draw=200)
    course = run_rule(list_flows(empty, added, SLOTS), rule, weeks=WEEKS, seed=1)
    treated = course["treated"].sum("week")
    wait = course["weeks_to_treatment"].sum(["week", "draw"]) / treated.sum("draw")
    ours = np.stack([treated.mean("draw"), course["on_list"].isel(week=-1).mean("draw"), wait], axis=1)
    theirs = np.array([patients(rule.score, seed) for seed in range(RUNS)])
    assert abs(by_error(theirs, ours)).max() < 3
    gap, wanted = theirs[:, 1, 2] - theirs[:, 0, 2], ours[1, 2] - ours[0, 2]
    assert abs(by_error(gap, wanted)) < 3


def by_error(theirs, ours):
    """How far the mean over runs is from ours, in standard errors."""
    return (theirs.mean(axis=0) - ours) / (theirs.std(axis=0, ddof=1) / np.sqrt(RUNS))
