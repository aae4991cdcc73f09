"""Totals and shares that last: scales, their slopes and their priors, against finite differences and by hand."""

import numpy as np
import pytest
from scipy import stats

from equitymodel.inference.grouped.scales import Scales, ScaleTable
from equitymodel.inference.grouped.spread_scores import log_spread_slope
from equitymodel.spec.prior import Prior
from equitymodel.spec.share import ShareThatLasts

pytestmark = pytest.mark.unit
HYPER = np.array([[-0.5, 0.3, 0.1, 0.4], [1.2, -1.5, 0.4, -0.5]])


@pytest.fixture
def scales():
    """A total that all lasts; two totals with one share, parts that last first, then those that do not."""
    table = ScaleTable()
    table.add_scales(table.add_totals(Prior("half_normal", sd=0.3), 1), 1)
    two, share = table.add_totals(Prior("half_normal", sd=0.1), 2), table.add_share(ShareThatLasts(2.0, 1.0))
    table.add_scales(two, 2, share)
    table.add_scales(two, 2, share, lasts=False)
    return Scales.of(table)


def test_variances_of_the_two_parts_add_up_to_the_total(scales):
    variance = np.exp(2.0 * scales.log_scales(HYPER))
    totals = np.exp(2.0 * scales.log_totals(HYPER))
    np.testing.assert_allclose(variance[:, 0], totals[:, 0])
    np.testing.assert_allclose(variance[:, 1:3] + variance[:, 3:], totals[:, 1:])
    np.testing.assert_allclose(variance[:, 1:3] / totals[:, 1:], np.repeat(scales.share_values(HYPER), 2, axis=1))


def test_slopes_are_those_of_the_scales(scales):
    step = 1e-6
    for at in range(scales.count):
        move = step * (np.arange(scales.count) == at)
        slope = (scales.log_scales(HYPER + move) - scales.log_scales(HYPER - move)) / (2 * step)
        np.testing.assert_allclose(scales.slopes(HYPER)[:, :, at], slope, rtol=1e-6, atol=1e-9)


def test_the_prior_is_half_normal_in_totals_and_beta_in_shares(scales):
    """Densities of totals and shares, by the change of variables to their scores."""
    log_totals = scales.log_totals(HYPER)
    by_hand = (stats.halfnorm.logpdf(np.exp(log_totals), scale=[0.3, 0.1, 0.1]) + log_totals).sum(axis=1)
    by_hand += np.log(log_spread_slope(HYPER[:, :3], scales.prior_shape)).sum(axis=1)
    share = scales.share_values(HYPER)[:, 0]
    by_hand += stats.beta.logpdf(share, 2.0, 1.0) + np.log(scales.shares[0].slope(HYPER[:, 3]))
    assert np.diff(scales.log_prior(HYPER)) == pytest.approx(np.diff(by_hand))


def test_without_shares_scales_are_totals():
    table = ScaleTable()
    table.add_scales(table.add_totals(Prior("half_normal", sd=0.3), 2), 2)
    scales = Scales.of(table)
    np.testing.assert_allclose(scales.log_scales(HYPER[:, :2]), scales.log_totals(HYPER[:, :2]))
    np.testing.assert_allclose(scales.score_of(scales.log_totals(HYPER[:, :2])), HYPER[:, :2])
    assert scales.share_values(HYPER[:, :2]).shape == (2, 0)
