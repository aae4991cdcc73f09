import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.bands import Ages
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import data_log, headline_expected, read_cells
from equitymodel.data.stages.read_stages import read_stages
from equitymodel.data.tables.crossed_groups import (
    BETWEEN,
    MAIN,
    WITHIN,
    crossed_label,
    labels_apart,
    people_by_deprivation,
    refuse_crossed,
)
from equitymodel.data.tables.deprivation import Deprivation, ridit
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import EquityDataError, OptionError
from equitymodel.simulate.simulated_crossed import crossed_tables
from tests.crossed import GROUPS, SMALL, cells_of, crossed_cells

pytestmark = pytest.mark.unit


@pytest.fixture
def tables():
    return crossed_tables(SMALL, seed=1)


def read(admissions, population, **options):
    return read_cells(admissions, population, **{"groups": GROUPS, "areas": "any", **options})


def test_labels_are_written_and_split_the_same_way():
    for main in ("White British", "Mixed, other", "no deprivation stated"):
        assert labels_apart(crossed_label(main, 10)) == (main, 10)


def test_both_labels_are_kept_and_the_least_deprived_of_the_reference_group_comes_last(tables):
    cells = cells_of(tables)
    assert cells["group"].values[-1] == "White British, deprivation 5"
    assert cells[MAIN].values.tolist() == ["Asian"] * 5 + ["Black"] * 5 + ["White British"] * 5
    assert cells[WITHIN].values.tolist() == [1, 2, 3, 4, 5] * 3
    facts = CellFacts.of(cells)
    assert (facts.group.name, facts.group.main, facts.group.crossed) == ("ethnicity_by_deprivation", "ethnicity", True)
    assert facts.group.label == "Equality Act characteristic: race, and deprivation within it"
    assert facts.deprivation_index == "invented"


def test_every_count_and_population_is_that_of_its_two_labels(tables):
    cells = cells_of(tables)
    for table, name in ((tables.admissions, "admissions"), (tables.population, "population")):
        rows = table.assign(group=table["ethnicity"] + BETWEEN + table["deprivation"].astype(str))
        keys = [key for key in ("ics", "group", "procedure") if key in rows]
        wide = rows.set_index(keys)[name].to_xarray()
        np.testing.assert_array_equal(wide.reindex_like(cells[name]).transpose(*cells[name].dims), cells[name])


def test_one_scale_of_deprivation_is_that_of_all_people(tables):
    cells = cells_of(tables)
    people = tables.population.groupby("deprivation")["population"].sum().to_xarray()
    np.testing.assert_allclose(cells["position"].values, np.tile(ridit(people).values, 3))


def test_the_order_of_the_two_columns_and_of_the_rows_is_no_matter(tables):
    turned = read(tables.admissions[::-1], tables.population, groups=Group("deprivation, Ethnicity", "White British"))
    assert turned.drop_attrs().identical(cells_of(tables).drop_attrs())


def test_groups_numbered_from_the_other_end_give_the_same_cells(tables):
    def turn(table):
        return table.assign(deprivation=6 - table["deprivation"])

    other = Group("ethnicity,deprivation", "White British", Deprivation("invented", most_deprived=5))
    turned = read(turn(tables.admissions), turn(tables.population), groups=other)
    assert turned.drop_attrs().identical(cells_of(tables).drop_attrs())


def test_an_index_named_in_a_column_is_taken(tables):
    named = [table.rename(columns={"deprivation": "imd_2019_quintile"})
             for table in (tables.admissions, tables.population)]  # fmt: skip
    cells = read(*named, groups=Group("ethnicity,deprivation", "White British"))
    assert CellFacts.of(cells).deprivation_index == "IMD 2019"


def test_suppressed_counts_are_bounds(tables):
    counts = tables.admissions["admissions"]
    hidden = tables.admissions.assign(admissions=counts.astype(str).mask(counts.between(1, 7), "*"))
    cells = read(hidden, tables.population, small_numbers="1-7")
    one = cells["admissions_low"] < cells["admissions_high"]
    assert bool((cells["admissions_low"].where(one).max() <= 7) & one.any())


def test_a_cell_without_people_is_structural_and_one_with_people_is_not_taken_as_zero(tables):
    nobody = (tables.population["ics"] == "area 01") & (tables.population["ethnicity"] == "Black")
    nobody &= tables.population["deprivation"] == 4
    people = tables.population.assign(population=tables.population["population"].mask(nobody, 0))
    rows = tables.admissions
    gone = (rows["ics"] == "area 01") & (rows["ethnicity"] == "Black") & (rows["deprivation"] == 4)
    cells = read(rows[~gone], people)
    there = cells.sel(ics="area 01", group="Black, deprivation 4")
    assert not there["offered"].any()
    assert headline_expected(there).fillna(0).sum() == 0
    with pytest.raises(EquityDataError, match="ethnicity_by_deprivation Black, deprivation 4"):
        read(rows[~gone], tables.population)
    with pytest.raises(EquityDataError, match="P01"):
        read(rows.assign(admissions=rows["admissions"] + 1), people)


def test_a_cell_without_any_row_of_admissions_is_met_as_absent_rows_are(tables):
    rows = tables.admissions
    seen = rows[~((rows["ethnicity"] == "Black") & (rows["deprivation"] == 4))]
    seen = seen.assign(admissions=seen["admissions"].clip(lower=8))
    with pytest.raises(EquityDataError, match="Black, deprivation 4"):
        read(seen, tables.population)
    cells = read(seen, tables.population, small_numbers=SmallNumbers("1-7", "suppressed"))
    there = cells.sel(group="Black, deprivation 4")
    assert bool((there["admissions_low"] <= 1).all() & (there["admissions_high"] == 7).all())


def test_people_whose_group_is_not_stated_are_left_out_and_counted(tables):
    more = tables.admissions[tables.admissions["ethnicity"] == "Asian"].assign(ethnicity="Not stated")
    cells = read(pd.concat([tables.admissions, more], ignore_index=True), tables.population)
    assert cells.drop_attrs().identical(cells_of(tables).drop_attrs())
    finding = data_log(cells).set_index("rule").loc["U05"]
    assert "Not stated" in finding["detail"]
    assert finding["count"] == len(more)


def test_a_table_with_a_column_a_deprivation_group_keeps_its_column_of_main_groups(tables):
    wide = tables.admissions.pivot(
        index=["ics", "ethnicity", "procedure"], columns="deprivation", values="admissions"
    ).reset_index()
    wide.columns = [f"Quintile {name}" if isinstance(name, int) else name for name in wide.columns]
    cells = read(SentTable(wide, wide=True), tables.population)
    assert cells.drop_attrs().identical(cells_of(tables).drop_attrs())


def test_what_needs_one_grouping_is_refused_with_a_way_out(tables):
    years = [table.assign(period=year) for year in ("2021", "2022") for table in (tables.admissions,)]
    with pytest.raises(OptionError, match="several years cannot be had with deprivation within ethnicity"):
        read(pd.concat(years), tables.population)
    assert read(pd.concat(years), tables.population, periods="add_up").sizes["group"] == 15
    with pytest.raises(OptionError, match="leave age_bands out"):
        read(tables.admissions.assign(age_band="65+"), tables.population.assign(age_band="65+"), ages=Ages(True))
    with pytest.raises(OptionError, match="name ethnicity or deprivation alone"):
        read_stages(tables.admissions, groups=GROUPS, areas="any")
    refuse_crossed(Group("ethnicity", "White"), "anything", "nothing")


def test_two_columns_are_deprivation_and_one_other():
    for wrong in ("ethnicity,sex", "deprivation,deprivation", "ethnicity,deprivation,sex"):
        with pytest.raises(OptionError, match="one column that holds both labels"):
            Group(wrong)
    with pytest.raises(OptionError, match="quintiles"):
        Group("ethnicity,deprivation", "White", Deprivation(quintiles=True))


def test_people_add_up_over_main_groups():
    people = crossed_cells()["population"].rename(group="deprivation").reset_coords(drop=True)
    added = people_by_deprivation(people)
    assert added["deprivation"].values.tolist() == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(added.sum("deprivation"), people.sum("deprivation"))
