import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.any_published import open_results
from equitymodel.report.document.blocks import Section, within
from equitymodel.report.explorer.evaluation_explorer import evaluation_explorer
from equitymodel.report.explorer.unit_series import modelled_series

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def published_controlled(controlled_folder):
    return open_results(controlled_folder)


def test_it_is_the_report_without_pictures_and_the_series_of_all(published_controlled):
    document = evaluation_explorer(published_controlled)
    titles = [block.title for block in within(document.blocks) if isinstance(block, Section)]
    assert {"The verdict", "Every model", "What this cannot tell you"} <= set(titles)
    assert "With the intervention, and without it" not in titles
    assert not list(document.pictures())
    [table] = [table for table in document.tables() if table.name == "by_period"]
    whole = modelled_series(published_controlled.result)
    assert table.rows["with_estimate"].tolist() == whole[whole["kind"] == "whole"]["with_estimate"].tolist()


def test_an_area_is_found_by_name_and_one_without_an_answer_is_refused(published_controlled):
    units = next(t for t in evaluation_explorer(published_controlled, "Area 02").tables() if t.name == "explorer_units")
    assert units.rows.loc[units.rows["first"] == "yes", "whom"].tolist() == ["area 02"]
    with pytest.raises(OptionError, match=r"area 03 has no answer of its own[\s\S]*Leave --area out"):
        evaluation_explorer(published_controlled, "area 03")
    with pytest.raises(OptionError, match="Narnia"):
        evaluation_explorer(published_controlled, "Narnia")
