import pytest

from equitymodel.errors import OptionError
from equitymodel.report.tables.rows import NUMBERS
from equitymodel.report.tables.years_table import lay_out_years, years_table
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def table(yearly_results):
    return yearly_results.tables["years"]


def test_a_row_is_of_one_year_or_compares_two(table):
    of_year, of_two = table["period"] != "", table["period_from"] != ""
    assert (of_year ^ of_two).all()
    assert (of_two == (table["period_to"] != "")).all()
    assert table.loc[of_year, "year"].isin([2019.75, 2021.75, 2022.75]).all()
    assert table.loc[of_two, "year"].isna().all()
    assert {*NUMBERS, "probability_of", "interval_for"} <= set(table.columns)


def test_changes_are_those_that_were_made(table):
    rows = table[(table["measure"] == "rate_ratio_change") & (table["ics"] == ALL_ICS)]
    rows = rows[rows["procedure"] == ALL_PROCEDURES].set_index(["period_from", "period_to"])
    assert rows.loc[("2019/20", "2022/23"), "estimate"] == pytest.approx(1 / 0.8)
    assert rows.loc[("2019/20", "2021/22"), "estimate"] == pytest.approx(0.9 / 0.8)
    assert rows.loc[("2021/22", "2022/23"), "estimate"] == pytest.approx(1 / 0.9)
    assert (rows["upper"] - rows["lower"]).max() < 1e-9
    assert rows.index[0] == ("2019/20", "2022/23")


def test_the_last_year_is_the_headline_of_the_table_of_gaps(table, yearly_results):
    gaps = yearly_results.tables["gaps"]
    gaps = gaps[gaps["headline"]].set_index(["ics", "procedure"])["estimate"]
    last = table[(table["measure"] == "rate_ratio") & (table["period"] == "2022/23")]
    last = last[last["procedure"] != ALL_PROCEDURES].set_index(["ics", "procedure"])["estimate"]
    assert last.sort_index().to_numpy() == pytest.approx(gaps.sort_index().to_numpy())


def test_words_say_what_a_change_and_its_probability_are(table):
    row = table[table["measure"] == "rate_ratio_change"].iloc[0]
    assert row["variant"] == "most against least deprived, adjusted for population only; later over earlier year"
    assert row["probability_of"] == "ratio above 1: the most deprived gained"
    assert set(table["interval_for"]) == {"the area as it is"}
    assert set(table["basis"]) == {"per head, with nothing adjusted for"}


def test_groups_without_order_have_their_column(group_years):
    table = years_table(group_years)
    columns = table.columns.tolist()
    assert columns[3:7] == ["ethnicity", "procedure", "measure", "variant"]
    changed = table[(table["measure"] == "rate_ratio_change") & (table["period_from"] == "2019/20")]
    by_group = changed[changed["period_to"] == "2022/23"].groupby("ethnicity")["estimate"].first()
    first = group_years.cells["group"].values[0]
    assert by_group[first] == pytest.approx(1 / 0.8)
    assert by_group.drop(first).to_numpy() == pytest.approx(1.0)


def test_a_fit_to_one_year_has_no_such_table(quick_fit, quick_results):
    assert "years" not in quick_results.tables
    with pytest.raises(OptionError, match="nothing to compare over years"):
        years_table(quick_fit)


def test_rows_without_an_estimate_are_left_out(yearly_results, table):
    bare = table.rename(columns={"year": "x"}).drop(columns="ics_name")
    assert len(lay_out_years(yearly_results.fit, [bare.assign(estimate=float("nan")), bare], ["procedure"])) == len(
        bare
    )
