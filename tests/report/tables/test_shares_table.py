import pytest

from equitymodel.errors import OptionError
from equitymodel.report.tables.shares_table import shares_table
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def table(yearly_results):
    return yearly_results.tables["shares"]


def test_every_ics_has_all_procedures_and_all_ics_have_each(table):
    places = set(zip(table["ics"] == ALL_ICS, table["procedure"], strict=True))
    assert places == {(False, ALL_PROCEDURES), (True, ALL_PROCEDURES), (True, "procedure 01"), (True, "procedure 02")}


def test_shares_of_a_year_sum_to_one_and_differences_to_nothing(table):
    of_year = table[table["period"] != ""].groupby(["measure", "ics", "procedure", "period"])["estimate"].sum()
    known = of_year.loc["share_of_need"]
    assert known.to_numpy() == pytest.approx(1.0)
    assert of_year.loc["share_of_admissions"].to_numpy() == pytest.approx(1.0, abs=0.02)
    assert of_year.loc["admissions_less_need"].to_numpy() == pytest.approx(0.0, abs=0.02)


def test_the_most_deprived_gained_and_need_stayed(table):
    rows = table[(table["deprivation"] == 1) & (table["period_from"] == "2019/20")]
    rows = rows[rows["period_to"] == "2022/23"]
    for name in ("admissions_less_need_change", "spending_less_need_change"):
        own = rows[rows["measure"] == name]
        assert (own["lower"] > 0).all()
        assert (own["probability"] == 1).all()
        assert set(own["probability_of"]) == {"above 0: it rose"}
    assert rows.loc[rows["measure"] == "share_of_need_change", "estimate"].abs().max() == pytest.approx(0.0, abs=1e-12)


def test_need_that_is_known_claims_no_interval(table):
    need = table[table["measure"].str.startswith("share_of_need")]
    assert need["lower"].isna().all()
    assert set(need["interval_for"]) == set(need["probability_of"]) == {""}
    assert set(table.loc[table["measure"] == "share_of_admissions", "interval_for"]) == {"the area as it is"}


def test_spending_is_there_only_with_unit_costs(yearly_results, table):
    assert table["measure"].str.contains("spending").any()
    assert not shares_table(yearly_results.fit)["measure"].str.contains("spending").any()
    with pytest.raises(OptionError, match="no unit cost for procedure 'procedure 02'"):
        shares_table(yearly_results.fit, unit_costs={"procedure 01": 1.0})


def test_groups_without_order_have_shares(group_years):
    table = shares_table(group_years)
    assert table.columns[3] == "ethnicity"
    assert set(table["ethnicity"]) == set(group_years.cells["group"].values)
