import pytest

from equitymodel.studies.truth import truth_coverage

pytestmark = pytest.mark.mcmc


def test_most_intervals_hold_the_truth_and_wider_ones_hold_more(small_fit):
    fit, truth = small_fit
    wide, narrow = (truth_coverage(fit, truth, probability=level).set_index("quantity") for level in (0.95, 0.5))
    assert (wide["share"] > 0.8).all()
    assert (narrow["share"] <= wide["share"]).all()
    assert (
        wide.loc["rate ratio by ICS and procedure", "intervals"]
        == fit.cells.sizes["ics"] * fit.cells.sizes["procedure"]
    )
