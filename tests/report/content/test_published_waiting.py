import pytest

from equitymodel.report.content.published_waiting import PATHS, RULES, STATED, published_waiting
from tests.compared_lists import FASTER, MORE, compared_rules, published_rules

pytestmark = pytest.mark.unit


def test_tables_are_those_of_the_comparison():
    published = published_rules()
    assert set(published.tables) == {RULES, PATHS, STATED}
    assert published.names == ["First come", FASTER, MORE]
    assert published.groups == ["1", "2", "3", "4", "5"]


def test_all_that_was_stated_is_named():
    said = published_rules().stated
    assert said[0].startswith("Share of those on the list who leave untreated in a week: 0.80%")
    assert f"{MORE}: an assumption." in said
    assert said[-1] == "The list was not held against what was observed of it a year later."
    assert (
        published_waiting(compared_rules(), {}, {}, "It was held against it.").stated[-1] == "It was held against it."
    )


def test_rows_are_found_by_quantity_rule_and_group():
    rows = published_rules().rows("mean_wait", rule=FASTER, deprivation="1")
    assert len(rows) == 1
    assert rows["lower"].item() <= rows["estimate"].item() <= rows["upper"].item()
