"""Counts marked as not applicable are structural where that can be, and asked about where it cannot."""

import pandas as pd
import pytest

from equitymodel.data.cells.label_cells import CellTables
from equitymodel.data.cells.not_applicable import read_not_applicable
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import DataLog
from tests.data.changes import SURREY_HIPS, chain, fill, given, read, rules_of

pytestmark = pytest.mark.unit

SURREY = "ics == 'E54000063' and procedure == 'hip'"


def test_a_procedure_that_is_not_applicable_in_an_ics_is_not_offered_there(tables, save):
    cells = read(save(**fill("admissions", "admissions", "[z]", SURREY)(tables)))
    declared = chain(fill("admissions", "admissions", "0", SURREY), given("not_offered", SURREY_HIPS))(tables)
    assert rules_of(cells) == {"C22"}
    assert cells.drop_attrs().equals(read(save(**declared)).drop_attrs())


def test_a_sex_that_cannot_have_a_procedure_has_none(tables, save):
    men = "sex == 'M' and procedure == 'hip'"
    cells = read(save(**fill("admissions", "admissions", "z", men)(tables)))
    assert "C22" in rules_of(cells)
    zeros = read(save(**fill("admissions", "admissions", "0", men)(tables)))
    assert cells["admissions"].equals(zeros["admissions"])


def test_one_cell_is_left_alone_where_its_ics_is_declared(tables, save):
    part = chain(
        fill("admissions", "admissions", "0", SURREY),
        fill("admissions", "admissions", "[z]", f"{SURREY} and deprivation == '3'"),
        given("not_offered", SURREY_HIPS),
    )(tables)
    assert not rules_of(read(save(**part))) & {"C21", "C22"}


def test_nothing_marked_changes_nothing():
    rows = pd.DataFrame({"ics": ["a"], "procedure": ["hip"], "marked": [""]})
    tables = CellTables(CheckedTable("admissions", rows, (), "", ""), CheckedTable("population", rows, (), "", ""))
    assert read_not_applicable(tables, DataLog()) is tables
