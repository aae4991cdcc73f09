"""Fixtures shared by all tests. Nothing that fits is imported before a test asks for it."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile("quick")
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")
FIGURE = re.compile(r"(?:(?<!\d)[+-])?\d+(?:,\d{3})*(?:\.\d+)?")
LONG = {"studies", "report", "inference", "cli"}
"""Rooms whose tests take longest."""


def pytest_collection_modifyitems(items):
    """Begin with the rooms whose tests take longest, so that at the end no worker has a long file left."""
    items.sort(key=lambda item: LONG.isdisjoint(item.path.parts))


@pytest.fixture(scope="session")
def small_fit():
    """A real, short fit to a small simulated world, with the truth behind it."""
    from tests.fitted import fit_by_nuts

    return fit_by_nuts()


@pytest.fixture(scope="session")
def quick_fit():
    """A fit by the fast engine to the same world as `small_fit`: for everything that is read off a fit."""
    from tests.fitted import fit_quickly

    return fit_quickly()


@pytest.fixture(scope="session")
def crossed_fit():
    """A fit of deprivation within ethnicity by the fast engine, to a small simulated world."""
    from tests.crossed import crossed_cells, fit_crossed

    return fit_crossed(crossed_cells())


@pytest.fixture(scope="session")
def pathway():
    """A profile of a small pathway by the fast engine, with the truth behind it."""
    from tests.stages import quick_profile

    return quick_profile()


@pytest.fixture
def replace_fails(monkeypatch):
    """Let one attempt to rename, counted from 1, find its file held by another program."""
    usual, attempts = Path.replace, []

    def fail_at(attempt: int) -> None:
        def replace(one, other):
            attempts.append(one)
            if len(attempts) == attempt:
                raise PermissionError
            return usual(one, other)

        monkeypatch.setattr(Path, "replace", replace)

    return fail_at


@pytest.fixture
def blocks():
    def find(text: str, language: str) -> list[str]:
        return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)

    return find


@pytest.fixture
def same_figures():
    def compare(printed: str, quoted: str, *, within: float = 0.015) -> None:
        """Every quoted line is printed, in order: words alike, numbers within a tolerance."""
        lines = iter(line.split() for line in printed.splitlines())
        for line in filter(None, (line.split() for line in quoted.splitlines())):
            assert any(_alike(" ".join(line), " ".join(other), within) for other in lines), (
                f"not printed: {' '.join(line)}"
            )

    return compare


def _alike(quoted: str, printed: str, within: float) -> bool:
    if NUMBER.sub("#", quoted) != NUMBER.sub("#", printed):
        return False
    pairs = zip(FIGURE.findall(quoted), FIGURE.findall(printed), strict=True)
    return all(abs(_as_ratio(a, quoted) - _as_ratio(b, printed)) <= within for a, b in pairs)


def _as_ratio(figure: str, line: str) -> float:
    """Give a number; a change in per cent, which is written with its sign, as the change of a ratio that it is."""
    value = float(figure.replace(",", ""))
    return value / 100 if figure[0] in "+-" and "%" in line else value


@pytest.fixture(scope="session")
def hide():
    """Hide small counts of cells, and round a third of the others, as publishers do."""
    import xarray as xr

    def change(cells, below=10, base=5):
        counts = cells["admissions"]
        small, every_third = (counts >= 1) & (counts < below), np.arange(counts.size).reshape(counts.shape) % 3 == 0
        rounded = every_third & (counts >= below)
        middle = (counts / base).round() * base
        return cells.assign(
            admissions=counts.where(~small & ~rounded),
            admissions_low=xr.where(small, 1.0, xr.where(rounded, middle - base // 2, counts)),
            admissions_high=xr.where(small, below - 1.0, xr.where(rounded, middle + base // 2, counts)),
        )

    return change


@pytest.fixture(scope="session")
def small_model():
    """A model of a series that is quick to fit."""
    from equitymodel.spec.read_series_model import read_series_model
    from tests.evaluated import SMALL_MODEL

    return read_series_model(SMALL_MODEL)


@pytest.fixture(scope="session")
def small_series():
    """Sixty months of one series."""
    from equitymodel.simulate.simulated_series import simulate_series

    return simulate_series(seed=1)[0]


@pytest.fixture(scope="session")
def gap_evaluation():
    """An evaluation of one ICS with three groups, in which the gap was turned over; nobody was a control."""
    from tests.evaluated import evaluate_gap

    return evaluate_gap()


@pytest.fixture(scope="session")
def controlled_evaluation(small_model):
    """An evaluation of two groups in two exposed ICSs beside one that was not, in which the gap narrowed."""
    from tests.evaluated import evaluate_controlled

    return evaluate_controlled(small_model)


@pytest.fixture(scope="session")
def units_evaluation(small_model):
    """An evaluation of two procedures in two exposed ICSs beside one that was not; no groups, all rose by 0.3."""
    from tests.evaluated import evaluate_units

    return evaluate_units(small_model)


@pytest.fixture(scope="session")
def failed_evaluation(small_model):
    """An evaluation in which a fit of every kind failed but the one the verdict rests on."""
    from tests.evaluated import evaluate_with_failures

    return evaluate_with_failures(small_model)


@pytest.fixture(scope="session")
def forced_evaluation(small_model):
    """An evaluation of a short series whose main fit failed, and which was forced."""
    from tests.evaluated import evaluate_short_unsound

    return evaluate_short_unsound(small_model, force=True)


@pytest.fixture(scope="session")
def short_evaluation(small_model):
    """An evaluation of a series that is too short for a verdict, for forecasts and for trends before."""
    from tests.evaluated import evaluate_short

    return evaluate_short(small_model)
