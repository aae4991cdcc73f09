import json

import pytest

from equitymodel.inference.saved_fit import load_fit
from equitymodel.report.content.carried_section import carried_section, part_warning
from equitymodel.report.content.published import open_published
from equitymodel.report.results import make_results, write_results
from equitymodel.report.write_report import write_report
from equitymodel.vocabulary import ALL_ICS
from tests.carried import carried

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def folder(quick_fit, tmp_path_factory):
    return write_results(make_results(carried(quick_fit)), tmp_path_factory.mktemp("carried") / "results")


@pytest.fixture(scope="module")
def published(folder):
    return open_published(folder)


def test_a_folder_of_new_areas_has_their_numbers_and_the_draws_of_those_counted(folder, published, quick_fit):
    assert {"north", "south"} <= set(published.areas)
    flagged = published.tables["gaps"].query("ics == 'south' and headline")
    assert flagged["estimate"].notna().all()
    assert flagged["holds_part_of"].unique().tolist() == [str(quick_fit.cells["ics_name"].values[2])]
    assert load_fit(folder / "posterior.nc").cells["ics"].equals(quick_fit.cells["ics"])
    kept = json.loads((folder / "provenance.json").read_text("utf-8"))
    assert [row["goes"] for row in kept["carried_over"]].count("part") == 2
    assert kept["cells"]["count_not_known"] == 0
    assert any("results carried over, draw by draw" in limit for limit in kept["limits"])


def test_the_whole_names_every_area_that_holds_a_part_and_one_area_only_itself(published):
    (section,) = carried_section(published, ALL_ICS)
    said = section.blocks[1].points
    assert [text.partition(":")[0] for text in said] == ["north", "south"]
    (own,) = carried_section(published, "south")
    assert [text.partition(":")[0] for text in own.blocks[1].points] == ["south"]
    assert "north, south" in part_warning(published, ALL_ICS)[0].text


def test_an_area_that_stayed_has_no_warning_and_no_list(published, quick_fit):
    same = str(quick_fit.cells["ics"].values[3])
    assert part_warning(published, same) == []
    (section,) = carried_section(published, same)
    assert len(section.blocks) == 1


def test_results_on_the_areas_that_were_counted_say_nothing(quick_folder):
    published = open_published(quick_folder)
    assert carried_section(published, ALL_ICS) == part_warning(published, ALL_ICS) == []


def test_crude_gaps_are_of_areas_that_stayed(published, quick_fit):
    assert set(published.tables["crude"]["ics"]) <= {str(area) for area in quick_fit.cells["ics"].values[3:]}


def test_a_report_of_one_area_is_written(folder, tmp_path):
    path = tmp_path / "south.html"
    write_report(folder, path, area="south")
    assert "Areas that results were carried over to" in path.read_text("utf-8")
