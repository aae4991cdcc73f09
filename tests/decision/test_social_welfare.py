"""Equally distributed equivalents: by hand, against the York tools, and what every one of them keeps."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.decision.social_welfare import (
    atkinson_equivalent,
    equity_weights,
    gini_equivalent,
    kolm_equivalent,
    weight_of_a_year,
)
from equitymodel.errors import OptionError
from tests.decision.plans import FIFTHS, PEOPLE, by_group

pytestmark = pytest.mark.unit
ORACLES = Path(__file__).parents[3] / "shared" / "oracles"
THREE, ONE_EACH = by_group([20.0, 40.0, 60.0]), by_group([1.0, 1, 1])


@pytest.mark.parametrize(("equivalent", "aversion", "expected"), [
    (atkinson_equivalent, 0.0, 40), (atkinson_equivalent, 1.0, 36.3424), (atkinson_equivalent, 2.0, 32.7273),
    (kolm_equivalent, 0.0, 40), (kolm_equivalent, 0.1, 29.5568), (gini_equivalent, 2.0, 31.1111),
    (gini_equivalent, 1.0, 40),
])  # fmt: skip
def test_three_people_by_hand(equivalent, aversion, expected):
    assert equivalent(THREE, ONE_EACH, aversion=aversion).item() == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("aversion", "expected"), [(0.5, 1.08927), (1.0, 1.18667), (3.5, 1.82443), (10.0, 5.66769)])
def test_steps_of_a_year_as_the_york_calculator_prints_them(aversion, expected):
    assert weight_of_a_year(FIFTHS, PEOPLE, aversion=aversion)[0].item() == pytest.approx(expected, abs=6e-6)


@pytest.mark.parametrize(("aversion", "atkinson"), [(0.5, 1.08988), (1.0, 1.18784), (3.5, 1.82665), (10.0, 5.59226)])
def test_weights_of_a_little_more_health(aversion, atkinson):
    assert equity_weights(FIFTHS, aversion=aversion)[0].item() == pytest.approx(atkinson, abs=6e-6)


@pytest.mark.parametrize(("aversion", "kolm"), [(0.025, 1.34553), (0.1, 3.27770), (0.15, 5.93408)])
def test_absolute_weights_of_a_little_more_health(aversion, kolm):
    assert equity_weights(FIFTHS, aversion=aversion, kind="kolm")[0].item() == pytest.approx(kolm, abs=6e-6)


@pytest.mark.skipif(not ORACLES.is_dir(), reason="numbers of other software are not here")
def test_every_printed_weight_of_the_york_calculator():
    table = pd.read_csv(ORACLES / "dcea_york_atkinson_weights.csv")
    for aversion, rows in table.groupby("ia"):
        ours = weight_of_a_year(FIFTHS, PEOPLE, aversion=float(aversion)).sel(deprivation=rows["imd"].to_numpy())
        assert ours.values == pytest.approx(rows["imp_weight"].to_numpy(), rel=1e-9)
    for aversion, weight in pd.read_csv(ORACLES / "dcea_york_kolm_weights.csv").to_numpy():
        ours = weight_of_a_year(FIFTHS, PEOPLE, aversion=float(aversion), kind="kolm")[0].item()
        assert ours == pytest.approx(weight, rel=1e-9)


@pytest.mark.parametrize("equivalent", [atkinson_equivalent, kolm_equivalent, gini_equivalent])
def test_equal_health_is_its_own_equivalent_and_aversion_lowers_any_other(equivalent):
    same = by_group([70.0, 70.0])
    assert equivalent(same, by_group([1.0, 3.0]), aversion=2.0).item() == pytest.approx(70)
    by_aversion = [equivalent(FIFTHS, PEOPLE, aversion=a).item() for a in (1.0, 2.0, 5.0, 400.0)]
    assert (np.diff(by_aversion) < 0).all()
    assert by_aversion[-1] == pytest.approx(63.2, abs=0.3)


def test_groups_count_by_their_people_draw_by_draw():
    draws = xr.DataArray([[[20.0, 60.0], [40.0, 40.0]]], {"deprivation": [1, 2]}, ("chain", "draw", "deprivation"))
    found = gini_equivalent(draws, by_group([3.0, 1.0]))
    assert found.values.ravel().tolist() == pytest.approx([20 * (1 - 1 / 16) + 60 / 16, 40])


@pytest.mark.parametrize(("made", "says"), [
    (lambda: atkinson_equivalent(THREE - 20, ONE_EACH, aversion=1.0), "health above 0"),
    (lambda: atkinson_equivalent(THREE, ONE_EACH, aversion=-1.0), "0 or more, not -1"),
    (lambda: kolm_equivalent(THREE.where(THREE > 20), ONE_EACH, aversion=1.0), "leave that group out"),
    (lambda: gini_equivalent(THREE, ONE_EACH, aversion=0.5), "1 or more, not 0.5"),
    (lambda: equity_weights(THREE, aversion=1.0, kind="gini"), "choose atkinson or kolm"),
    (lambda: weight_of_a_year(THREE, ONE_EACH, aversion=1.0, kind="gini"), "choose atkinson or kolm"),
])  # fmt: skip
def test_numbers_without_a_meaning_are_refused(made, says):
    with pytest.raises(OptionError, match=says):
        made()
