"""Small example files, and one run and one evaluation made of them, shared by all tests of the command line."""

import socket
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from pytest_socket import SocketBlockedError

from equitymodel.cli.app import main

SMALL_MODEL = """format = 1
kind = "series"
name = "small"
question = "Quick?"
harmonics = 0
"""
NORMAL, HALF = '{ family = "normal", mean = 0.0, sd = 0.5 }', '{ family = "half_normal", sd = 0.2 }'
FAST = ["--engine", "laplace", "--draws", "100", "--force"]


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    errors: str

    @property
    def words(self) -> str:
        """What was printed, on one line."""
        return " ".join(self.out.split())


class NoSocket(socket.socket):
    """A socket that nobody can open."""

    def __new__(cls, *_: object, **__: object) -> "NoSocket":
        raise SocketBlockedError


def resolve_nothing(*_: object, **__: object) -> None:
    raise SocketBlockedError


@contextmanager
def no_sockets():
    """Refuse every socket and every name of another machine, loopback too; so each command that a test types is held."""
    with (
        patch.object(socket, "socket", NoSocket),
        patch.object(socket, "getaddrinfo", resolve_nothing),
        patch.object(socket, "gethostbyname", resolve_nothing),
    ):
        yield


def answer_of(*arguments: object) -> Answer:
    """Call the command line as a shell would, without a socket, in this process: a new one spends seconds on imports."""
    out, errors = StringIO(), StringIO()
    with (
        no_sockets(),
        patch.object(sys, "argv", ["equitymodel", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(errors),
    ):
        try:
            main()
        except SystemExit as ended:
            return Answer(int(ended.code or 0), out.getvalue(), errors.getvalue())
    return Answer(0, out.getvalue(), errors.getvalue())


@pytest.fixture(scope="session")
def call():
    return answer_of


def write_series(path: Path) -> str:
    """Write a monthly series of one ICS, and give the month in which something started."""
    from equitymodel.simulate.series_world import Change, Sizes, Usual
    from equitymodel.simulate.simulated_series import simulate_series

    series, truth = simulate_series(
        Sizes(periods=34, before=20), usual=Usual(expected=800), change=Change(level=0.3), seed=1
    )
    rows = series["admissions"].to_dataframe().reset_index()[["period", "admissions"]]
    rows.assign(period=rows["period"].dt.strftime("%Y-%m"), population=100_000).to_csv(path, index=False)
    return f"{truth.plan.start:%Y-%m}"


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    """Four ICSs, one procedure: admissions, population and need; and a series with a model that is quick."""
    from equitymodel.simulate.example import example_tables

    folder = tmp_path_factory.mktemp("example")
    tables = example_tables(procedures=["hip replacement"])
    some = sorted(tables.population["ics"].unique())[:4]
    for name in ("admissions", "population", "need"):
        table = getattr(tables, name)
        table[table["ics"].isin(some)].to_csv(folder / f"{name}.csv", index=False)
    (folder / "date.txt").write_text(write_series(folder / "series.csv"))
    terms = [("term", "start", NORMAL, ""), ("term", "level", NORMAL, ""),
             ("noise", "own", HALF, "correlation = [-0.2, 0.98]\n")]  # fmt: skip
    parts = [f'[[{kind}]]\nname = "{name}"\nmeaning = "a part"\nprior = {prior}\n{more}'
             for kind, name, prior, more in terms]  # fmt: skip
    (folder / "small.toml").write_text(SMALL_MODEL + "".join(parts))
    return folder


@pytest.fixture(scope="session")
def files(example):
    return ["--admissions", example / "admissions.csv", "--population", example / "population.csv",
            "--deprivation-index", "IMD 2019"]  # fmt: skip


@pytest.fixture(scope="session")
def plan(example):
    return ["--series", example / "series.csv", "--date", (example / "date.txt").read_text(), "--model",
            example / "small.toml"]  # fmt: skip


@pytest.fixture(scope="session")
def written(example, files):
    """A run file that `check` wrote beside the tables, with an engine and draws that are quick."""
    given = [*files, "--need", example / "need.csv", *FAST, "--write", example / "run.toml"]
    assert answer_of("check", *given).code == 0
    return example / "run.toml"


@pytest.fixture(scope="session")
def results(written):
    """The results of that file, which says where they go."""
    answer = answer_of("run", written)
    assert answer.code == 0, answer.errors
    return written.parent / "results", answer


@pytest.fixture(scope="session")
def evaluated(example, plan):
    """An evaluation, from a plan that was written first."""
    looked = answer_of("interruption", *plan, "--explore-start", "2018-08,2019-02", "--write", example / "plan.toml")
    assert looked.code == 0, looked.errors
    answer = answer_of("run", example / "plan.toml", "--out", example / "evaluated", "--seed", "3")
    assert answer.code == 0, answer.errors
    return example / "evaluated", looked, answer
