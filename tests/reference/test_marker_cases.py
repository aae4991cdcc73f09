"""Tables as people send them, with markers, roundings and people of no group: the right answers beside them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import equitymodel as em
from equitymodel.data.cells.read_cells import data_log, headline_expected, read_cells
from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumbers, count_middle
from equitymodel.errors import EquityDataError
from equitymodel.estimands.disparity import theil_index

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the tables are not here")
NOT_AVAILABLE = {"n/a": "not_available", "[z]": "not_available", "[c]": "not_available"}


def read(name, population, small_numbers, **options):
    return read_cells(CASES / f"{name}.csv", CASES / f"{population}.csv", small_numbers=small_numbers,
                      **{"groups": Deprivation("IMD 2019")} | options)  # fmt: skip


def gap(cells, procedure):
    """Give the ratio of the most to the least deprived, of middles of counts over people, where both are known."""
    own = xr_both(cells, procedure)
    return float(own["count"].sel(deprivation=1).sum() / own["due"].sel(deprivation=1).sum()
                 / (own["count"].sel(deprivation=5).sum() / own["due"].sel(deprivation=5).sum()))  # fmt: skip


def xr_both(cells, procedure):
    count = count_middle(cells).sel(procedure=procedure)
    due = headline_expected(cells).sel(procedure=procedure)
    ends = count.sel(deprivation=[1, 5]).notnull().all("deprivation")
    return {"count": count.where(ends, drop=True), "due": due.where(ends, drop=True)}


def refused(*args, **options):
    with pytest.raises(EquityDataError) as error:
        read(*args, **options)
    return {finding.rule: finding for finding in error.value.findings}


@pytest.mark.unit
def test_markers_are_asked_about_then_alarm_then_left_out():
    """n/a is asked about; one [z] among counts too; [c] cannot be 1 to 7; none of them ever becomes 1 to 7."""
    asked = refused("markers", "population", "hes")
    assert asked["C20"].rows == ("row 49: 'n/a'",)
    known = {"n/a": "not_available"}
    assert refused("markers", "population", SmallNumbers("hes", markers=known))["C21"].count == 1
    known |= {"[z]": "not_available"}
    alarm = refused("markers", "population", SmallNumbers("hes", markers=known))["C28"]
    assert alarm.rows[0].startswith("ics E54000013, deprivation 5, procedure hip replacement: 269")
    cells = read("markers", "population", SmallNumbers("hes", markers=NOT_AVAILABLE))
    finding = data_log(cells).set_index("rule").loc["C19"]
    assert (finding["severity"], finding["count"]) == ("warning", 6)
    missing = cells[HIGH].isnull()
    assert int(missing.sum()) == 6
    assert bool((cells[LOW].where(~missing, 99) > 7).all())
    assert gap(cells, "hip replacement") == pytest.approx(0.70, abs=0.03)


@pytest.mark.unit
def test_opensafely_zero_is_up_to_seven():
    assert set(refused("opensafely_zero_means_up_to_7", "opensafely_population", "error")) == {"C26"}
    cells = read("opensafely_zero_means_up_to_7", "opensafely_population", "opensafely")
    shown = pd.read_csv(CASES / "opensafely_zero_means_up_to_7.csv")["admissions"]
    zero = cells[LOW] == 0
    assert int(zero.sum()) == int((shown == 0).sum()) == 18
    np.testing.assert_array_equal(cells[HIGH].values[zero.values], 7)


@pytest.mark.unit
def test_midpoint_six_is_bounds_of_six():
    assert set(refused("opensafely_midpoint_6", "opensafely_population", "error")) == {"C26"}
    cells = read("opensafely_midpoint_6", "opensafely_population", "midpoint_6")
    width = (cells[HIGH] - cells[LOW]).values
    assert set(np.unique(width)) == {0.0, 5.0}  # an exact 0, or six counts


@pytest.mark.mcmc
@pytest.mark.parametrize(
    ("name", "rule"), [("opensafely_zero_means_up_to_7", "opensafely"), ("opensafely_midpoint_6", "midpoint_6")]
)
def test_rounded_counts_read_as_bounds_give_the_gap_of_exact_counts(name, rule):
    """Exact counts give 0.673 (0.583 to 0.781); zeros read as zeros give 0.558."""
    cells = read(name, "opensafely_population", rule)
    settings = em.Laplace(draws=250, points=64, enough_points=40, cores=1)
    fit = em.fit_model("need_adjusted", cells, engine="laplace", laplace=settings, seed=1)
    ratio = float(em.rate_ratio(em.pooled_ratio(fit)).median())
    assert ratio == pytest.approx(0.67, abs=0.03)  # 0.656 and 0.682


@pytest.mark.unit
def test_people_of_no_stated_group_are_left_out_and_said_as_a_share():
    cells = read("not_stated_admissions", "not_stated_population", "error", groups=Group("ethnicity", "White"))
    assert "Not Stated/Not Known" not in cells["group"].values
    finding = data_log(cells).set_index(["rule", "table"]).loc[("U05", "admissions")]
    assert "11.4 % of admissions (1,076 of 9,444)" in finding["detail"]
    counts, due = (part.sum(["ics", "procedure"]) for part in (cells["admissions"], headline_expected(cells)))
    assert float(theil_index(counts, due)) == pytest.approx(0.0015, abs=0.0003)


@pytest.mark.unit
def test_an_empty_count_with_qualifier_c_is_suppressed():
    rows = pd.read_csv(CASES / "phs_layout.csv", dtype=str, keep_default_na=False)
    columns = {"WeekEnding": "period", "HSCP": "ics", "SIMDQuintile": "deprivation",
               "NumberAdmissions": "admissions", "NumberAdmissionsQF": "admissions_qf"}  # fmt: skip
    table = rows.rename(columns=columns)[list(columns.values())].assign(
        period=lambda frame: pd.to_datetime(frame["period"]).dt.strftime("%Y-%m-%d")
    )
    series = read_series(table, small_numbers="lt5", areas="any")
    hidden = series[LOW] < series[HIGH]
    assert int(hidden.sum()) == int((rows["NumberAdmissionsQF"] == "c").sum()) == 40
    assert set(np.unique(series[HIGH].values[hidden.values])) == {4.0}
