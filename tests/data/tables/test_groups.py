"""Groups that have no order: how they are read, of what kind they are, and their contrasts."""

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import data_log, make_cells, read_cells
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import CHARACTERISTICS, Group
from equitymodel.data.tables.read_tables import read_admissions, read_population
from equitymodel.errors import EquityDataError, OptionError
from equitymodel.simulate.simulated_groups import group_tables

pytestmark = pytest.mark.unit

ETHNICITY = {"groups": Group("ethnicity", "White British"), "areas": "any"}


@pytest.fixture(scope="module")
def tables():
    return group_tables(areas=3, seed=1)


def read(tables, **options):
    return read_cells(tables.admissions, tables.population, **{**ETHNICITY, **options})


def added_up(frame, *away):
    value = frame.columns[-1]
    keys = [name for name in frame.columns if name not in (*away, value)]
    return frame.groupby(keys)[value].sum().reset_index()


def test_cells_say_what_their_groups_are_and_put_the_reference_last(tables):
    cells = read(tables)
    kept = {name: cells.attrs[name] for name in ("group", "group_kind", "reference_group")}
    assert kept == {"group": "ethnicity", "group_kind": "equality_act", "reference_group": "White British"}
    assert cells["group"].values.tolist() == ["Asian", "Black", "Mixed", "Other", "White British"]
    assert read(tables, groups=Group("ethnicity", "Black"))["group"].values[-1] == "Black"


def test_there_are_no_positions_nor_rules_of_deprivation_for_groups_without_an_order(tables):
    cells = read(tables)
    assert "position" not in cells.coords
    assert not data_log(cells)["rule"].str.startswith("D").any()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_means_nothing(seed):
    tables = group_tables(areas=2, seed=1)
    shuffled = tables.admissions.sample(frac=1, random_state=seed)
    assert read_cells(shuffled, tables.population, **ETHNICITY).drop_attrs().equals(read(tables).drop_attrs())


def test_every_admission_is_where_the_table_puts_it(tables):
    cells = read(tables)
    by_hand = tables.admissions.groupby(["ics", "ethnicity", "procedure"])["admissions"].sum()
    for key, value in by_hand.items():
        assert float(cells["admissions"].sel(dict(zip(("ics", "group", "procedure"), key, strict=True)))) == value


@pytest.mark.parametrize(
    ("group", "reference", "last", "adjusted"),
    [("sex", "Male", "M", "age"), ("sex", "2", "F", "age"), ("age_band", "65 and over", "65+", "sex")],
)
def test_age_and_sex_as_the_group_are_not_adjusted_for(group, reference, last, adjusted, tables):
    """The other is; and labels of the group are read as those of the stratum are."""
    sums = [added_up(frame, "ethnicity") for frame in (tables.admissions, tables.population)]
    cells = read_cells(*sums, groups=Group(group, reference), areas="any")
    assert cells["group"].values[-1] == last
    assert cells.attrs["adjustment"] == adjusted
    assert CellFacts.of(cells).group.kind == "equality_act"


def test_the_group_alone_leaves_nothing_to_adjust_for(tables):
    sums = [added_up(frame, "ethnicity", "age_band") for frame in (tables.admissions, tables.population)]
    cells = read_cells(*sums, groups=Group("sex", "F"), areas="any")
    assert cells.attrs["adjustment"] == "population only"
    assert "S07" in set(data_log(cells)["rule"])


def test_need_is_by_the_same_groups(tables):
    keys = tables.admissions[["ics", "ethnicity", "procedure"]].drop_duplicates()
    ratio = 1 + 0.2 * (keys["ethnicity"] == "Black")
    cells = read(tables, need=keys.assign(need_ratio=ratio))
    rise = cells["expected_admissions"].sel(adjustment="need") / cells["expected_admissions"].sel(adjustment="age_sex")
    others = rise.sel(group="Asian").mean()
    assert float((rise.sel(group="Black") / others).mean()) == pytest.approx(1.2)


def test_tables_by_different_groups_are_refused(tables):
    sums = added_up(tables.population, "age_band", "ethnicity").rename(columns={"sex": "ethnic_group"})
    with pytest.raises(EquityDataError, match="admissions are by ethnicity, population by ethnic_group"):
        make_cells(
            read_admissions(tables.admissions, groups=Group("ethnicity"), areas="any"),
            read_population(sums, groups=Group("ethnic_group"), areas="any"),
            groups=Group("ethnicity", "White British"),
        )


@pytest.mark.parametrize("name", ["procedure", "Admissions", " "])
def test_a_group_cannot_be_another_column(name):
    with pytest.raises(OptionError, match=f"group cannot be '{name}'"):
        Group(name, "White British")


def test_a_group_is_named_as_columns_are_read():
    assert Group(" Ethnic group").name == "ethnic_group"


@pytest.mark.parametrize("groups", [Deprivation("IMD 2019"), Group("sex", "F")])
def test_groups_that_are_not_those_of_the_tables_are_refused(groups, tables):
    read = [reader(table, groups=Group("ethnicity"), areas="any")
            for reader, table in ((read_admissions, tables.admissions), (read_population, tables.population))]  # fmt: skip
    with pytest.raises(OptionError, match=f"the tables are by ethnicity, and groups say {groups.name}"):
        make_cells(*read, groups=groups)


def test_a_reference_group_is_not_asked_of_deprivation(tables):
    numbered = [frame.assign(ethnicity=frame["ethnicity"].astype("category").cat.codes + 1)
                .rename(columns={"ethnicity": "deprivation"}) for frame in (tables.admissions, tables.population)]  # fmt: skip
    with pytest.raises(OptionError, match="a reference group goes with groups other than deprivation"):
        read_cells(*numbered, groups=Group(reference="5"), areas="any")


def test_findings_call_the_groups_what_the_reader_calls_them(tables):
    for broken in (tables.admissions.iloc[1:], pd.concat([tables.admissions, tables.admissions.iloc[:1]])):
        with pytest.raises(EquityDataError, match="ethnicity Asian") as error:
            read_cells(broken, tables.population, **ETHNICITY)
        assert "depriv" not in str(error.value)


def test_the_equality_act_has_nine_characteristics_and_deprivation_is_not_one():
    assert len(set(CHARACTERISTICS.values())) == 9
    assert "deprivation" not in CHARACTERISTICS
    assert (Group().kind, Group("homeless").kind, Group("disability").kind) == ("deprivation", "other", "equality_act")
