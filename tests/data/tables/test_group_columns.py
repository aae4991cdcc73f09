import pytest

from equitymodel.data.tables.group_columns import group_columns, names_a_group

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", [
    "Quintile 1", "quintile_5", "Q1", "D10", "IMD 3", "IMD Q1", "IMD 2019 quintile 2", "1 - most deprived", "Most deprived",
    "Second most deprived", "Decile 1 (most deprived)", "5 (least deprived)",
])  # fmt: skip
def test_a_group_is_known_by_its_words(text):
    assert names_a_group(text)


@pytest.mark.parametrize(
    "text", ["1", "ics", "hip", "Quintile", "Q1 2023", "quarter 1", "2023", "deprivation", "Q1 2019"]
)
def test_what_may_be_something_else_is_no_group(text):
    assert not names_a_group(text)


def test_numbers_are_groups_where_there_are_two_or_more():
    assert group_columns(["ics", "1", "2"]) == ["1", "2"]
    assert group_columns(["ics", "1", "2019"]) == []
