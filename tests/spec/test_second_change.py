"""An intervention that ended: the effect counts until then, and a second change is laid out from the end on."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from equitymodel.errors import SpecError
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.as_record import plan_from, plan_record
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.second_change import why_no_end
from equitymodel.spec.terms import segmented_terms

pytestmark = pytest.mark.unit

PLAN = Interruption("2018-01", ends="2019-01")


@pytest.fixture(scope="module")
def months():
    return simulate_series(Sizes(areas=2, exposed_areas=1), seed=1)


def test_the_effect_counts_until_the_end_and_the_second_change_from_it(months):
    design = PLAN.design(months[0])
    at = np.flatnonzero(design["counted"])
    assert at.tolist() == list(range(36, 48))
    assert np.flatnonzero(design["ended"]).tolist() == list(range(48, 60))
    assert design["second_level"].values.tolist() == [0.0] * 48 + [1.0] * 12
    np.testing.assert_allclose(design["second_slope"].values[48:], np.arange(12) / 12)


def test_before_the_end_all_is_as_without_one(months):
    open_ended = replace(PLAN, ends=None).design(months[0])
    for name in ("level", "slope", "earlier", "washout"):
        np.testing.assert_array_equal(PLAN.design(months[0])[name], open_ended[name])
    assert "second_level" not in open_ended


def test_controls_have_no_second_change(months):
    series, truth = months
    design = replace(truth.plan, ends="2019-01").design(series)
    assert design["ended"].sum("period").values.tolist() == [12, 0]
    assert design["second_level"].sum("period").values.tolist() == [12, 0]


def test_an_end_beyond_the_series_changes_nothing(months):
    design = replace(PLAN, ends="2030-01").design(months[0])
    assert "second_level" not in design
    assert int(design["counted"].sum()) == 24


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ends": "2017-06"}, "the end comes after every start"),
        ({"ends": "2018-01"}, "the end comes after every start"),
        ({"ends": "soon"}, "is not a date"),
        ({"ends": "2019-01", "starts": {"QE1": "2019-02"}}, "starts on 2019-02-01"),
        ({"ends": "2019-01", "shape": "pulse", "ramp_months": 3}, "a pulse is over by itself"),
    ],
)
def test_an_end_without_a_meaning_is_refused(change, said):
    with pytest.raises(SpecError, match=said):
        replace(PLAN, **change)


def test_an_end_within_the_washout_leaves_nothing_to_count(months):
    with pytest.raises(SpecError, match="no period is left between the start"):
        Interruption("2018-01", washout=6, ends="2018-05").design(months[0])


def test_the_second_change_is_an_interruption_of_its_own(months):
    second = replace(PLAN, washout=2, outcome="gap").after_end
    assert (second.date, second.ends, second.washout, second.outcome) == ("2019-01", None, 0, "gap")
    assert int(second.design(months[0])["counted"].sum()) == 12
    with pytest.raises(SpecError, match="did not end"):
        _ = replace(PLAN, ends=None).after_end


def test_an_end_is_part_of_the_declaration_and_survives_a_record():
    open_ended = replace(PLAN, ends=None)
    assert PLAN.sha256 != open_ended.sha256
    assert PLAN.sha256 == replace(PLAN, ends=dt.date(2019, 1, 1)).sha256
    assert open_ended.sha256 == Interruption("2018-01").sha256
    assert plan_from(plan_record(PLAN)) == PLAN
    assert "It ended on 2019-01-01" in str(PLAN)


def test_dates_before_the_start_have_no_end():
    assert PLAN.starting("2016-01").ends is None


def test_comparison_methods_have_terms_of_the_second_change(months):
    terms = segmented_terms(months[0], PLAN.design(months[0]), harmonics=0, slope=True)
    assert list(terms) == ["level", "slope", "second level", "second slope", "constant", "trend"]
    assert why_no_end(dt.date(2019, 1, 1), [dt.date(2018, 1, 1)], "step") is None
