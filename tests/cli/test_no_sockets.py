"""Every command, typed where no socket can be opened: `answer_of` in `conftest.py` refuses them all.

A command that is new fails `test_every_command_is_typed_without_a_socket` until it is typed here.
"""

import socket
from functools import partial

import click
import pandas as pd
import pytest
from pytest_socket import SocketBlockedError

from equitymodel.cli.app import app
from equitymodel.simulate import example as simulated
from equitymodel.simulate.made_up_pathway import made_up_pathway
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_records import made_up_records
from equitymodel.simulate.simulated_series import simulate_series
from tests.cli.conftest import answer_of, no_sockets
from tests.cli.test_decide_command import OPTIONS
from tests.cli.test_waiting_command import RULES
from tests.saved_pathways import save_pathway
from tests.stages import table
from tests.waiting_lists import list_rows

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """The smallest tables that each command takes."""
    folder = tmp_path_factory.mktemp("inputs")
    months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    pd.DataFrame({"period": months, "value": 0.8}).to_csv(folder / "values.csv", index=False)
    pd.DataFrame(
        {"area": list("ABC"), "estimate": [1.1, 1.3, 1.6], "lower": [0.9, 1.1, 1.4], "upper": [1.3, 1.5, 1.8]}
    ).to_csv(folder / "published.csv", index=False)
    list_rows(procedures=("hip",)).to_csv(folder / "list.csv", index=False)
    table(first=1007).to_csv(folder / "stages.csv", index=False)
    (folder / "rules.toml").write_text(RULES)
    (folder / "options.toml").write_text(OPTIONS)
    (folder / "saved").mkdir()
    save_pathway(made_up_pathway(draws=20), folder / "saved")
    series, _ = simulate_series(Sizes(periods=34, before=24), seed=1)
    rows = series["admissions"].to_dataframe("admissions").reset_index()[["period", "admissions"]]
    rows.assign(period=rows["period"].dt.strftime("%Y-%m"), population=50_000).to_csv(
        folder / "monthly.csv", index=False
    )
    made = made_up_records(spells=2_000, areas=2, seed=1)
    made.records.to_parquet(folder / "spells.parquet")
    made.small_areas.to_csv(folder / "areas.csv", index=False)
    return folder


@pytest.fixture
def one_procedure(monkeypatch):
    for name in ("example_tables", "example_cells"):
        monkeypatch.setattr(simulated, name, partial(getattr(simulated, name), procedures=["hip replacement"]))


def of_run(request):
    return request.getfixturevalue("results")[1]


def of_interruption(request):
    _, looked, ran = request.getfixturevalue("evaluated")
    return ran if looked.code == 0 else looked


def of_demo(request):
    request.getfixturevalue("one_procedure")
    return answer_of("demo", "--draws", 250, "--seed", 4, "--out", request.getfixturevalue("tmp_path") / "demo")


def of_report(request):
    """Every format that there is, from both kinds of results that have an explorer."""
    out = request.getfixturevalue("tmp_path")
    files = [out / name for name in ("report.html", "board.docx", "tables.xlsx", "slides.pptx", "explorer.html")]
    first = answer_of("report", request.getfixturevalue("results")[0], *files)
    return answer_of("report", request.getfixturevalue("evaluated")[0], *files) if first.code == 0 else first


def of_refresh(request):
    place = request.getfixturevalue("results")[0]
    return answer_of("refresh", place, "--admissions", place.parent / "admissions.csv", "--vintage", "2101-01-15")


def typed(*words):
    """Type words, of which those in braces are files of the smallest inputs, the results or where to write."""

    def answer(request):
        places = {name: request.getfixturevalue(fixture) for name, fixture in
                  (("inputs", "inputs"), ("out", "tmp_path"))}  # fmt: skip
        if any("{results}" in word for word in words):
            places["results"] = request.getfixturevalue("results")[0]
        if any("{example}" in word for word in words):
            places["example"] = request.getfixturevalue("example")
        return answer_of(*(word.format(**places) for word in words))

    return answer


TYPED = {
    "check": typed("check", "--admissions", "{example}/admissions.csv", "--population", "{example}/population.csv",
                   "--deprivation-index", "IMD 2019"),
    "run": of_run,
    "demo": of_demo,
    "interruption": of_interruption,
    "backlog": typed("backlog", "--series", "{inputs}/monthly.csv", "--since", "2019-03", "--out", "{out}/missed"),
    "stages": typed("stages", "{inputs}/stages.csv", "--out", "{out}/stages", "--linked", "yes", "--deprivation-index",
                    "IMD 2019", "--draws", "100", "--force"),
    "cells": typed("cells", "--records", "{inputs}/spells.parquet", "--small-areas", "{inputs}/areas.csv",
                   "--deprivation-index", "IMD 2025", "--out", "{out}/cells"),
    "report": of_report,
    "refresh": of_refresh,
    "decide": typed("decide", "{results}", "{inputs}/options.toml", "--out", "{out}/decision"),
    "strategies list": typed("strategies", "list"),
    "strategies show": typed("strategies", "show", "13"),
    "strategies copy": typed("strategies", "copy", "{out}/own.toml"),
    "strategies effects": typed("strategies", "effects", "{inputs}/saved", "--out", "{out}/effects"),
    "monitor": typed("monitor", "--series", "{inputs}/values.csv", "--metric", "value", "--better", "higher", "--out",
                     "{out}/charts"),
    "waiting": typed("waiting", "{inputs}/list.csv", "{inputs}/rules.toml", "--out", "{out}/waits", "--small-numbers",
                     "exact"),
    "pool": typed("pool", "{inputs}/published.csv", "--out", "{out}/pooled"),
    "metrics list": typed("metrics", "list"),
    "metrics show": typed("metrics", "show", "over_52_weeks"),
    "models list": typed("models", "list"),
    "models show": typed("models", "show", "need_adjusted"),
    "models copy": typed("models", "copy", "need_adjusted", "{out}/mine.toml"),
    "options": typed("options", "run"),
}  # fmt: skip
"""How each command is typed; loopback is open to Spark and Dask alone, whose own tests are elsewhere."""


def commands_of(group, *names):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_of(command, *names, name)
        else:
            yield " ".join((*names, name))


def test_every_command_is_typed_without_a_socket():
    assert set(TYPED) == set(commands_of(app))


@pytest.mark.parametrize("name", TYPED)
def test_a_command_opens_no_socket(name, request):
    answer = TYPED[name](request)
    assert answer.code == 0, answer.errors
    assert answer.out


def test_a_command_that_opened_one_would_fail(monkeypatch):
    def open_one():
        socket.socket()

    monkeypatch.setitem(app.commands, "metrics", click.Command("metrics", callback=open_one))
    with pytest.raises(SocketBlockedError):
        answer_of("metrics")
    with no_sockets(), pytest.raises(SocketBlockedError):
        socket.getaddrinfo("example.org", 80)
