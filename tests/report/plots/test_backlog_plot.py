"""The picture of a backlog: a panel a group, groups on one scale."""

import pytest

from equitymodel.report.plots.backlog_plot import plot_backlog
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.studies.backlog import backlog

pytestmark = pytest.mark.unit


def test_groups_have_one_scale_and_all_has_its_own():
    series, _ = simulate_series(Sizes(groups=3, periods=40, before=30), seed=1)
    whole, *groups = plot_backlog(backlog(series, "2019-03", seed=1)).axes[:4]
    assert len({axes.get_ylim() for axes in groups}) == 1
    assert whole.get_ylim() != groups[0].get_ylim()
    assert groups[0].get_title(loc="left") == "deprivation 1"
