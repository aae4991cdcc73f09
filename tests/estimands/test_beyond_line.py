"""Whether months judged are beyond the line from before a break: with draws that are known."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.estimands.beyond_line import months_until_small, recovery_evidence
from tests.evaluated import controlled_series, known_effect

pytestmark = pytest.mark.unit


def draws(pair, *, line):
    """Draws of a series that spans a break, whose line from before it is a multiple of what would have been."""
    return pair.assign(without_break=line * pair["counterfactual"])


def test_a_series_without_a_break_has_nothing_to_recover_from():
    series, plan, pair, _ = known_effect()
    assert recovery_evidence(pair, series, plan) is None


@pytest.mark.parametrize("line", [1.0, 1.05, 1.2])
def test_admissions_are_compared_with_the_line(line):
    series, plan, pair, _ = known_effect()
    found = recovery_evidence(draws(pair, line=line), series, plan)
    ratio = float((pair["fitted"] / pair["counterfactual"]).isel(period=-1).mean())
    assert found.upward_only
    assert found.beyond == pytest.approx(np.log(ratio / line), abs=0.02)
    assert found.more_months == months_until_small(np.log(line), np.log(1.05))


def test_a_gap_is_compared_with_that_of_the_line():
    series, plan, pair, _ = known_effect()
    deeper = xr.DataArray([1.2, 1.1, 1.0, 1.0, 1.0], {"deprivation": series["deprivation"]})
    found = recovery_evidence(draws(pair, line=deeper), series, replace(plan, outcome="gap"))
    assert not found.upward_only
    assert found.beyond.item() > 0.1, "the line had the most deprived nearer to the least"


def test_what_is_small_takes_a_month_and_more_takes_longer():
    assert months_until_small(0.01, 0.05) == 1
    assert months_until_small(0.05 * np.e, 0.05) == 17
    assert months_until_small(0.05 * np.e, 0.05, slowest=10) == 10


def test_beside_controls_what_all_recover_from_is_no_part_of_the_difference():
    series, truth = controlled_series()
    pair = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual}).expand_dims(("chain", "draw"))
    shared = recovery_evidence(draws(pair, line=1.3), series, truth.plan)
    assert shared.beside_controls
    assert not shared.upward_only
    assert shared.beyond == pytest.approx(recovery_evidence(draws(pair, line=1.0), series, truth.plan).beyond)
    own = xr.where(truth.plan.exposed_cells(series), 1.3, 1.0)
    assert recovery_evidence(draws(pair, line=own), series, truth.plan).beyond == pytest.approx(
        shared.beyond - np.log(1.3)
    )
