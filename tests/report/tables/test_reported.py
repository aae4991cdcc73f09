from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.gap_records import gap_measures
from equitymodel.estimands.measures import Measure
from equitymodel.estimands.route_records import total_measures
from equitymodel.estimands.share_records import share_measures
from equitymodel.estimands.year_records import year_measures
from equitymodel.report.tables.reported import check_reported, label_of_reported
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit


def as_chains(fit, draws=None):
    """The same fit, as if its draws came from chains."""
    tree = fit.draws.copy()
    posterior = tree["posterior"].to_dataset()
    posterior.attrs["engine"] = "nuts"
    tree["posterior"] = xr.DataTree(posterior)
    return replace(fit, draws=tree)


def test_changes_between_years_are_named_by_their_years():
    change = xr.DataArray([[1.1]], coords={"period_from": ["2019"], "period_to": ["2020"]})
    record = Measure("rate_ratio_change", "rate_ratio", change, "need", "least_deprived", variant="ends")
    assert label_of_reported(record, Group()).endswith("adjusted for age, sex and need, 2019 to 2020)")
    assert label_of_reported(Measure("share_of_need", "share_of_need", xr.DataArray(0.2)), Group()) == "share_of_need"


def test_what_compares_years_is_checked_too(quick_fit):
    years = with_years(as_chains(quick_fit))
    checks = check_reported(years, [*year_measures(years), *share_measures(years)])
    assert checks


def test_draws_of_the_fast_engine_do_not_come_from_chains(quick_fit):
    assert check_reported(quick_fit, gap_measures(quick_fit)) == []


def test_what_did_not_settle_is_named_as_it_is_published(quick_fit):
    fit = as_chains(quick_fit)
    gaps = list(gap_measures(fit))
    sound = check_reported(fit, [*gaps, *total_measures(fit)])
    assert sound
    assert all("reported gaps, totals and shortfalls" in check.name for check in sound)
    slope = next(item for item in gaps if item.variant == "local_linear")
    apart = slope.draws + xr.DataArray(np.arange(4) * 100.0, dims="chain")
    checks = check_reported(fit, [replace(slope, draws=apart.transpose(*slope.draws.dims))])
    worst = max(checks, key=lambda check: check.verdict == "FAIL")
    assert worst.verdict == "FAIL"
    assert "slope_index (local positions, linear)" in worst.detail
