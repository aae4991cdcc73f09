import pytest

from equitymodel.report.content import effects_tables as tables
from equitymodel.report.content.published_effects import published_effects
from tests.report.effects import example_effects, no_effects

pytestmark = pytest.mark.unit
ALL = "All ICSs"


@pytest.fixture(scope="module")
def published():
    return published_effects(example_effects(), {})


def test_what_each_adds_stands_beside_the_ends(published):
    rows = tables.added_table(published, ALL).rows
    assert rows["strategy"].tolist() == list(published.sets)
    assert ((rows["most_estimate"] + rows["least_estimate"]) < rows["estimate"]).all()
    assert len(tables.added_data(published, "area 01")) == 6


def test_the_gap_is_there_for_every_procedure_now_and_with_each(published):
    table = tables.gap_table(published, "area 02")
    assert len(table.rows) == 6
    assert table.place == "everywhere"
    assert table.rows["at_bound"].between(0, 1).all()
    product = table.rows["now_estimate"] * table.rows["estimate"]
    assert product.tolist() == pytest.approx(table.rows["with_estimate"].tolist(), rel=0.02)


def test_joint_effects_stand_beside_the_sum_over_singles(published):
    rows = tables.together_table(published, ALL).rows
    assert rows["strategy"].tolist() == ["All together"] * 2
    assert (rows["singles_estimate"] - rows["estimate"]).tolist() == pytest.approx(rows["less_estimate"].tolist())


def test_every_part_that_was_stated_has_a_row_in_words(published):
    rows = tables.gives_way_table(published, ALL).rows
    alone = rows[rows["strategy"] == next(iter(published.sets))]
    assert set(alone["part"]) == set(tables.PARTS.values())
    assert list(dict.fromkeys(rows["strategy"])) == list(published.sets)
    assert set(alone["unit"]) == {"pounds", "hours", "admissions", "QALYs"}


def test_nothing_stated_gives_tables_without_rows():
    bare = published_effects(no_effects(), {})
    for table in (tables.added_table, tables.gap_table, tables.together_table, tables.gives_way_table):
        assert table(bare, ALL).rows.empty


def test_inputs_say_the_difference_between_groups(published):
    table = tables.inputs_table(published.tables["strategy_inputs"])
    headings = [column.heading for column in table.columns]
    assert "log difference, mean" in headings
    assert "source" in headings
