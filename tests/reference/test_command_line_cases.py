"""Tables as people send them, through the commands that a newcomer types, each with its right answer."""

import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from equitymodel.cli.app import main

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the tables are not here")
BASE = ("612", "215")
"""Cataract and hip replacement per 100,000 person-years, of admissions.csv."""
RESIDENTS = "population_monthly_residents.csv"


@pytest.fixture
def typed(monkeypatch, capsys):
    """Type a command: what it prints, on one line, and its exit code."""

    def run(command, *options, **tables):
        given = [part for name, file in tables.items() for part in (f"--{name}", str(CASES / file))]
        monkeypatch.setattr(sys, "argv", ["equitymodel", command, *given, *map(str, options)])
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = stopped.code
        return " ".join("".join(capsys.readouterr()).split()), code

    return run


@pytest.fixture
def checked(typed):
    def run(admissions, population="population.csv", *options, **tables):
        index = () if "--group" in options else ("--deprivation-index", "IMD 2019")
        return typed("check", *index, *options, admissions=admissions, population=population, **tables)

    return run


def rates(said):
    found = re.search(r"cataract ([\d.,]+) \(.*hip replacement ([\d.,]+) \(", said)
    return found.groups()


@pytest.mark.unit
@pytest.mark.parametrize(
    ("admissions", "population", "options", "logged"),
    [
        ("admissions.csv", "population.csv", (), "S07"),
        ("periods_2022-23.csv", "population_2022_23_slash.csv", (), "'2022/23' in population is '2022-23'"),
        ("wide.csv", "wide_population.csv", ("--wide",), "F19 in population"),
        ("title_rows.csv", "population.csv", (), "F08 in admissions"),
        ("semicolons.csv", "population.csv", (), "F11 in admissions"),
        ("nhs_codes.csv", "population.csv", (), "QHL read as E54000055"),
    ],
)
def test_layouts_and_spellings_give_what_the_base_table_gives(checked, admissions, population, options, logged):
    said, code = checked(admissions, population, *options)
    assert (rates(said), code) == (BASE, 0)
    assert logged in said
    assert "51,542 admissions" in said


@pytest.mark.unit
@pytest.mark.parametrize("admissions", ["periods_apr22.csv", "admissions_monthly.csv"])
def test_monthly_residents_are_asked_about_and_read_as_said(checked, admissions):
    asked, code = checked(admissions, RESIDENTS)
    assert code == 2
    assert "P07" in asked
    assert "--population-is residents" in asked
    said, code = checked(admissions, RESIDENTS, "--population-is", "residents")
    assert (rates(said), code) == (("611", "213"), 0)
    assert "P08" in said


@pytest.mark.unit
@pytest.mark.parametrize(
    ("tables", "rule", "way_out"),
    [
        (("wide.csv", "wide_population.csv"), "F20", "--wide"),
        (("markers.csv", "population.csv", "--small-numbers", "hes"), "C20", "--marker"),
        (("opensafely_zero_means_up_to_7.csv", "opensafely_population.csv"), "C26", "opensafely"),
        (("opensafely_midpoint_6.csv", "opensafely_population.csv"), "C26", "midpoint_6"),
        (("fingertips_layout.csv", "fingertips_layout.csv"), "F21", "in a column 'procedure'"),
        (("phs_layout.csv", "population.csv"), "C05", "--small-numbers"),
    ],
)
def test_what_the_file_does_not_say_is_asked_with_the_option(checked, tables, rule, way_out):
    said, code = checked(*tables)
    assert code == 2
    assert rule in said
    assert way_out in said


@pytest.mark.unit
def test_a_marker_said_to_be_not_available_and_a_count_that_cannot_be_hidden(checked):
    known = ("--small-numbers", "hes", "--marker", "n/a=not_available", "--marker", "[z]=not_available")
    said, code = checked("markers.csv", "population.csv", *known)
    assert code == 2
    assert "C28" in said
    said, code = checked("markers.csv", "population.csv", *known, "--marker", "[c]=not_available")
    assert code == 0
    assert "6 cells not known" in said


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "rule", "cells"),
    [("opensafely_zero_means_up_to_7", "opensafely", 100), ("opensafely_midpoint_6", "midpoint_6", 99)],
)
def test_rounded_counts_are_bounds_under_the_rule_that_is_named(checked, name, rule, cells):
    said, code = checked(f"{name}.csv", "opensafely_population.csv", "--small-numbers", rule)
    assert code == 0
    assert f"{cells} cells known only within bounds" in said


@pytest.mark.unit
def test_people_of_no_stated_group_are_a_share(checked):
    said, code = checked("not_stated_admissions.csv", "not_stated_population.csv", "--group", "ethnicity",
                         "--reference-group", "White")  # fmt: skip
    assert code == 0
    assert "6 ICSs x 5 ethnicity groups" in said
    assert "11.4 % of admissions" in said


@pytest.mark.unit
def test_need_beyond_age_without_age_is_refused_with_and_without_rates(checked):
    """The people of this case have no ages, so that rates by age have nothing to act on either."""
    tables = ("no_age_admissions.csv", "no_age_population.csv", "--small-numbers", "hes")
    said, code = checked(*tables, need="no_age_need.csv")
    assert code == 2
    assert "S13" in said
    said, code = checked(*tables, need="no_age_need.csv", rates="no_age_rates.csv")
    assert code == 2
    assert "P14" in said
    assert "give the population by the age bands" in said
    said, code = checked(*tables)
    assert code == 0
    assert "adjusted for population only" in said
    assert "2 periods (2022/23, 2023/24)" in said


@pytest.mark.unit
def test_one_ics_is_named_as_one(checked):
    said, code = checked("one_ics_admissions.csv", "one_ics_population.csv", need="one_ics_need.csv")
    assert code == 0
    assert said.startswith("1 ICS x 5 deprivation groups")
    assert "adjusted for age, sex and need" in said


@pytest.mark.mcmc
def test_the_gap_of_one_ics_alone_and_its_words(typed, tmp_path):
    """Hip 0.58 by observed over expected of both years, 0.56 among its peers, and in 0.46 to 0.98; one ICS is no nation."""
    out = tmp_path / "one"
    _, code = typed("run", "--deprivation-index", "IMD 2019", "--engine", "laplace", "--seed", "1", "--out", out,
                    admissions="one_ics_admissions.csv", population="one_ics_population.csv",
                    need="one_ics_need.csv")  # fmt: skip
    gaps = pd.read_csv(out / "gaps.csv").query("procedure == 'hip replacement' and measure == 'rate_ratio'")
    assert code == 0
    assert 0.46 < gaps["lower"].item() < 0.578 < gaps["upper"].item() < 0.98
    assert 0.5 < gaps["estimate"].item() < 0.67
    assert "all ICSs together" not in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("series", "options", "asked"),
    [
        ("series_weeks_ending_friday.csv", (), "--week starting or --week ending"),
        ("series_weeks_ending_friday.csv", ("--week", "ending"), "falls inside the period week of 2022-03-26"),
        ("phs_layout.csv", ("--areas", "any"), "C05"),
        ("phs_layout.csv", ("--areas", "any", "--small-numbers", "lt5"), "falls inside the period week of 2022-03-28"),
    ],
)
def test_series_are_asked_about_until_all_is_said(typed, tmp_path, series, options, asked):
    said, code = typed("interruption", "--date", "2022-04", "--plan-only", "--out", tmp_path / "plan.json", *options,
                       series=series)  # fmt: skip
    assert code == 2
    assert asked in said
