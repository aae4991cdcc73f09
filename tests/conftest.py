"""Fixtures shared by all tests. Nothing that fits is imported before a test asks for it."""

import pickle
import re

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import settings

settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile("quick")
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")
LONG = {"studies", "report", "inference", "cli"}
"""Rooms whose tests take longest."""


def pytest_collection_modifyitems(items):
    """Begin with the rooms whose tests take longest, so that at the end no worker has a long file left."""
    items.sort(key=lambda item: LONG.isdisjoint(item.path.parts))


@pytest.fixture(scope="session")
def once(tmp_path_factory, request):
    """Make a result once for all workers of a run: `once("name", make)`. The others wait, and read it from disk."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if hasattr(request.config, "workerinput") else own

    def made(name, make):
        path = folder / f"{name}.pickle"
        with FileLock(f"{path}.lock"):
            if not path.exists():
                path.write_bytes(pickle.dumps(make()))
        return pickle.loads(path.read_bytes())

    return made


@pytest.fixture(scope="session")
def small_fit(once):
    """A real, short fit to a small simulated world, with the truth behind it."""
    return once("small_fit", _small_fit)


def _small_fit():
    from equitymodel.inference.fit_model import fit_model
    from equitymodel.inference.grouped.nuts import Sampling
    from equitymodel.simulate.simulated_cells import simulate_cells
    from equitymodel.spec.library import load_model

    cells, truth = simulate_cells(areas=8, procedures=2, seed=11)
    fit = fit_model(load_model(), cells, seed=5, sampling=Sampling(draws=700, tune=500))
    return fit, truth


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
