from equitymodel.report.content.any_published import open_results
from equitymodel.report.explorer.measure_list import listed_measures


def test_measures_have_names_of_their_own_the_headline_first(published_years):
    found = listed_measures(published_years)
    assert found["measure"].is_unique
    assert found["title"].is_unique
    assert found["measure"].iloc[0] == "rate_ratio"
    assert {"slope_index", "slope_index_2"} <= set(found["measure"])


def test_what_compares_areas_or_shows_chance_is_no_measure(published_years):
    keys = set(listed_measures(published_years)["key"])
    assert not {"rank", "probability_worse_than_all", "share_to_move_null"} & keys
    assert {"rate_ratio", "concentration_index", "share_to_move"} <= keys


def test_the_line_is_where_there_is_no_gap(published_years):
    lines = listed_measures(published_years).set_index("measure")["line"]
    assert (lines["rate_ratio"], lines["rate_difference"], lines["slope_index"]) == ("1", "0", "0")


def test_groups_without_order_are_compared_with_their_reference(group_folder):
    found = listed_measures(open_results(group_folder))
    assert "against White British" in found["name"].iloc[0] or "White British" in found["title"].iloc[0]
