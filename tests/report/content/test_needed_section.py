"""Admissions needed: every ICS and procedure once, as in the table of totals, and nothing that chance would show."""

from dataclasses import replace

import pytest

from equitymodel.report.content.named_numbers import CHANCE
from equitymodel.report.content.needed_section import SHORT, UP, needed_section
from equitymodel.report.document.blocks import Document
from equitymodel.report.document.columns import NOT_APPLICABLE

pytestmark = pytest.mark.unit


def tables(published):
    return {table.name: table for table in Document("t", "s", (needed_section(published),)).tables()}


def own(published, quantity):
    totals = published.tables["target_totals"]
    rows = totals[(totals["scope"] == "ics") & (totals["route"] == "level_up") & (totals["quantity"] == quantity)]
    return rows[rows["ics"] != "All ICSs"].set_index(["ics_name", "procedure"])


def test_pages_show_each_ics_on_a_line_and_a_column_a_procedure(published):
    made = tables(published)
    for quantity in (SHORT, UP):
        table, rows = made[f"{quantity}_{published.tables['gaps']['region'].iloc[0]}"], own(published, quantity)
        assert [column.heading for column in table.columns] == ["ICS", "procedure 01", "procedure 02"]
        assert table.rows["ics_name"].tolist() == sorted(published.areas.values())
        for number, procedure in enumerate(("procedure 01", "procedure 02")):
            for name, shown in table.rows.set_index("ics_name")[f"p{number}_estimate"].items():
                known = rows.loc[(name, procedure)]
                assert shown == (NOT_APPLICABLE if known["told_apart"] == "no" else known["estimate"])


def test_a_workbook_has_all_of_it_in_one_tidy_table(published):
    table = tables(published)["needed"]
    assert table.place == "workbook"
    assert len(table.rows) == 2 * len(published.areas)
    rows = table.rows.set_index(["ics_name", "procedure"])
    assert rows["short_estimate"].to_dict() == own(published, SHORT)["estimate"].to_dict()
    hidden = own(published, UP)["told_apart"] == "no"
    assert (rows["up_estimate"] == CHANCE).sum() == hidden.sum()
    assert (rows["up_lower"] == NOT_APPLICABLE).sum() == hidden.sum()


def test_areas_of_known_regions_stand_under_them(published):
    totals = published.tables["target_totals"]
    north = totals["ics"].isin(["area 01", "area 02"]).map({True: "North", False: "South"})
    regional = replace(published, tables=dict(published.tables) | {"target_totals": totals.assign(region=north)})
    section = needed_section(regional)
    assert [block.title for block in section.blocks[1:3]] == ["North", "South"]
    assert section.blocks[1].blocks[0].rows["ics_name"].tolist() == ["area 01", "area 02"]


def test_groups_without_order_have_one_line_an_ics(published_groups):
    assert not tables(published_groups)["needed"].rows.duplicated(["ics_name", "procedure"]).any()
