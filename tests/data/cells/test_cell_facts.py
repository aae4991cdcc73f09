"""What is known of cells goes with them, through selections and files, and is read from text once."""

from dataclasses import replace

import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.area_neighbours import read_neighbours
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.rate_error import RateError
from equitymodel.data.tables.findings import Finding
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.kept_as_text import TableSource

pytestmark = pytest.mark.unit

FACTS = CellFacts(
    Group("sex", "F"),
    ("population", "age_sex"),
    "age",
    "not named",
    ("00-64", "65+"),
    RateError(seed=4),
    (Finding("C01", rows=("row 3",), count=1, table="admissions"),),
    (TableSource("admissions", "a.csv", "12ab"),),
    "synthetic example",
    ("2021/22", "2022/23"),
)


@pytest.fixture
def cells():
    coords = {"ics": ["a", "b"], "adjustment": ["population", "age_sex"]}
    return FACTS.keep_with(xr.Dataset({"admissions": ("ics", [1.0, 2.0])}, coords))


def test_facts_come_back_as_they_were_kept(cells):
    assert CellFacts.of(cells) == FACTS


@pytest.mark.parametrize(
    "changed",
    [
        lambda cells: cells.sel(ics=["b"]),
        lambda cells: cells.isel(ics=0),
        lambda cells: cells.assign(more=cells["admissions"] + 1),
        lambda cells: cells.transpose(...).copy(deep=True),
    ],
)
def test_facts_go_with_selections_and_are_the_same_value(cells, changed):
    assert CellFacts.of(changed(cells)) is CellFacts.of(cells)


def test_facts_go_into_files(cells, tmp_path):
    cells.to_netcdf(tmp_path / "cells.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "cells.nc", engine="h5netcdf") as stored:
        assert CellFacts.of(stored) == FACTS


def test_the_attributes_have_the_form_they_always_had(cells):
    assert cells.attrs["group_kind"] == "equality_act"
    assert cells.attrs["age_bands"] == '["00-64", "65+"]'
    assert cells.attrs["periods"] == '["2021/22", "2022/23"]'
    assert cells.attrs["rate_error"] == '{"seed": 4, "draws": 20}'


def test_cells_that_say_nothing_are_by_deprivation():
    assert CellFacts.of(xr.Dataset()) == CellFacts()
    assert CellFacts.of(xr.Dataset()).group == Group()


def test_what_is_not_known_is_not_written():
    assert not {"age_bands", "rate_error", "synthetic"} & CellFacts().keep_with(xr.Dataset()).attrs.keys()


@pytest.mark.parametrize(
    ("group", "adjustments", "basis"),
    [
        (Group(), ("population",), "per head, with nothing adjusted for"),
        (Group(), ("population", "age_sex"), "for the same age and sex, with need not measured"),
        (Group("sex", "F"), ("population", "age_sex"), "for the same age, with need not measured"),
        (Group(), ("population", "age_sex", "need"), "for equal need"),
    ],
)
def test_a_comparison_rests_on_the_fullest_adjustment(group, adjustments, basis):
    assert CellFacts(group, adjustments).basis == basis


def test_a_table_given_later_adds_its_file_and_its_findings_in_order():
    table = read_neighbours(pd.DataFrame({"area": ["a", "b"], "neighbour": ["b", "b"]}))
    found = Finding("B01", rows=("c",), count=1, table="neighbours")
    after = FACTS.with_table(table, found)
    assert [item.rule for item in after.findings] == ["C01", "B03", "B01"]
    assert after.sources == (*FACTS.sources, TableSource("neighbours", table.source, table.sha256))
    assert replace(after, findings=FACTS.findings, sources=FACTS.sources) == FACTS
