from pathlib import Path

import pandas as pd
import pytest

from equitymodel.cli.as_asked import read_cells_as_asked, read_series_as_asked, unit_costs_as_asked
from equitymodel.cli.choices import Choices
from equitymodel.data.cells.read_cells import data_log
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
PLACES = [("E54999991", 1), ("E54999991", 2), ("E54999992", 1), ("E54999992", 2)]


def table(path, column, values, **more):
    rows = pd.DataFrame(PLACES, columns=["ics", "deprivation"]).assign(**more)
    rows.assign(**{column: values}).to_csv(path, index=False)
    return path


@pytest.fixture
def cells(tmp_path):
    """Two areas and two groups, in which the most deprived is 2, with a column that nobody knows."""
    given = {"admissions": table(tmp_path / "a.csv", "admissions", ["25", "*", 30, 40], procedure="hip", note="x"),
             "population": table(tmp_path / "p.csv", "population", [900, 1000, 1100, 1200])}  # fmt: skip
    return given | {"areas": "any", "small_numbers": "1-4", "ignore_column": ("note",), "deprivation_index": "Own"}


def test_options_reach_the_reader_of_cells(cells):
    found = read_cells_as_asked(Choices("check", cells | {"most_deprived": 2}))
    assert found.attrs["deprivation_index"] == "Own"
    assert found["population"].sel(ics="E54999991").values.tolist() == [1000.0, 900.0]
    assert found["admissions_high"].sel(ics="E54999991").values.ravel().tolist() == [4.0, 25.0]


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"areas": "icb2023"}, "G02"), ({"small_numbers": "error"}, "C05"), ({"ignore_column": ()}, "K02")],
)
def test_without_an_option_the_same_tables_are_refused(cells, change, rule):
    with pytest.raises(EquityDataError) as raised:
        read_cells_as_asked(Choices("check", cells | change))
    assert rule in {item.rule for item in raised.value.findings}


def test_absent_rows_and_what_is_not_offered_are_read_as_asked(cells, tmp_path):
    short = pd.read_csv(cells["admissions"]).drop(index=1)
    short.to_csv(tmp_path / "a.csv", index=False)
    zero = read_cells_as_asked(Choices("check", cells | {"incomplete": "zero"}))
    assert zero["admissions"].sel(ics="E54999991", deprivation=2).item() == 0
    (tmp_path / "none.csv").write_text("ics,procedure\nE54999991,hip\n")
    short.assign(admissions=[0, 30, 40]).to_csv(tmp_path / "a.csv", index=False)
    closed = read_cells_as_asked(Choices("check", cells | {"incomplete": "zero", "not_offered": tmp_path / "none.csv"}))
    assert closed["offered"].any(["deprivation", "procedure"]).values.tolist() == [False, True]


def test_other_groups_and_need_are_read_as_asked(tmp_path):
    rows = pd.DataFrame({"ics": "E54999991", "ethnicity": ["White", "Asian"]})
    ages = rows.merge(pd.DataFrame({"age_band": ["0-64", "65+"]}), how="cross")
    ages.assign(procedure="hip", admissions=[15, 15, 10, 10]).to_csv(tmp_path / "a.csv", index=False)
    ages.assign(population=500).to_csv(tmp_path / "p.csv", index=False)
    rows.assign(procedure="hip", need_ratio=[1.0, 2.0]).to_csv(tmp_path / "n.csv", index=False)
    given = {name: tmp_path / f"{name[0]}.csv" for name in ("admissions", "population", "need")}
    chosen = {"areas": "any", "group": "ethnicity", "reference_group": "White"}
    found = read_cells_as_asked(Choices("run", given | chosen))
    assert (found.attrs["group"], found.attrs["reference_group"]) == ("ethnicity", "White")
    assert found["adjustment"].values.tolist() == ["population", "age", "age_need"]


def test_what_the_population_counts_and_what_people_may_have_are_read_as_asked(cells):
    months = Choices("check", cells | {"population_is": "residents"})
    assert "P08" in set(data_log(read_cells_as_asked(months))["rule"])
    many = cells | {"most_admissions": 0.02}
    with pytest.raises(EquityDataError, match="--most-admissions"):
        read_cells_as_asked(Choices("check", many))


def test_unit_costs_reach_the_cells_and_are_refused_where_nothing_is_by_year(cells, tmp_path):
    (tmp_path / "costs.csv").write_text("procedure,unit_cost\nhip,9000\n")
    priced = Choices("check", cells | {"unit_costs": tmp_path / "costs.csv"})
    assert unit_costs_as_asked(priced) == {"hip": 9000.0}
    assert unit_costs_as_asked(Choices("check", cells)) is None
    with pytest.raises(EquityDataError, match="N08 in unit_costs"):
        read_cells_as_asked(priced)


def test_ages_apart_and_drawn_rates_reach_the_reader(example):
    given = {name: example / f"{name}.csv" for name in ("admissions", "population")}
    chosen = {"age_bands": ("0-64", "65+"), "sexes_apart": True, "rate_error": True, "seed": 4}
    found = read_cells_as_asked(Choices("run", given | chosen))
    assert "65+" in found.attrs["age_bands"]
    assert '"seed": 4' in found.attrs["rate_error"]
    auto = read_cells_as_asked(Choices("run", given | {"age_bands": "auto"}))
    assert "45-64" in auto.attrs["age_bands"]
    assert "age_bands" not in read_cells_as_asked(Choices("run", given)).attrs


def test_options_reach_the_reader_of_series(tmp_path):
    months = [f"{year}-{month:02d}" for year in (2019, 2020) for month in range(1, 13) if (year, month) != (2019, 5)]
    rows = pd.DataFrame({"period": months, "admissions": 50, "expected_admissions": 40.0})
    rows.to_csv(tmp_path / "s.csv", index=False)
    chosen = {"exposure": "expected_admissions", "gaps": "keep", "days": "equal", "drop_last": 2, "breaks": "none",
              "frequency": "monthly"}  # fmt: skip
    found = read_series_as_asked(tmp_path / "s.csv", Choices("interruption", chosen))
    assert found.attrs["exposure"] == "expected_admissions"
    assert found.sizes["period"] == 21
    assert not found["masked"].any()
    masked = read_series_as_asked(tmp_path / "s.csv", Choices("interruption", chosen | {"breaks": "england_pandemic"}))
    assert masked["masked"].sum() == 8
    for change in ({"gaps": "error"}, {"exposure": "population"}, {"frequency": "weekly"}):
        with pytest.raises(EquityDataError):
            read_series_as_asked(tmp_path / "s.csv", Choices("interruption", chosen | change))


def test_dates_that_can_be_read_in_two_ways_are_read_as_asked(tmp_path):
    days = [f"0{n}/0{m}/2023" for n, m in ((1, 2), (1, 3), (1, 4))]
    pd.DataFrame({"period": days, "admissions": 50, "population": 900}).to_csv(tmp_path / "s.csv", index=False)
    chosen = {"day_first": True, "gaps": "keep"}
    found = read_series_as_asked(tmp_path / "s.csv", Choices("interruption", chosen))
    assert found.attrs["frequency"] == "monthly"
    assert str(found["period"].values[0])[:10] == "2023-02-01"


CASES = Path(__file__).parents[3] / "shared" / "cases"
have_cases = pytest.mark.skipif(not CASES.exists(), reason="the cases are not there")


def test_dates_that_two_readings_fit_are_read_once_the_option_that_the_message_names_is_given(call, tmp_path):
    american = pd.DataFrame(
        {"period": [f"{month}/1/2018" for month in range(1, 13)], "admissions": 300, "population": 9000}
    )
    american.to_csv(tmp_path / "s.csv", index=False)
    asked = ["interruption", "--series", tmp_path / "s.csv", "--date", "2018-07", "--breaks", "none"]
    refused = call(*asked, "--write", tmp_path / "plan.toml")
    assert "--day-first or --no-day-first" in refused.errors
    assert "day_first=" not in refused.errors
    answer = call(*asked, "--no-day-first", "--write", tmp_path / "plan.toml")
    assert "T06" not in answer.errors
    assert answer.code == 0, answer.errors
    assert "monthly periods, 2018-01" in answer.words


@have_cases
@pytest.mark.parametrize("said", [(), ("--day-first",)])
def test_dates_that_only_one_reading_makes_months_are_read_as_they_are(said, call, tmp_path):
    asked = ["interruption", "--series", CASES / "series_day_month_year.csv", "--date", "2021-01", "--breaks", "none"]
    answer = call(*asked, *said, "--write", tmp_path / "plan.toml")
    assert answer.code == 0, answer.errors
    assert "monthly periods, 2018-01" in answer.words


@have_cases
def test_weeks_dated_by_their_friday_are_read_once_the_option_that_the_message_names_is_given(call, tmp_path):
    asked = ["interruption", "--series", CASES / "series_weeks_ending_friday.csv", "--date", "2021-01-02"]
    refused = call(*asked, "--write", tmp_path / "plan.toml")
    assert refused.code == 2
    assert "--week starting or --week ending" in refused.errors
    answer = call(*asked, "--week", "ending", "--washout", "6w", "--breaks", "none", "--write", tmp_path / "plan.toml")
    assert answer.code == 0, answer.errors
    assert "weekly periods, week of 2019-12-28" in answer.words
    assert "The first 6 weeks are left out." in answer.words


def test_a_gap_in_time_is_kept_and_years_are_read_as_the_messages_say(call, tmp_path):
    write, gap, years = tmp_path / "plan.toml", tmp_path / "gap.csv", tmp_path / "years.csv"
    months = [f"{year}-{month:02d}" for year in (2014, 2015, 2016) for month in range(1, 13) if month != 5]
    gap.write_text("period,admissions,population\n" + "".join(f"{each},100,1000\n" for each in months))
    years.write_text("period,admissions,population\n" + "".join(f"{each},100,1000\n" for each in range(2000, 2015)))
    asked = ["interruption", "--series", gap, "--date", "2016-01", "--write", write]
    assert "--gaps keep" in call(*asked).errors
    assert call(*asked, "--gaps", "keep").code == 0
    asked = ["interruption", "--series", years, "--date", "2010-01", "--write", write, "--overwrite"]
    assert "--frequency annual" in call(*asked).errors
    assert "15 annual periods, 2000 to 2014" in call(*asked, "--frequency", "annual").words


@pytest.mark.parametrize(("more", "message"), [
    (["--harmonics", "40"], "--harmonics is 40; monthly periods carry 6 at most"),
    (["--ignore-column", "nope"], "--ignore-column: no table has a column 'nope'"),
    (["--washout", "soon"], "--washout is a number of months, 0 or more, or weeks such as 6w, not 'soon'"),
])  # fmt: skip
def test_what_has_no_meaning_for_the_tables_is_refused(call, plan, tmp_path, more, message):
    answer = call("interruption", *plan[:4], *more, "--write", tmp_path / "plan.toml")
    assert answer.code == 2
    assert message in answer.errors
