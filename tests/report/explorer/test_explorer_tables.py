from dataclasses import replace

import pytest

from equitymodel.report.content.any_published import open_results
from equitymodel.report.explorer.cube import cube_of
from equitymodel.report.explorer.explorer_tables import CHOSEN_BY, explorer_tables
from equitymodel.report.wording.year_sentences import year_sentences


@pytest.fixture(scope="module")
def made(published_years):
    tables = explorer_tables(published_years, "area 02")
    return {table.name.removeprefix("explorer_"): table for table in tables}


def test_every_gap_of_every_year_is_there_once(made, published_years):
    rows = made["gaps"].rows
    years = published_years.tables["years"]
    expected = {(row.ics, row.procedure, row.period) for row in years.itertuples() if row.period}
    headline = rows[rows["measure"] == "rate_ratio"]
    assert {(row.ics, row.of, row.year) for row in headline.itertuples()} == expected
    assert not rows.duplicated(["ics", "of", "measure", "year"]).any()


def test_changes_are_from_the_first_to_the_last_year_with_their_narrowing_and_trend(made, published_years):
    rows = made["changes"].rows.set_index(["ics", "of", "measure"])
    years = published_years.tables["years"]
    for key in [("area 02", "procedure 01", "rate_ratio"), ("area 05", "procedure 02", "core20_ratio")]:
        own = years[(years["ics"] == key[0]) & (years["procedure"] == key[1])].set_index("measure")
        pair = own[(own["period_from"] == "2019/20") & (own["period_to"] == "2022/23")]
        assert rows.loc[key, "estimate"] == pair.loc[f"{key[2]}_change", "estimate"]
        assert rows.loc[key, "probability_narrowed"] == pair.loc[f"{key[2]}_narrowing", "probability"]
        assert rows.loc[key, "trend_estimate"] == own.loc[f"{key[2]}_trend", "estimate"]


def test_a_change_of_a_ratio_is_a_factor_and_of_a_difference_a_difference(made):
    said = made["changes"].rows.groupby("measure")["how"].unique()
    assert said["rate_ratio"].tolist() == [", as a factor"]
    assert said["rate_difference"].tolist() == [", as a difference"]


def test_sentences_are_those_of_wording(made, published_years):
    texts = made["year_words"].rows
    own = texts[texts["ics"] == "area 03"].set_index("of")["text"]
    said = year_sentences(published_years.facts, published_years.tables["years"], ics="area 03")
    assert own.to_dict() == said.set_index("procedure")["text"].to_dict()


def test_peers_of_a_region_are_its_others(made, published_years):
    rows = made["peers"].rows
    regions = published_years.tables["gaps"].drop_duplicates("ics").set_index("ics")["region"].drop("All ICSs")
    found = rows[(rows["ics"] == "area 02") & (rows["kind"] == "region")]["codes"]
    others = set(regions[regions == regions["area 02"]].index) - {"area 02"}
    assert {code for codes in found for code in codes.split("|")} == others
    assert set(rows[rows["kind"] == "england"]["codes"]) == {"every"}


def test_an_estimate_that_could_be_chance_is_not_quoted(made):
    rows = made["routes"].rows
    hidden = rows[rows["told_apart"] == "no"]
    assert len(hidden)
    assert set(hidden["estimate"]) == {"could be chance alone"}


def test_one_area_opens_and_all_together_come_first(made):
    areas = made["areas"].rows
    assert areas.loc[areas["first"] == "yes", "ics"].tolist() == ["area 02"]
    assert areas["ics"].iloc[0] == "All ICSs"


@pytest.mark.parametrize("folder", ["quick_folder", "yearly_folder", "group_folder"])
def test_every_table_is_a_cube(folder, request):
    for table in explorer_tables(open_results(request.getfixturevalue(folder))):
        assert cube_of(table, CHOSEN_BY).dims


def test_groups_without_order_are_told_apart(group_folder):
    tables = {table.name: table for table in explorer_tables(open_results(group_folder))}
    labels = tables["explorer_labels"].rows["of"]
    assert labels.is_unique
    assert all(", " in label for label in labels)
    assert set(tables["explorer_gaps"].rows["of"]) <= set(labels)


def test_years_stand_in_the_order_of_time_whatever_they_are_called(published_years):
    called = {"2019/20": "year to Sept 2020", "2021/22": "year to May 2022", "2022/23": "year to April 2023"}
    named = {name: table.replace(called) for name, table in published_years.tables.items()}
    tables = {table.name: table for table in explorer_tables(replace(published_years, tables=named))}
    assert tables["explorer_gaps"].rows["year"].unique().tolist() == list(called.values())
    own = tables["explorer_changes"].rows
    assert set(own["period_from"]) == {"year to Sept 2020"}
    assert set(own["period_to"]) == {"year to April 2023"}
