"""A hidden count that the cells beside it make impossible raises an alarm; real inequity raises none."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.hidden_cells import (
    IMPLAUSIBLE,
    IMPOSSIBLE,
    check_hidden,
    check_known,
    due_beside,
    small_beyond,
)
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.suppression import HIGH, LOW, PUBLISHERS

pytestmark = pytest.mark.unit

DIMS = ("ics", "deprivation", "procedure")
HES = PUBLISHERS["hes"]


def laid_out(low, high=None):
    low = np.asarray(low, dtype=float)
    coords = dict(
        zip(DIMS, ([f"area {n}" for n in range(low.shape[0])], range(1, low.shape[1] + 1), ["hip"]), strict=True)
    )
    ends = {LOW: low, HIGH: low if high is None else np.asarray(high, dtype=float)}
    return xr.Dataset({name: (DIMS, end[..., None]) for name, end in ends.items()}, coords)


def people(counts):
    return xr.ones_like(counts[LOW].isel(procedure=0, drop=True)) * 1e5


def hide(counts, *places, low=1, high=7):
    low_, high_ = counts[LOW].values.copy(), counts[HIGH].values.copy()
    for place in places:
        low_[(*place, 0)], high_[(*place, 0)] = low, high
    return counts.assign({LOW: (DIMS, low_), HIGH: (DIMS, high_)})


def found(counts, rule=HES, persons=None):
    log = DataLog("cells")
    check_hidden(counts, people(counts) if persons is None else persons, rule, 1, log)
    return [finding.rule for finding in log.findings], log.findings


def test_a_large_count_that_is_hidden_is_an_error_with_what_the_cells_beside_it_say():
    rules, findings = found(hide(laid_out(np.full((4, 5), 300.0)), (1, 4)))
    assert rules == ["C28"]
    assert findings[0].rows[0].startswith("ics area 1, deprivation 5, procedure hip: ")
    assert 200 < float(findings[0].rows[0].split(": ")[1].split(" ")[0]) <= 300


def test_one_that_is_hard_to_believe_is_a_warning():
    assert found(hide(laid_out(np.full((4, 5), 100.0)), (1, 4)))[0] == ["C29"]


def test_one_that_may_be_so_raises_nothing():
    assert found(hide(laid_out(np.full((4, 5), 30.0)), (1, 4)))[0] == []


def test_a_procedure_an_ics_hardly_offers_or_a_group_hardly_needs_is_due_little():
    offered = laid_out(np.full((4, 5), 300.0))
    hardly_offered = hide(offered, *((2, group) for group in range(5)))
    assert found(hardly_offered)[0] == []
    hardly_needed = hide(offered, *((area, 0) for area in range(4)))
    assert found(hardly_needed)[0] == []


def test_one_ics_alone_only_warns_as_nobody_says_what_its_groups_need():
    assert found(hide(laid_out(np.full((1, 5), 300.0)), (0, 4)))[0] == ["C29"]


def test_counts_that_are_shown_or_not_known_raise_nothing():
    counts = laid_out(np.full((4, 5), 300.0))
    assert found(hide(counts, (1, 4), low=8, high=12))[0] == []  # a rounded 10 is shown
    assert found(hide(counts, (1, 4), low=np.nan, high=np.nan))[0] == []
    assert found(hide(counts, (1, 4), low=0, high=0))[0] == []


def test_without_a_rule_bounds_that_markers_state_are_held_against_the_same():
    assert found(hide(laid_out(np.full((4, 5), 300.0)), (1, 4)), rule=None)[0] == ["C28"]


def test_midpoints_are_shown_counts():
    assert found(hide(laid_out(np.full((4, 5), 300.0)), (1, 4), high=6), rule=PUBLISHERS["midpoint_6"])[0] == []


def test_a_stratum_that_only_one_ics_leaves_out_is_seen_within_its_ages():
    """Its ICS has the procedure at all other ages, and the other ICSs have it at this age."""
    young, old = laid_out(np.full((4, 5), 300.0)), laid_out(np.full((4, 5), 900.0))
    both = xr.concat([hide(young, (1, 4)), old], pd.Index(["00-64", "65+"], name="age_band"))
    persons = xr.concat([people(young)] * 2, pd.Index(["00-64", "65+"], name="age_band"))
    assert found(both.transpose(*DIMS, "age_band"), persons=persons.transpose(*DIMS[:2], "age_band"))[0] == ["C28"]


def test_residents_by_age_beside_counts_without_are_added_up():
    persons = xr.concat([people(laid_out(np.full((4, 5), 300.0))) / 2] * 2, pd.Index(["00-64", "65+"], name="age_band"))
    assert found(hide(laid_out(np.full((4, 5), 300.0)), (1, 4)), persons=persons)[0] == ["C28"]


def test_an_age_that_an_ics_does_not_treat_raises_nothing():
    young, old = laid_out(np.full((4, 5), 300.0)), laid_out(np.full((4, 5), 900.0))
    closed = hide(young, *((1, group) for group in range(5)))
    both = xr.concat([closed, old], pd.Index(["00-64", "65+"], name="age_band")).transpose(*DIMS, "age_band")
    persons = xr.concat([people(young)] * 2, pd.Index(["00-64", "65+"], name="age_band"))
    assert found(both, persons=persons.transpose(*DIMS[:2], "age_band"))[0] == []


def test_what_is_due_is_exact_where_rates_are_products():
    area, group = np.array([1.0, 0.5, 0.8, 1.0]), np.array([0.4, 0.7, 1.0, 1.0, 1.0])
    counts = laid_out(np.outer(area, group) * 1000)
    due = due_beside(counts, people(counts)).squeeze("procedure")
    assert (due <= counts[LOW].squeeze("procedure") * 1.3).all()
    assert (due >= counts[LOW].squeeze("procedure") * 0.5).all()


@pytest.mark.parametrize("gap", [1.0, 0.5, 0.3])
def test_real_inequity_and_variation_are_never_called_impossible(gap):
    """Tables by the HES rule, the most deprived at down to three tenths of the rate, and areas and cells that vary."""
    rng = np.random.default_rng(5)
    alarms = []
    for _ in range(200):
        mean = rng.choice([5.0, 20.0, 60.0]) * np.exp(rng.normal(0, 0.5, (20, 1)) + rng.normal(0, 0.25, (20, 5)))
        truth = rng.poisson(mean * np.linspace(gap, 1, 5))
        hidden = HES.hides(truth)
        low, high = HES.bounds(HES.rounded(truth.astype(float)))
        counts = laid_out(np.where(hidden, 1, low), np.where(hidden, 7, high))
        alarms += found(counts)[0]
    assert "C28" not in alarms
    assert alarms.count("C29") <= 6  # of 600 tables


def test_how_small_is_beyond_chance():
    assert small_beyond(np.array([7.0]), np.array([200.0]), IMPOSSIBLE).all()
    assert not small_beyond(np.array([7.0]), np.array([100.0]), IMPOSSIBLE).any()
    assert small_beyond(np.array([7.0]), np.array([100.0]), IMPLAUSIBLE).all()
    assert not small_beyond(np.array([7.0, np.nan]), np.array([np.nan, 900.0]), IMPOSSIBLE).any()


def test_groups_and_areas_that_nobody_knows_are_named():
    counts = laid_out(np.full((3, 5), 30.0))
    offered = xr.ones_like(counts[LOW], dtype=bool)
    unknown = counts.where(~((counts["deprivation"] == 2) | (counts["ics"] == "area 1")))
    log = DataLog("cells")
    check_known(unknown, offered, log)
    assert log.findings[0].rows == ("deprivation 2, procedure hip", "ics area 1, procedure hip")
    log = DataLog("cells")
    check_known(counts.where(counts["ics"] != "area 1"), offered.where(offered["ics"] != "area 1", False), log)
    assert log.findings == []
