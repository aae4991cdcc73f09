"""Net health benefit by group and its equity impact: the York example of nicotine replacement, and our own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.decision.health_benefit import (
    SHARES_OF_FIFTHS,
    dominates,
    equity_impact,
    impact_curve,
    net_health_benefit,
    switch_of_choice,
)
from equitymodel.decision.social_welfare import atkinson_equivalent, gini_equivalent, kolm_equivalent
from equitymodel.errors import OptionError
from tests.decision.plans import FIFTHS, PEOPLE, by_group

pytestmark = pytest.mark.unit
ORACLES = Path(__file__).parents[3] / "shared" / "oracles"
york = pytest.mark.skipif(not ORACLES.is_dir(), reason="numbers of other software are not here")
PATIENTS = by_group([3000.0, 2500, 2000, 1500, 1000])


@pytest.fixture(scope="module")
def nicotine():
    """Benefit by option, health before and people of the York example."""
    table = pd.read_csv(ORACLES / "dcea_york_nrt.csv")
    people, before = (
        xr.DataArray(table[name].to_numpy(float), dims="group") for name in ("POPULATION", "DECISION_NO_NRT")
    )
    after = table[["DECISION_UNIVERSAL_NRT", "DECISION_PROPORTIONAL_UNIVERSAL_NRT"]].to_numpy().T
    health = xr.DataArray(after, {"option": ["universal", "proportional"]}, ("option", "group"))
    return (health - before) * people, before, people


@york
def test_totals_and_gains_of_equivalents(nicotine):
    benefit, before, people = nicotine
    assert benefit.sum("group").values == pytest.approx([5148.79, 4941.43], abs=0.01)
    for aversion, expected in {1.0: (5274.42, 5155.28), 5.0: (5822.62, 6108.77), 10.0: (6552.46, 7419.32),
                               15.0: (7223.07, 8658.00)}.items():  # fmt: skip
        found = equity_impact(benefit, before, people, aversion=aversion)["equivalent"]
        assert found.values == pytest.approx(expected, abs=0.01)


@york
@pytest.mark.parametrize(("equivalent", "aversion", "expected"), [
    (kolm_equivalent, 0.1, (5978.76, 6455.85)), (kolm_equivalent, 0.2, (6790.82, 8008.00)),
    (gini_equivalent, 2.0, (6046.30, 6483.40)),
])  # fmt: skip
def test_gains_by_other_equivalents(nicotine, equivalent, aversion, expected):
    benefit, before, people = nicotine
    after, now = (equivalent(health, people, aversion=aversion) for health in (before + benefit / people, before))
    assert ((after - now) * people.sum()).values == pytest.approx(expected, abs=0.01)


@york
def test_the_plane_the_baseline_and_the_switch(nicotine):
    benefit, before, people = nicotine
    assert equity_impact(benefit, before, people, aversion=10.0)["equity"].values == pytest.approx(
        [1403.7, 2477.9], abs=0.05
    )
    now = [atkinson_equivalent(before, people, aversion=a).item() for a in (0.0, 1.0, 10.0)]
    assert now == pytest.approx([70.626197, 70.460058, 68.858659], abs=1e-6)
    switches = switch_of_choice(benefit, before, people)
    assert switches["aversion"].tolist() == pytest.approx([2.26035], abs=1e-4 / 2)
    assert switches[["from_option", "to_option"]].to_numpy().tolist() == [["universal", "proportional"]]


@pytest.mark.parametrize(("gradient", "expected"), [
    ("flat", (500, 554.21, 692.77, 1094.06)), ("steep", (500, 528.45, 601.47, 814.85)),
])  # fmt: skip
def test_who_loses_elsewhere_decides_how_much_equity_is_gained(gradient, expected):
    benefit = net_health_benefit(PATIENTS, 0.25, 3000.0, threshold=15_000, shares=by_group(SHARES_OF_FIFTHS[gradient]))
    assert benefit.sum().item() == pytest.approx(500)
    assert impact_curve(benefit, FIFTHS, PEOPLE)["equivalent"].values == pytest.approx(expected, abs=0.01)


def test_benefit_keeps_options_and_draws_and_gives_up_what_it_costs():
    patients = PATIENTS * xr.DataArray([[1.0, 2.0]], dims=("chain", "draw"))
    cost = xr.DataArray([3000.0, 6000.0], {"option": ["a", "b"]}, "option")
    benefit = net_health_benefit(patients, 0.25, cost, threshold=15_000, shares=by_group(SHARES_OF_FIFTHS["moderate"]))
    assert set(benefit.dims) == {"deprivation", "chain", "draw", "option"}
    assert benefit.sum("deprivation").values.ravel() == pytest.approx([500, -1500, 1000, -3000])


def test_gradients_of_what_is_lost_are_those_that_were_published():
    assert all(sum(shares) == pytest.approx(1) for shares in SHARES_OF_FIFTHS.values())
    if ORACLES.is_dir():
        table = pd.read_csv(ORACLES / "dcea_york_hoc.csv", encoding="utf-8-sig")
        printed = {name: tuple(rows["hoc_prop"]) for name, rows in table.groupby("scenario")}
        assert printed == SHARES_OF_FIFTHS


def test_without_a_switch_there_is_no_row():
    benefit = xr.concat([by_group([1.0, 1.0]), by_group([2.0, 2.0])], "option")
    assert switch_of_choice(benefit, by_group([60.0, 70.0]), by_group([1e3, 1e3])).empty


def after(*options):
    return xr.DataArray([*options], {"option": [*"abc"[: len(options)]], "deprivation": [1, 2, 3]})


@pytest.mark.parametrize(("health", "expected"), [
    (after([20, 40, 60], [21, 40, 60]), (0, 0, 0)),
    (after([21, 40, 60], [20, 40, 60]), (1, 1, 1)),
    (after([25, 40, 55], [20, 40, 60]), (0, 1, 1)),
    (after([20, 40, 70], [20, 40, 60]), (1, 0, 1)),
    (after([60, 40, 20], [20, 40, 60]), (0, 0, 0)),
])  # fmt: skip
def test_the_first_against_the_second_without_weights(health, expected):
    found = dominates(health.astype(float), by_group([1.0, 1.0, 1.0]))
    pair = found.sel(option="a", other_option="b")
    assert tuple(pair[kind].item() for kind in ("pareto", "lorenz", "generalised_lorenz")) == expected


def test_curves_of_options_that_rank_groups_differently_are_compared_at_every_bend():
    """a: 30 for 1 in 4, 50 for the rest; b: 44 for 3 in 4, 48 for 1. Nobody's total is less in a below three quarters."""
    health = xr.DataArray([[30.0, 50.0], [48.0, 44.0]], {"option": ["a", "b"], "deprivation": [1, 2]})
    found = dominates(health, by_group([1.0, 3.0]))
    assert found["generalised_lorenz"].sel(option="b", other_option="a").item() == 1
    assert found["lorenz"].sel(option="b", other_option="a").item() == 1
    assert found["pareto"].values.tolist() == [[0, 0], [0, 0]]


def test_dominance_is_a_share_of_draws():
    health = after([20, 40, 60], [20, 40, 60]).astype(float) + xr.DataArray(
        [[[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]], {"option": ["a", "b"]}, ("chain", "draw", "option")
    )
    assert dominates(health, by_group([1.0, 1, 1]))["pareto"].values.tolist() == [[0, 0.75], [0.25, 0]]


@pytest.mark.parametrize(("made", "says"), [
    (lambda: net_health_benefit(PATIENTS, 1.0, 1.0, threshold=0.0, shares=PATIENTS), "above 0"),
    (lambda: net_health_benefit(PATIENTS, 1.0, 1.0, threshold=1.0, shares=PATIENTS), "1 in all"),
    (lambda: switch_of_choice(PATIENTS, FIFTHS, PEOPLE), "two or more"),
])  # fmt: skip
def test_numbers_without_a_meaning_are_refused(made, says):
    with pytest.raises(OptionError, match=says):
        made()
    assert np.isfinite(PEOPLE).all()
