"""When the fit of a series can be relied on."""

import pytest
import xarray as xr

from equitymodel.inference.laplace.laplace_checks import check_laplace
from equitymodel.inference.series.diagnose_series import ENOUGH_POINTS, diagnose_series

pytestmark = pytest.mark.unit


def statistics(integration, points, *, found):
    stats = {"optimum_found": found, "effective_points": points}
    return xr.Dataset(stats, attrs={"integration": integration})


@pytest.mark.parametrize(
    ("integration", "points", "found", "verdict"),
    [("grid", 3.0, True, "PASS"), ("grid", 900.0, False, "FAIL"), ("importance", ENOUGH_POINTS, True, "PASS"),
     ("importance", ENOUGH_POINTS - 0.1, True, "FAIL"), ("importance", 90.0, False, "FAIL")],
)  # fmt: skip
def test_a_fit_passes_where_modes_were_found_and_enough_points_count(integration, points, found, verdict):
    assert diagnose_series(statistics(integration, points, found=found)).verdict == verdict


def test_a_check_that_failed_says_what_was_measured_and_the_way_out():
    first, second = diagnose_series(statistics("importance", 4.0, found=True)).checks
    assert (first.verdict, first.detail) == ("PASS", "")
    assert (second.value, second.verdict) == (4.0, "FAIL")
    assert second.detail.startswith("way out: ")


def test_checks_are_called_what_they_are_called_for_cells():
    stats = statistics("importance", 90.0, found=True).assign(
        points_agreement=1.0, largest_shift=0.1, small_cells=0.0, pareto_k=("pair", [0.3])
    )
    cells = {check.name for check in check_laplace(stats)}
    assert {check.name for check in diagnose_series(stats).checks} <= cells
