import numpy as np
import pandas as pd
import pytest
from scipy import stats

from equitymodel.monitoring.link_ratios import LinkRatios, link_ratios, ratio_draws

pytestmark = pytest.mark.unit


def test_the_mean_is_weighted_by_counts():
    wide = pd.DataFrame({1: [100.0, 300.0], 2: [200.0, 300.0]})
    assert link_ratios(wide, 1, 2).middle == pytest.approx(np.log(2) / 4)


def test_a_step_that_nobody_passed_and_zeros_teach_nothing():
    wide = pd.DataFrame({1: [0.0, 5.0], 2: [4.0, np.nan]})
    assert link_ratios(wide, 1, 2).months == 0


def test_a_step_without_any_revision_still_has_a_spread():
    wide = pd.DataFrame({1: [100.0] * 5, 2: [100.0] * 5})
    assert link_ratios(wide, 1, 2).spread_squared == pytest.approx(1 / 400)


def test_what_is_predicted_is_the_t_distribution_of_the_textbook():
    step = LinkRatios(6, 0.1, 4.0, 600.0)
    middle, spread = ratio_draws([step], 40_000, np.random.default_rng(3))[0]
    found = middle + np.random.default_rng(4).standard_normal(40_000) * spread / np.sqrt(100.0)
    sd = np.sqrt(4.0 * (1 / 600 + 1 / 100))
    assert np.quantile(found, 0.975) == pytest.approx(0.1 + stats.t.ppf(0.975, 5) * sd, rel=0.02)
