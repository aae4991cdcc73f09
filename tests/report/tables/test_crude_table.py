"""Crude gaps beside modelled ones, and the ICS that is unlike the rest."""

import pytest

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.report.tables.crude_table import crude_table
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def table():
    cells, _ = simulate_cells(areas=12, procedures=1, expected=800.0, seed=3)
    cells["admissions"][4, 0, 0] = (cells["admissions"][4, 0, 0] * 2.5).round()
    cells["admissions"][2, 0, 0] = float("nan")
    return crude_table(fit_model(load_model(), cells, engine="laplace", laplace=Laplace(draws=250), seed=1))


def test_an_ics_unlike_the_rest_is_flagged_and_its_modelled_gap_is_drawn_to_them(table):
    flagged = table[table["unlike_the_rest"] == "yes"]
    assert flagged["ics"].tolist() == ["area 05"]
    assert (flagged["estimate"] < flagged["crude"]).all()


def test_an_ics_whose_ends_are_not_known_has_no_crude_gap(table):
    assert len(table) == 11
    assert "area 03" not in set(table["ics"])
