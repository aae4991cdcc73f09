"""The minimum detectable effect: against a published table, by hand, and where it must move."""

import numpy as np
import pytest
from scipy.stats import norm

from equitymodel.estimands.power import detectable, minimum_detectable_effect, power_to_find

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
"""Per cent, found independently: noise of 0.05, level and slope, two waves; half the noise of a gap shared."""


@pytest.mark.parametrize(("before", "after", "rho"), TABLE)
def test_a_table_found_independently(before, after, rho):
    given = {"before": before, "after": after, "rho": rho}
    ours = [100 * minimum_detectable_effect(**given, admissions=size) for size in SIZES]
    gaps = [100 * minimum_detectable_effect(**given, admissions=size, gap=True, shared=0.5) for size in GAP_SIZES]
    expected, expected_gaps = TABLE[before, after, rho]
    assert ours == pytest.approx(expected, abs=0.51)  # the table is rounded to a whole per cent
    assert gaps == pytest.approx(expected_gaps, abs=0.51)


def test_a_level_with_nothing_else_is_two_means_and_a_trend():
    """Independent noise, no season: the standard error of a level beside a trend, by ordinary least squares."""
    time, after = np.arange(48.0), (np.arange(48) >= 36).astype(float)
    design = np.column_stack([after, np.ones(48), time])
    error = np.sqrt(np.linalg.inv(design.T @ design)[0, 0] * (0.05**2 + 1 / 250))
    found = minimum_detectable_effect(before=36, after=12, admissions=250, rho=0, slope=False, harmonics=0)
    assert found == pytest.approx(np.expm1((norm.ppf(0.975) + norm.ppf(0.8)) * error), rel=1e-9)


def test_what_makes_a_change_easier_or_harder_to_find():
    usual = {"before": 36, "after": 24, "admissions": 300.0}
    size = minimum_detectable_effect(**usual)
    assert minimum_detectable_effect(**usual, slope=False) < size
    assert minimum_detectable_effect(**usual, rho=0.8) > size
    assert minimum_detectable_effect(**usual, threshold=0.9925) > size
    assert minimum_detectable_effect(**usual | {"before": 60}) < size
    assert minimum_detectable_effect(**usual | {"after": 12}) < size, "a slope must be carried further"


def test_a_gap_of_which_all_noise_is_shared_has_counts_left():
    given = {"before": 36, "after": 12, "admissions": 100.0}
    whole = minimum_detectable_effect(**given, gap=True, shared=1.0, rho=0.6)
    assert whole == pytest.approx(np.expm1(np.sqrt(2) * np.log1p(minimum_detectable_effect(**given, sd=0.0))))


def test_too_few_months_for_the_terms_find_nothing():
    assert minimum_detectable_effect(before=1, after=2, admissions=1000) == np.inf


def test_power_and_size_are_one_statement():
    assert power_to_find(detectable(0.07, threshold=0.99, power=0.9), 0.07, threshold=0.99) == pytest.approx(0.9)


@pytest.mark.parametrize("bad", [{"before": 0}, {"admissions": 0}, {"rho": 1.0}, {"sd": -0.1}, {"shared": 1.1}])
def test_numbers_out_of_range_are_refused(bad):
    with pytest.raises(ValueError, match=r"a month or more|lies between"):
        minimum_detectable_effect(**{"before": 36, "after": 12, "admissions": 100} | bad)
