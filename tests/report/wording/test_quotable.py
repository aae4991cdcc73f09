"""What sentences quote is the same of a fit and of one that is worked out."""

import pytest

from equitymodel.report.wording.quotable import quotable_of
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def test_fitted_admissions_are_posterior_means(quick_fit):
    quoted = quotable_of(quick_fit)
    mean = quick_fit.fitted.mean(["chain", "draw"]).sum("deprivation")
    for area in ("area 01", ALL_ICS):
        own = mean.sum("ics") if area == ALL_ICS else mean.sel(ics=area)
        assert quoted.admissions(area).to_dict() == pytest.approx(
            own.drop_vars("ics", errors="ignore").to_series().to_dict()
        )


def test_tables_at_hand_are_taken(quick_fit, quick_results):
    gaps, totals = quick_results.tables["gaps"], quick_results.tables["target_totals"]
    quoted = quotable_of(quick_fit, gaps, totals)
    assert quoted.gaps is gaps
    assert quoted.totals is totals
