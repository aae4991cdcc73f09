"""What routes would take: each number from its own row of the totals."""

import pytest

from equitymodel.report.content.routes_section import CHANCE, TAKEN, routes_section
from equitymodel.report.document.blocks import DataTable
from equitymodel.report.document.columns import NOT_APPLICABLE
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def tables_of(section):
    return [block for block in section.blocks if isinstance(block, DataTable)]


def test_there_is_a_table_for_every_scope(published):
    scopes = set(published.rows("target_totals", ALL_ICS)["scope"])
    assert {table.name for table in tables_of(routes_section(published, ALL_ICS))} == {
        f"routes_{scope}" for scope in scopes
    }


def test_every_number_is_that_of_its_route_and_scope(published):
    code = next(iter(published.areas))
    totals = published.rows("target_totals", code).set_index(["scope", "quantity", "route", "procedure"])
    for table in tables_of(routes_section(published, code)):
        scope = table.name.removeprefix("routes_")
        for row in table.rows.to_dict("records"):
            for quantity, route, name, _ in TAKEN:
                one = totals.loc[(scope, quantity, route, row["procedure"])]
                assert row[f"{name}estimate"] == (CHANCE if one["told_apart"] == "no" else one["estimate"])
                assert row[f"{name}upper"] == (NOT_APPLICABLE if one["told_apart"] == "no" else one["upper"])


def test_groups_without_order_have_one_line_a_procedure(published_groups):
    for table in tables_of(routes_section(published_groups, ALL_ICS)):
        assert not table.rows.duplicated("procedure").any()
