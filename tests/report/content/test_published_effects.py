import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.published_effects import MADE_UP, open_effects, published_effects
from equitymodel.report.effects_results import write_effects
from tests.report.effects import example_effects

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def published():
    return published_effects(example_effects(), {"ics_names": {"area 01": "Devon"}})


def test_sets_groups_and_areas_are_those_of_the_table(published):
    assert list(published.sets.values()) == [1, 1, 2]
    assert published.groups == ["1", "2", "3", "4", "5"]
    assert published.areas == {"area 01": "Devon", "area 02": "area 02"}
    assert published.code_of("Devon") == "area 01"
    assert published.code_of("All ICSs") == "All ICSs"
    with pytest.raises(OptionError):
        published.code_of("Dorset")


def test_made_up_numbers_are_stamped(published):
    assert published.stamp == MADE_UP
    assert not published_effects(example_effects(made_up=False), {}).stamp


def test_what_is_opened_is_what_was_written(published, tmp_path):
    opened = open_effects(write_effects(example_effects(), tmp_path / "out"))
    assert opened.sets == published.sets
    assert opened.groups == published.groups
    assert opened.stamp == MADE_UP
    assert opened.law == published.law


def test_records_say_what_is_published_inferred_and_unknown(published):
    record = published.tables["strategy_register"].set_index("number").loc[16]
    assert record["contested"] == "yes"
    assert "its name" in record["published"]
    assert "how it would work" in record["inferred"]
    assert "what it costs" in record["unknown"]
