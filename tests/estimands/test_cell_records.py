import numpy as np
import pytest

from equitymodel.estimands.cell_records import cell_measures
from tests.estimands.strategies import assert_same, made_fit

pytestmark = pytest.mark.unit


def test_every_cell_has_its_admissions_ratio_and_shortfalls():
    fit = made_fit()
    records = {(item.key, item.reference): item for item in cell_measures(fit)}
    assert list(records) == [
        ("fitted", ""), ("standardised_ratio", "national"), ("expected_admissions", "national"), ("shortfall", "national"),
        ("expected_admissions", "least_deprived_ics"), ("shortfall", "least_deprived_ics"),
    ]  # fmt: skip
    for reference in ("national", "least_deprived_ics"):
        target = records["expected_admissions", reference].draws
        assert_same(records["shortfall", reference].draws, target - fit.fitted, rtol=1e-7, atol=1e-9)
    assert float(abs(records["shortfall", "least_deprived_ics"].draws.sel(deprivation=5)).max()) == 0


def test_admissions_add_up_as_means_and_ratios_are_medians():
    centres = {item.key: item.centre for item in cell_measures(made_fit())}
    assert centres == {
        "fitted": "mean",
        "standardised_ratio": "median",
        "expected_admissions": "mean",
        "shortfall": "mean",
    }


def test_probabilities_are_of_fewer_admissions():
    records = {item.key: item for item in cell_measures(made_fit())}
    ratio, behind = records["standardised_ratio"], records["shortfall"]
    np.testing.assert_allclose(ratio.probability, (ratio.draws < 1).mean(["chain", "draw"]))
    np.testing.assert_allclose(behind.probability, (behind.draws > 0).mean(["chain", "draw"]))
    assert records["fitted"].probability is None


def test_groups_without_an_order_are_held_against_the_reference_group():
    references = {item.reference for item in cell_measures(made_fit(group="ethnicity"))}
    assert references == {"", "national", "reference_group_ics"}
