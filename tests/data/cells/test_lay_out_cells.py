"""Cells that are absent, not offered, or without people are what they are, and nothing else."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.lay_out_cells import lay_out_bounds, lay_out_need, lay_out_offered
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import EquityDataError
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
    cells = read(save(**gone(tables)), small_numbers=SmallNumbers(absent=absent), periods="add_up")
    first = tables["admissions"]["admissions"].astype(int)
    whole = 2 * first[:6].sum() - first[0]
    cell = cells["admissions"].sel(ics="E54000025", procedure="hip", deprivation=1)
    np.testing.assert_equal(cell.item(), whole + value)


def test_an_ics_without_rows_is_not_known_when_asked(tables, save):
    cells = read(save(**only("admissions", "ics != 'E54000063'")(tables)), small_numbers=SmallNumbers(absent="missing"))
    assert rules_of(cells) == {"K08", "C30"}
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


# Direct: rows in, cells out


COUNTS = pd.DataFrame({"ics": ["a", "a", "b"], "deprivation": [1, 2, 1], "procedure": "hip",
                       "admissions_low": [3.0, 4, 5], "admissions_high": [3.0, 8, 5]})  # fmt: skip
PERSONS = xr.DataArray([[10.0, 20], [30, 0]], coords={"ics": ["a", "b"], "deprivation": [1, 2]})


def laid_out(absent="error", between=(np.nan, np.nan), counts=COUNTS):
    log = DataLog()
    offered = lay_out_offered(counts, PERSONS, None, log)
    return lay_out_bounds(counts, PERSONS, offered, absent, between, log), [found.rule for found in log.findings]


def test_a_cell_exists_where_there_are_people_and_the_procedure_is_offered():
    log = DataLog()
    declared = CheckedTable("not_offered", pd.DataFrame({"ics": ["a"], "procedure": ["hip"]}), (), "", "")
    assert lay_out_offered(COUNTS, PERSONS, None, log).values.ravel().tolist() == [True, True, True, False]
    assert lay_out_offered(COUNTS, PERSONS, declared, log).values.ravel().tolist() == [False, False, True, False]
    assert [(found.rule, found.rows) for found in log.findings] == [("C10", ("a, hip: 7 admissions",))]


def test_bounds_lie_where_rows_are_and_nobody_is_nothing():
    bounds, rules = laid_out()
    assert bounds["admissions_high"].values.ravel().tolist() == [3, 8, 5, 0]
    assert rules == []


@pytest.mark.parametrize(
    ("absent", "between", "value", "rule"),
    [("zero", (0, 0), [0, 0], "K07"), ("suppressed", (1, 4), [1, 4], "K09"),
     ("missing", (np.nan, np.nan), [np.nan, np.nan], "K08"), ("error", (np.nan, np.nan), [np.nan, np.nan], "K05")],
)  # fmt: skip
def test_a_cell_without_a_row_is_what_was_asked_under_its_rule(absent, between, value, rule):
    bounds, rules = laid_out(absent, between, COUNTS.iloc[1:])
    np.testing.assert_equal([bounds[end].sel(ics="a", deprivation=1).item() for end in bounds], value)
    assert rules == [rule]


def test_admissions_where_nobody_lives_are_refused():
    assert laid_out(counts=COUNTS.assign(deprivation=[1, 2, 2]), absent="zero", between=(0, 0))[1] == ["P01", "K07"]


def test_need_is_asked_for_every_cell_and_its_level_is_noted():
    totals = xr.DataArray([[[3.0], [4.0]]], coords={"ics": ["a"], "deprivation": [1, 2], "procedure": ["hip"]})
    rows = pd.DataFrame({"ics": "a", "deprivation": [1, 2], "procedure": "hip", "need_ratio": [1.5, 1.6]})
    log = DataLog()
    laid = lay_out_need(CheckedTable("need", rows, (), "", ""), totals, log)
    assert laid["need_ratio"].values.ravel().tolist() == [1.5, 1.6]
    assert [(found.rule, found.detail) for found in log.findings] == [("N03", "hip: 1.6")]
    with pytest.raises(EquityDataError, match="N02"):
        lay_out_need(CheckedTable("need", rows.iloc[:1], (), "", ""), totals, DataLog())
