from pathlib import Path

import pytest

from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import EquityDataError
from tests.data.as_sent import sent, wide
from tests.data.changes import BY_ETHNICITY, by_ethnicity, chain, fill, put, read, rules_of

pytestmark = pytest.mark.unit
CASES = Path(__file__).parents[5] / "shared" / "cases"
have_cases = pytest.mark.skipif(not CASES.exists(), reason="the cases are not there")
BOTH = chain(sent("admissions", wide("admissions"), wide=True), sent("population", wide("population"), wide=True))


def test_a_wide_table_gives_the_cells_of_a_long_one(tables, save, clean):
    assert read(save(**BOTH(tables))).drop_attrs().identical(clean.drop_attrs())


def test_a_value_is_named_by_its_row_and_column(tables, save):
    broken = sent("admissions", wide("admissions"), put("admissions", "quintile_2", "-1"), wide=True)
    with pytest.raises(EquityDataError, match="row 2, column 'quintile_2': '-1'"):
        read(save(**broken(tables)))


def test_groups_without_an_order_keep_their_labels(tables, save):
    def spread(named):
        rows = named["admissions"]
        keys = [column for column in rows if column not in ("ethnicity", "admissions")]
        side = rows.pivot(index=keys, columns="ethnicity", values="admissions").reset_index()
        return {**named, "admissions": side}

    change = chain(by_ethnicity, sent("admissions", spread, wide=True))
    long = read(save(**by_ethnicity(tables)), **BY_ETHNICITY)
    assert read(save(**change(tables)), **BY_ETHNICITY).drop_attrs().identical(long.drop_attrs())
    with pytest.raises(EquityDataError, match="F20"):
        read(save(**chain(by_ethnicity, spread)(tables)), groups=Group("ethnicity", "White British"))


def test_ends_that_contradict_the_direction_are_found(tables, save):
    def backwards(given):
        names = {"quintile_1": "1 - least deprived", "quintile_5": "5 - most deprived"}
        return {**given, "admissions": given["admissions"].rename(columns=names)}

    with pytest.raises(EquityDataError, match="D01"):
        read(save(**sent("admissions", wide("admissions"), backwards, wide=True)(tables)))


def test_a_column_that_nobody_knows_is_refused_as_in_a_long_table(tables, save):
    change = sent("admissions", wide("admissions"), fill("admissions", "trust", "R1"), wide=True)
    with pytest.raises(EquityDataError, match=r"K02[\s\S]*'trust'"):
        read(save(**change(tables)))
    cells = read(save(**change(tables)), ignore_columns=("trust",))
    assert rules_of(cells) == {"F19"}


def test_a_wide_series_is_read(tmp_path):
    lines = [f"2018-0{month},{90 + month},{80 + month}" for month in range(1, 7)]
    (tmp_path / "s.csv").write_text("\n".join(["period,Q1,Q2", *lines]))
    series = read_series(SentTable(tmp_path / "s.csv", wide=True))
    assert series["admissions"].sel(deprivation=2).values.ravel().tolist() == [81.0, 82.0, 83.0, 84.0, 85.0, 86.0]


@have_cases
def test_the_wide_case_is_the_base_case_or_is_asked_about():
    base = read_cells(CASES / "admissions.csv", CASES / "population.csv", groups=Deprivation("IMD 2019"))
    sources = [SentTable(CASES / name, wide=True) for name in ("wide.csv", "wide_population.csv")]
    cells = read_cells(*sources, groups=Deprivation("IMD 2019"))
    assert cells.drop_attrs().identical(base.drop_attrs())
    with pytest.raises(EquityDataError, match="F20"):
        read_cells(CASES / "wide.csv", CASES / "population.csv")


@have_cases
@pytest.mark.parametrize("name", ["title_rows.csv", "semicolons.csv", "nhs_codes.csv"])
def test_cases_with_titles_semicolons_or_other_codes_are_the_base_case(name):
    base = read_cells(CASES / "admissions.csv", CASES / "population.csv", groups=Deprivation("IMD 2019"))
    cells = read_cells(CASES / name, CASES / "population.csv", groups=Deprivation("IMD 2019"))
    assert cells.drop_attrs().identical(base.drop_attrs())
    expected = {"title_rows.csv": {"F08", "F09"}, "semicolons.csv": {"F11"}, "nhs_codes.csv": {"G06"}}[name]
    assert rules_of(cells) - rules_of(base) == expected
