from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from equitymodel.estimands.gap_records import gap_measures
from equitymodel.estimands.measures import headline_of
from equitymodel.estimands.sensitivity_records import (
    AT_EQUAL,
    PERSISTS,
    PRIVATE,
    PRIVATE_SHARES,
    UNMEASURED_NEED,
    WITHOUT,
    WORTH,
    sensitivity_measures,
    without_adjustments,
    without_covariates,
)
from tests.estimands.strategies import assert_same, made_fit

pytestmark = pytest.mark.unit
FIT = made_fit()
GAP = headline_of(gap_measures(FIT)).draws


def test_questions_come_in_order_with_what_was_assumed():
    records = list(sensitivity_measures(FIT, GAP))
    assert [item.key for item in records[:5]] == ["tipping_point", WITHOUT, WORTH, WITHOUT, WORTH]
    assert [item.assumption for item in records if item.key == PERSISTS] == list(UNMEASURED_NEED)
    assert [item.assumption for item in records if item.key == PRIVATE] == list(PRIVATE_SHARES)
    assert_same(records[0].draws, GAP)


@pytest.mark.parametrize("adjustment", ["age_sex", "need"])
def test_each_adjustment_is_worth_its_factor(adjustment):
    worth = next(item for item in without_adjustments(FIT, GAP) if (item.key, item.adjustment) == (WORTH, adjustment))
    np.testing.assert_allclose(worth.draws.sel(ics="Avon"), 1.2)


def test_the_gap_persists_less_often_the_less_the_most_deprived_need():
    chances = [item.draws for item in sensitivity_measures(FIT, GAP) if item.key == PERSISTS]
    assert all(bool((less <= more).all()) for more, less in pairwise(chances))
    assert "unmeasured_need" not in chances[0].dims


def test_private_care_of_the_least_deprived_widens_the_gap():
    wider = next(item for item in sensitivity_measures(FIT, GAP) if item.key == PRIVATE)
    assert_same(wider.draws, GAP * 0.95)


def test_without_adjustments_there_is_nothing_to_leave_out():
    assert not list(without_adjustments(made_fit(adjustments=("population",)), GAP))


@pytest.mark.parametrize(("counted", "key", "factor"), [((), AT_EQUAL, 1 / 1.1), (("beds",), WITHOUT, 1.1)])
def test_each_covariate_is_left_out_in_turn_and_is_worth_the_same_either_way(counted, key, factor):
    """The most deprived have 10 % more admissions than the least by the first covariate, and a fifth fewer by the second."""
    slope = (0.9 - FIT.cells["expected_admissions"]["deprivation"] * 0.2 + 0.1) / 0.8
    terms = {"beds": np.log(1.1) * slope, "distance": np.log(0.8) * slope}
    fit = replace(FIT, covariate_terms=terms, counted_covariates=counted)
    records = {(item.key, item.adjustment): item.draws.sel(ics="Avon") for item in without_covariates(fit, GAP)}
    assert set(records) == {(key, "beds"), (WORTH, "beds"), (AT_EQUAL, "distance"), (WORTH, "distance")}
    np.testing.assert_allclose(records[WORTH, "beds"], 1.1)
    np.testing.assert_allclose(records[WORTH, "distance"], 0.8)
    np.testing.assert_allclose(records[key, "beds"], GAP.sel(ics="Avon") * factor)
