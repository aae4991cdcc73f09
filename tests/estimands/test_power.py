"""The minimum detectable effect: against a published table, by hand, and where it must move."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from equitymodel.errors import OptionError
from equitymodel.estimands.power import (
    AutocorrelatedNoise,
    StudyDesign,
    detectable,
    minimum_detectable_effect,
    plan_terms,
    power_to_find,
)
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit
SIZES = (10, 30, 100, 300, 1000)
GAP_SIZES = (30, 100, 1000)
TABLE = {
    (36, 12, 0.0): ((60, 32, 18, 12, 9), (47, 25, 10)),
    (36, 12, 0.3): ((60, 33, 19, 14, 11), (48, 26, 12)),
    (36, 12, 0.6): ((62, 35, 21, 16, 14), (49, 28, 15)),
    (36, 24, 0.3): ((66, 36, 21, 15, 12), (52, 28, 13)),
    (60, 24, 0.3): ((43, 24, 14, 10, 8.5), (35, 19, 9)),
    (60, 24, 0.6): ((45, 26, 16, 13, 11), (36, 21, 12)),
}
"""Per cent, found independently: noise of 0.05, level and slope, two harmonics; half the noise of a gap shared."""
USUAL = StudyDesign(before=36, after=24)
SHORT = StudyDesign(before=36, after=12)


@pytest.mark.parametrize(("before", "after", "rho"), TABLE)
def test_a_table_found_independently(before, after, rho):
    design, noise = StudyDesign(before, after), AutocorrelatedNoise(rho=rho, shared=0.5)
    ours = [100 * minimum_detectable_effect(design, noise=noise, admissions=size) for size in SIZES]
    gaps = [100 * minimum_detectable_effect(design, noise=noise, admissions=size, gap=True) for size in GAP_SIZES]
    expected, expected_gaps = TABLE[before, after, rho]
    assert ours == pytest.approx(expected, abs=0.51)  # the table is rounded to a whole per cent
    assert gaps == pytest.approx(expected_gaps, abs=0.51)


def test_a_level_with_nothing_else_is_two_means_and_a_trend():
    """Independent noise, no season: the standard error of a level beside a trend, by ordinary least squares."""
    time, after = np.arange(48.0), (np.arange(48) >= 36).astype(float)
    design = np.column_stack([after, np.ones(48), time])
    error = np.sqrt(np.linalg.inv(design.T @ design)[0, 0] * (0.05**2 + 1 / 250))
    plain = replace(SHORT, slope=False, harmonics=0)
    found = minimum_detectable_effect(plain, admissions=250, noise=AutocorrelatedNoise(rho=0))
    assert found == pytest.approx(np.expm1((norm.ppf(0.975) + norm.ppf(0.8)) * error), rel=1e-9)


def test_what_makes_a_change_easier_or_harder_to_find():
    size = minimum_detectable_effect(USUAL, admissions=300)
    assert minimum_detectable_effect(replace(USUAL, slope=False), admissions=300) < size
    assert minimum_detectable_effect(USUAL, admissions=300, noise=AutocorrelatedNoise(rho=0.8)) > size
    assert minimum_detectable_effect(USUAL, admissions=300, threshold=0.9925) > size
    assert minimum_detectable_effect(replace(USUAL, before=60), admissions=300) < size
    assert minimum_detectable_effect(SHORT, admissions=300) < size, "a slope must be carried further"


def test_what_is_not_given_is_a_correlation_of_0_3_and_a_standard_deviation_of_5_per_cent():
    given = minimum_detectable_effect(SHORT, admissions=100, noise=AutocorrelatedNoise(rho=0.3, sd=0.05))
    assert minimum_detectable_effect(SHORT, admissions=100) == given
    assert minimum_detectable_effect(SHORT, admissions=100, noise=AutocorrelatedNoise(shared=0.9)) == given, "no gap"


def test_a_gap_of_which_all_noise_is_shared_has_counts_left():
    whole = minimum_detectable_effect(SHORT, admissions=100, gap=True, noise=AutocorrelatedNoise(rho=0.6, shared=1.0))
    alone = minimum_detectable_effect(SHORT, admissions=100, noise=AutocorrelatedNoise(sd=0.0))
    assert whole == pytest.approx(np.expm1(np.sqrt(2) * np.log1p(alone)))


def test_too_few_months_for_the_terms_find_nothing():
    assert minimum_detectable_effect(StudyDesign(before=1, after=2), admissions=1000) == np.inf


def test_power_and_size_are_one_statement():
    assert power_to_find(detectable(0.07, threshold=0.99, power=0.9), 0.07, threshold=0.99) == pytest.approx(0.9)


def test_terms_leave_out_the_washout_and_what_is_masked():
    series, truth = simulate_series(Sizes(periods=60, before=40), seed=1)
    masked = series.assign(masked=series["masked"].copy(data=np.arange(60) < 5))
    terms = plan_terms(masked, replace(truth.plan, washout=3), load_series_model())
    assert len(terms.elapsed) == 60 - 5 - 3
    assert terms.judged.sum() == 12
    assert "trend" not in plan_terms(series, truth.plan, load_series_model().leaving_out("trend")).names


@pytest.mark.parametrize("bad", [{"before": 0}, {"after": 0}])
def test_a_series_has_a_before_and_an_after(bad):
    with pytest.raises(OptionError, match="a month or more"):
        StudyDesign(**{"before": 36, "after": 12} | bad)


@pytest.mark.parametrize("bad", [{"rho": 1.0}, {"rho": -1.0}, {"sd": -0.1}, {"shared": 1.1}, {"shared": -0.1}])
def test_noise_out_of_range_is_refused(bad):
    with pytest.raises(OptionError, match="lies between"):
        AutocorrelatedNoise(**bad)


@pytest.mark.parametrize("bad", [{"admissions": 0}, {"threshold": 1.0}, {"power": 0.0}])
def test_numbers_out_of_range_are_refused(bad):
    with pytest.raises(OptionError, match=r"above 0|between 0 and 1"):
        minimum_detectable_effect(SHORT, **{"admissions": 100} | bad)
