import pytest

from equitymodel.estimands.disparity import theil_index
from equitymodel.estimands.group_records import group_measures, named, whole_statistics
from equitymodel.vocabulary import ALL_ICS
from tests.estimands.strategies import assert_same, made_fit

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def records():
    return {(item.key, item.variant): item for item in group_measures(made_fit(group="ethnicity"))}


def test_no_measure_needs_an_order(records):
    assert list(records) == [
        ("rate_difference", "to_reference"), ("share_to_move", "within_area"), ("theil_between", "between_groups"),
        ("index_of_disparity", "reference"), ("index_of_disparity", "mean"), ("theil_within", "between_areas"),
    ]  # fmt: skip


def test_differences_are_from_the_reference_group_which_is_not_among_them(records):
    away = records["rate_difference", "to_reference"]
    assert away.draws["group"].values.tolist() == ["Asian", "Black", "Mixed", "Other"]
    assert (away.reference, away.sign, away.probability_of) == ("White", "fewer", "above_0")


def test_only_variants_that_compare_with_the_reference_group_name_it(records):
    assert records["index_of_disparity", "reference"].reference == "White"
    assert records["index_of_disparity", "mean"].reference == ""
    assert named("within_area", "White") == ""
    assert len(list(whole_statistics())) == 4


def test_theil_between_and_within_add_up_draw_by_draw(records):
    fit = made_fit(group="ethnicity")
    parts = [
        records[key].draws.sel(ics=ALL_ICS)
        for key in (("theil_between", "between_groups"), ("theil_within", "between_areas"))
    ]
    assert_same(parts[0] + parts[1], theil_index(fit, over=("ics", "group")), rtol=1e-7, atol=1e-12)
