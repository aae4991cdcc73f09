"""Cells and a fit of deprivation within ethnicity that tests share (see `conftest.py`)."""

from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.inference.fit_model import fit_model
from equitymodel.simulate.simulated_crossed import CrossedWorld, crossed_tables
from equitymodel.spec.library import CROSSED_MODEL, load_model
from tests.fitted import QUICK

GROUPS = Group("ethnicity,deprivation", "White British", Deprivation("invented"))
SMALL = CrossedWorld(areas=4, procedures=2, expected=300.0)


def crossed_cells(world=SMALL, *, seed=1):
    """Read the tables of a simulated world by both columns."""
    return cells_of(crossed_tables(world, seed=seed))


def cells_of(tables):
    return read_cells(tables.admissions, tables.population, groups=GROUPS, areas="any")


def fit_crossed(cells, *, seed=5):
    return fit_model(load_model(CROSSED_MODEL), cells, engine="laplace", seed=seed, laplace=QUICK)
