"""Residents become person-years by the length of periods; person-years are held against residents."""

from pathlib import Path

import pandas as pd
import pytest

import equitymodel as em
from equitymodel.data import read_population
from equitymodel.data.cells.person_years import check_person_years, in_person_years
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
CASES = Path("../shared/cases")
ROWS = pd.DataFrame({"ics": ["E54000055", "E54000055"], "deprivation": [1, 2], "population": [1200.0, 600.0]})


def converted(rows, admissions=None, **units):
    log = DataLog()
    table = read_population(rows, **units)
    return in_person_years(table, table if admissions is None else read_population(admissions), log), log


@pytest.mark.parametrize(("labels", "years"), [(["2022-04"], 1 / 12), (["2022 Q2"], 1 / 4), (["2022/23"], 1)])
def test_residents_of_a_period_count_its_length(labels, years):
    rows = pd.concat([ROWS.assign(period=label) for label in labels])
    people, log = converted(rows, population_is="residents")
    assert people["population"].tolist() == pytest.approx([1200 * years, 600 * years])
    assert [finding.rule for finding in log.findings] == ["P08"]


def test_residents_without_periods_live_there_for_those_of_the_admissions():
    admissions = pd.concat([ROWS.assign(period=label) for label in ("2021/22", "2022/23")])
    assert converted(ROWS, admissions, population_is="residents")[0]["population"].tolist() == [2400.0, 1200.0]
    assert converted(ROWS, population_is="residents")[0]["population"].tolist() == [1200.0, 600.0]


def test_person_years_stay_as_they_are():
    people, log = converted(ROWS.assign(period="2022-04"))
    assert people["population"].tolist() == [1200.0, 600.0]
    assert not log.findings


def people_of(areas=42, times=1.0):
    table = icb_residents().head(areas)
    total = table.filter(like="quintile_").sum(axis=1)
    return pd.DataFrame({"ics": table.index, "population": total.to_numpy() * times})


def rules(people, years):
    log = DataLog()
    check_person_years(people, years, log)
    return [finding.rule for finding in log.findings]


@pytest.mark.parametrize(("times", "years", "found"), [(12, 1.0, ["P07"]), (1, 1.0, []), (12, 0.0, []), (3, 3.0, []),
                                                       (2.1, 1.0, ["P07"]), (1.9, 1.0, [])])  # fmt: skip
def test_more_person_years_than_residents_are_refused_where_the_time_is_known(times, years, found):
    assert rules(people_of(times=times), years) == found


@pytest.mark.parametrize(("factor", "found"), [(0.001, ["P10"]), (0.03, []), (1000, ["P10"])])
def test_an_area_in_another_unit_than_the_others_is_named(factor, found):
    people = people_of(5)
    people.loc[2, "population"] *= factor
    assert rules(people, 0.0) == found


def test_the_old_alone_are_no_other_unit():
    assert rules(people_of(5, times=0.02), 1.0) == []


@pytest.mark.skipif(not CASES.is_dir(), reason="needs ../shared/cases")
def test_residents_of_each_month_are_refused_or_repaired_by_word():
    admissions, population = CASES / "admissions_monthly.csv", CASES / "population_monthly_residents.csv"
    with pytest.raises(EquityDataError, match="--population-is residents"):
        em.read_cells(admissions, population)
    cells = em.read_cells(admissions, read_population(population, population_is="residents"))
    hip = cells.sel(procedure="hip replacement").sum("ics")
    rate = 1e5 * hip["admissions"] / hip["population"]
    apart = rate.isel(deprivation=-1) - rate.isel(deprivation=0)
    assert apart.item() == pytest.approx(69.4, abs=1.0)  # as fitted; 5.8 with residents of each month added up
