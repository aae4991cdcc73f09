"""What was published, opened from the folder: as it was written, and without draws."""

from dataclasses import replace

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.published import open_published
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def test_numbers_come_back_as_they_were(published, quick_results):
    for name in ("gaps", "target_totals", "sensitivity"):
        made = quick_results.tables[name]
        assert published.tables[name]["estimate"].tolist() == pytest.approx(made["estimate"].tolist(), nan_ok=True)
    assert published.facts.adjustments == ("population",)


def test_areas_are_found_by_code_and_by_name(published):
    code, name = next(iter(published.areas.items()))
    assert published.code_of(name) == published.code_of(code) == code
    assert published.name_of(code) == name
    assert published.name_of(ALL_ICS) == ALL_ICS
    assert ALL_ICS not in published.areas
    with pytest.raises(OptionError, match="nowhere"):
        published.code_of("nowhere")


def test_rows_of_an_area_are_its_own(published):
    code = next(iter(published.areas))
    assert set(published.rows("gaps", code)["ics"]) == {code}


def test_the_stamp_of_a_forced_fit_is_kept(published, quick_results):
    assert published.stamp == quick_results.stamp


def test_years_are_there_where_there_are_several(published, published_years):
    assert "years" not in published.tables
    assert {"years", "shares"} <= set(published_years.tables)


def test_an_empty_text_is_nothing_and_not_a_missing_number(published):
    assert published.tables["target_totals"]["told_apart"].map(type).eq(str).all()


def test_a_folder_without_results_says_what_is_not_there(tmp_path):
    with pytest.raises(OptionError, match=r"provenance.json, posterior.nc, gaps.csv is not there"):
        open_published(tmp_path)


def test_counts_are_for_what_the_tables_hold(published, published_years):
    assert published_years.counted == "a year"
    for periods, said in (((), "over the period of the tables"), (("2023/24",), "in 2023/24"),
                          (("2021/22", "2022/23", "2023/24"), "over 2021/22 to 2023/24")):  # fmt: skip
        assert replace(published, facts=replace(published.facts, periods=periods)).counted == said
