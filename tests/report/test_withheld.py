"""Tables that say what is not known: withheld indices, adjustments side by side, sensitivity."""

import numpy as np
import pytest

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.laplace.sample_laplace import Laplace
from equitymodel.report.plots.gap_plots import plot_tipping
from equitymodel.report.tables import PRESENT, adjustments_table, gap_measures, gaps_table, sensitivity_table
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def made():
    """A fit in which the first area has residents in groups 2 and 4 alone."""
    cells, _ = simulate_cells(areas=5, procedures=1, seed=1)
    gone = cells["ics"].isin(["area 01"]) & ~cells["deprivation"].isin([2, 4])
    cells = cells.assign(
        admissions=cells["admissions"].where(~gone),
        expected_admissions=cells["expected_admissions"].where(~gone),
        population=cells["population"].where(~gone, 0.0),
        offered=cells["offered"] & ~gone,
    )
    settings = Laplace(draws=100, points=32, enough_points=1.0, cores=1)
    fit = fit_model(load_model("gap_by_procedure"), cells, engine="laplace", laplace=settings, seed=1)
    measures = list(gap_measures(fit))
    return fit, measures, gaps_table(fit, measures)


def test_indices_are_withheld_with_the_reason_where_groups_are_few(made):
    _, _, gaps = made
    few = gaps[gaps["ics"] == "area 01"].set_index("measure")
    for measure in ("rate_ratio", "slope_index", "relative_index", "concentration_index", "horizontal_inequity"):
        rows = few.loc[[measure]]
        assert rows["estimate"].isna().all()
        assert rows["withheld"].str.contains("fewer than three").all()


def test_the_rate_of_the_most_deprived_group_there_is_given_instead(made):
    fit, _, gaps = made
    row = gaps[gaps["measure"] == PRESENT]
    assert row["ics"].tolist() == ["area 01"]
    here = {"ics": "area 01", "deprivation": 2, "procedure": "procedure 01"}
    ratio = fit.ratio.sel(here).median().item()
    everywhere = float(fit.expected.sum() / fit.cells["population"].where(fit.cells["offered"]).sum() * 100_000)
    assert row["estimate"].item() == pytest.approx(ratio * everywhere, rel=0.02)


def test_nothing_else_is_withheld(made):
    _, _, gaps = made
    rest = gaps[gaps["ics"] != "area 01"]
    assert rest["estimate"].notna().all()
    assert (rest["withheld"] == "").all()


def test_adjustments_stand_side_by_side_with_all_ics_first(made):
    _, _, gaps = made
    table = adjustments_table(gaps)
    assert table["ics"].iloc[0] == ALL_ICS
    assert {"population", "population_lower", "population_upper"} <= set(table.columns)
    own = gaps[(gaps["measure"] == "rate_ratio") & (gaps["ics"] == ALL_ICS)]
    assert table["population"].iloc[0] == own["estimate"].item()


def test_sensitivity_repeats_the_gap_as_its_tipping_point_and_falls_as_need_does(made):
    fit, measures, gaps = made
    table = sensitivity_table(fit, measures)
    point = table[(table["question"] == "tipping_point") & (table["ics"] == ALL_ICS)]["estimate"].item()
    assert point == gaps[(gaps["measure"] == "rate_ratio") & (gaps["ics"] == ALL_ICS)]["estimate"].item()
    curve = table[(table["question"] == "probability_gap_persists") & (table["ics"] == ALL_ICS)]
    assert (np.diff(curve.sort_values("assumption")["estimate"]) >= 0).all()
    assert len(plot_tipping(table).axes[0].lines) == 2  # one procedure, and one half
