import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.published_stages import open_stages
from equitymodel.report.stages_results import write_stages

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def folder(pathway, tmp_path_factory):
    out = tmp_path_factory.mktemp("stages") / "results"
    return write_stages(pathway[0].require_sound(force=True), out), out


def test_what_is_opened_is_what_was_written(folder):
    written, out = folder
    opened = open_stages(out)
    assert list(opened.tables) == list(written.tables)
    for name, table in opened.tables.items():
        assert table["estimate"].equals(written.tables[name]["estimate"])
    assert opened.facts == written.facts
    assert opened.provenance["stages"] == written.provenance["stages"]


def test_areas_are_found_by_name_or_code(folder):
    published = folder[0]
    assert published.code_of("area 02") == "area 02"
    assert published.title_of("area 02") == "area 02"
    with pytest.raises(OptionError, match="area 99"):
        published.code_of("area 99")


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(OptionError, match="no results of a pathway"):
        open_stages(tmp_path)
