"""A guard at one door is at every door: cells and series, Python, every command, plans and run files."""

import pandas as pd
import pytest

from equitymodel.cli.option_words import FLAG, WAY_OUT, for_command
from equitymodel.cli.options import OPTIONS, options_of
from equitymodel.data.tables.rules import contract
from equitymodel.errors import EquityDataError
from tests.fuzz.good_tables import AREAS, cells_of, good_series, good_tables, series_of

pytestmark = pytest.mark.unit
SURREY = AREAS[1]


def turned(frame):
    return frame.assign(deprivation=[str(6 - int(group)) for group in frame["deprivation"]])


def silent(frame):
    return frame.assign(admissions=frame["admissions"].mask(frame["ics"] == SURREY, "0"))


def older(frame):
    return frame.assign(ics=frame["ics"].replace(SURREY, "E54000052"))


def first_is(value):
    def change(frame):
        changed = frame.copy()
        changed.loc[changed.index[0], "admissions"] = value
        return changed

    return change


def whole_group(frame):
    return frame.drop(index=frame.index[(frame["ics"] == SURREY) & (frame["deprivation"] == "2")][:4])


def same(frame):
    return frame


# What is checked: the rule for cells, what is done to admissions and population; the rule for series, and what to them
GUARDS = {
    "direction of deprivation": ("D01", turned, turned, "D01", turned),
    "zeros": ("C08", silent, same, "T41", silent),
    "rows that are not there": ("K05", whole_group, same, "K05", whole_group),
    "areas of another date": ("G02", older, older, "G02", older),
    "suppressed counts": ("C05", first_is("*"), same, "C05", first_is("*")),
    "empty counts": ("C03", first_is(""), same, "C03", first_is("")),
    "numbers beyond all counts": ("C40", first_is("1e13"), same, "C40", first_is("1e13")),
    "totals among cells": ("K04", lambda frame: frame.assign(deprivation=["All", *frame["deprivation"][1:]]), same,
                           "K04", lambda frame: frame.assign(deprivation=["All", *frame["deprivation"][1:]])),
    "no such group": ("D07", lambda frame: frame.assign(deprivation=["poor", *frame["deprivation"][1:]]), same,
                      "D07", lambda frame: frame.assign(deprivation=["poor", *frame["deprivation"][1:]])),
}  # fmt: skip
RUN = 'format = 1\ncommand = "run"\n[tables]\nadmissions = "a.csv"\npopulation = "p.csv"\n[results]\nout = "results"\n'
PLAN = """format = 1
command = "interruption"
[tables]
series = "s.csv"
[intervention]
date = "2017-01"
[results]
out = "results"
"""
DOORS_OF_CELLS = {
    "check": ["check", "--admissions", "a.csv", "--population", "p.csv"],
    "check --write": ["check", "--admissions", "a.csv", "--population", "p.csv", "--write", "new.toml"],
    "run": ["run", "--admissions", "a.csv", "--population", "p.csv", "--out", "results"],
    "run file": ["run", "run.toml"],
}
SERIES = ["--series", "s.csv", "--date", "2017-01"]
DOORS_OF_SERIES = {
    "interruption": ["interruption", *SERIES, "--out", "results"],
    "--plan-only": ["interruption", *SERIES, "--plan-only"],
    "--write": ["interruption", *SERIES, "--write", "new.toml"],
    "backlog": ["backlog", "--series", "s.csv", "--since", "2017-01", "--out", "results"],
    "run file": ["run", "plan.toml"],
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.toml").write_text(RUN)
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path


def four_areas():
    """A series of as many ICSs as it takes to tell which way groups run."""
    series = good_series()
    residents = (
        good_tables()["population"].astype({"population": int}).groupby(["ics", "deprivation"])["population"].sum()
    )
    more = []
    for ics in AREAS[2:]:
        rows = series[series["ics"] == AREAS[0]].assign(ics=ics)
        people = [residents[ics, group] for group in rows["deprivation"]]
        more.append(rows.assign(population=people, admissions=[round(count * 0.001) + 5 for count in people]))
    return pd.concat([series, *more], ignore_index=True).astype(str)


def expect_refusal(answer, says, folder):
    assert answer.code == 2
    assert says in answer.errors
    assert not (folder / "results").exists()


@pytest.mark.parametrize("door", DOORS_OF_CELLS)
@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_of_cells_is_at_every_door(guard, door, folder, call):
    rule, admissions, population, _, _ = GUARDS[guard]
    good = good_tables()
    tables = {"admissions": admissions(good["admissions"]), "population": population(good["population"])}
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name[0]}.csv", index=False)
    expect_refusal(call(*DOORS_OF_CELLS[door]), f"{rule} in ", folder)


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_of_cells_is_in_python_too(guard):
    rule, admissions, population, _, _ = GUARDS[guard]
    good = good_tables()
    with pytest.raises(EquityDataError, match=rule):
        cells_of({"admissions": admissions(good["admissions"]), "population": population(good["population"])})


@pytest.mark.parametrize("door", DOORS_OF_SERIES)
@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_of_series_is_at_every_door(guard, door, folder, call):
    rule, change = GUARDS[guard][3:]
    table = change(four_areas())
    table.to_csv(folder / "s.csv", index=False)
    expect_refusal(call(*DOORS_OF_SERIES[door]), f"{rule} in series", folder)


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_of_series_is_in_python_too(guard):
    rule, change = GUARDS[guard][3:]
    with pytest.raises(EquityDataError, match=rule):
        series_of(change(four_areas()))


# Ways out


READS = {
    "series": ("interruption", "backlog"),
    "cells": ("check", "run"),
    "stages": ("stages",),
    "waiting": ("waiting",),
    "published": ("pool",),
}
OF = {"T": "series", "W": "stages", "Q": "waiting", "E": "published"}
"""By the letter of a rule, what it alone is about; all others are about cells, and some about series too."""


@pytest.mark.parametrize("command", ["check", "run", "interruption", "backlog", "stages"])
def test_every_option_that_a_rule_names_is_one_of_the_command(command):
    known = {option.flag for option in options_of(command).values()} | {"--no-day-first"}
    lacking, others = [], READS["cells"]
    for rule in contract().values():
        if command not in READS.get(OF.get(rule.id[0], ""), others) or not rule.way_out:
            continue
        said = for_command(f"{WAY_OUT}{rule.way_out}.", command)
        lacking += [f"{rule.id}: {flag}" for flag in FLAG.findall(said) if flag not in known]
    of_cells_alone = {
        "--not-offered",
        "--age-bands",
        "--rates",
        "--rate-error",
        "--periods",
        "--reference-group",
        "--group",
    }
    if command in READS["series"]:
        lacking = [each for each in lacking if each.split(": ")[1] not in of_cells_alone]
    assert lacking == []


def test_every_flag_there_is_has_been_thought_of():
    assert {option.flag for option in OPTIONS} >= {"--force", "--not-offered"}


def test_a_way_out_that_a_command_lacks_is_not_said():
    failed = "The fit failed.\nWay out: check the data; --force (in Python fit.require_sound(force=True)) publishes it."
    assert for_command(failed, "backlog") == "The fit failed.\nWay out: check the data."
    assert for_command(failed, "run") == "The fit failed.\nWay out: check the data; --force publishes it."
