"""Cells that are absent, not offered, or without people are what they are, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.suppression import SmallNumbers
from tests.data.changes import NO_SURREY_HIPS, SURREY_HIPS, YEARS, chain, fill, only, only_both, read, rules_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("absent", "value"), [("zero", 0.0), ("missing", np.nan)])
def test_an_absent_cell_is_what_was_asked(absent, value, tables, save):
    gone = only("admissions", "ics != 'E54000063' or procedure != 'hip' or deprivation != '2'")
    cells = read(save(**gone(tables)), small_numbers=SmallNumbers(absent=absent))
    cell = cells["admissions"].sel(ics="E54000063", procedure="hip", deprivation=2)
    np.testing.assert_equal(cell.item(), value)
    assert bool(cells["offered"].sel(ics="E54000063", procedure="hip", deprivation=2))


@pytest.mark.parametrize(("absent", "value"), [("zero", 0.0), ("missing", np.nan)])
def test_a_row_absent_in_one_year_is_what_was_asked(absent, value, tables, save):
    gone = chain(YEARS, only("admissions", "period == '2022' or index != 0"))
    cells = read(save(**gone(tables)), small_numbers=SmallNumbers(absent=absent))
    first = tables["admissions"]["admissions"].astype(int)
    whole = 2 * first[:6].sum() - first[0]
    cell = cells["admissions"].sel(ics="E54000025", procedure="hip", deprivation=1)
    np.testing.assert_equal(cell.item(), whole + value)


def test_an_ics_without_rows_is_not_known_when_asked(tables, save):
    cells = read(save(**only("admissions", "ics != 'E54000063'")(tables)), small_numbers=SmallNumbers(absent="missing"))
    assert rules_of(cells) == {"K08"}
    assert cells["admissions"].sel(ics="E54000063").isnull().all()
    assert cells["admissions"].sel(ics="E54000055").notnull().all()


@pytest.mark.parametrize("rows", ["zeros", "no rows"])
def test_a_procedure_not_offered_is_no_cell(rows, tables, save):
    hips = NO_SURREY_HIPS if rows == "zeros" else only("admissions", "ics != 'E54000063' or procedure != 'hip'")
    cells = read(save(**hips(tables), not_offered=pd.DataFrame(SURREY_HIPS)))
    chosen = cells.sel(ics="E54000063", procedure="hip")
    assert data_log(cells).empty
    assert not chosen["offered"].any()
    assert chosen["admissions"].isnull().all()
    assert chosen["expected_admissions"].isnull().all()


def test_a_group_without_residents_is_no_cell(tables, save):
    gone = only_both("ics != 'E54000063' or deprivation != '1'")
    cells = read(save(**gone(tables)))
    assert not cells["offered"].sel(ics="E54000063", deprivation=1).any()
    assert cells["population"].sel(ics="E54000063", deprivation=1).item() == 0


def test_a_procedure_called_all_throughout_counts_nobody_twice(tables, save):
    hips = chain(only("admissions", "procedure == 'hip'"), fill("admissions", "procedure", "All"))
    assert data_log(read(save(**hips(tables)))).empty
