"""Fixtures shared by all tests."""

import re
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import settings

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.nuts import Sampling
from equitymodel.simulate.series_world import Change, MonthlyNoise, Shock, Sizes, Usual
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile("quick")
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")


@pytest.fixture(scope="session")
def small_fit():
    """A real, short fit to a small simulated world, with the truth behind it."""
    cells, truth = simulate_cells(areas=8, procedures=2, seed=11)
    fit = fit_model(load_model(), cells, seed=5, sampling=Sampling(draws=700, tune=500))
    return fit, truth


@pytest.fixture(scope="session")
def quick_fit():
    """A fit by the fast engine to the same world as `small_fit`: for everything that is read off a fit."""
    from equitymodel.inference.laplace.sample_laplace import Laplace

    cells, _ = simulate_cells(areas=8, procedures=2, seed=11)
    settings = Laplace(draws=200, points=128, enough_points=1.0, cores=1)
    return fit_model(load_model(), cells, engine="laplace", seed=5, laplace=settings)


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
    pairs = zip(NUMBER.findall(quoted), NUMBER.findall(printed), strict=True)
    return all(abs(float(a.replace(",", "")) - float(b.replace(",", ""))) <= within for a, b in pairs)


@pytest.fixture(scope="session")
def hide():
    """Hide small counts of cells, and round a third of the others, as publishers do."""

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
def gap_evaluation():
    """An evaluation of one ICS with three groups, in which the gap was turned over; nobody was a control."""
    from equitymodel.simulate.simulated_series import simulate_series
    from equitymodel.spec.library import load_series_model
    from equitymodel.studies.evaluate import evaluate

    series, truth = simulate_series(
        Sizes(groups=3, periods=42, before=28),
        change=Change(gap=-0.4),
        usual=Usual(expected=500),
        noise=MonthlyNoise(sd=0.03),
        seed=1,
    )
    model = load_series_model("gap_interruption").leaving_out("slope", "common").with_harmonics(1)
    return evaluate(series, replace(truth.plan, outcome="gap"), seed=7, model=model)


@pytest.fixture(scope="session")
def controlled_evaluation(small_model):
    """An evaluation of two groups in two exposed ICSs beside one that was not, in which the gap narrowed."""
    from equitymodel.studies.evaluate import evaluate
    from tests.evaluated import controlled_series

    series, truth = controlled_series(change=Change(gap=-0.3), shock=Shock(gap=0.4))
    return evaluate(series, replace(truth.plan, outcome="gap"), seed=3, model=small_model)


@pytest.fixture(scope="session")
def units_evaluation(small_model):
    """An evaluation of two procedures in two exposed ICSs beside one that was not; no groups, all rose by 0.3."""
    from equitymodel.studies.evaluate import evaluate
    from tests.evaluated import CONTROLLED, controlled_series

    series, truth = controlled_series(replace(CONTROLLED, groups=1, procedures=2), change=Change(0.3))
    return evaluate(series, truth.plan, seed=3, model=small_model)


@pytest.fixture(scope="session")
def short_evaluation(small_model):
    """An evaluation of a series that is too short for a verdict, for forecasts and for trends before."""
    from equitymodel.studies.evaluate import evaluate
    from tests.evaluated import CONTROLLED, controlled_series

    series, truth = controlled_series(replace(CONTROLLED, groups=1, periods=24, before=10))
    return evaluate(series, truth.plan, seed=1, model=small_model)
