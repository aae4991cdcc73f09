"""Which published numbers hang on which prior: the table, its check, and what they must not flag."""

from dataclasses import replace

import pandas as pd
import pytest
import xarray as xr

from equitymodel.estimands.gap_records import gap_measures
from equitymodel.estimands.share_records import share_measures
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.power_scaling import HANGS
from equitymodel.inference.grouped.predict import NEED_ERROR
from equitymodel.report.tables.priors_table import MOVED, check_priors, priors_table
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from tests.fitted import QUICK
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def narrow():
    """A prior of the national gradient that was made to dominate."""
    cells, _ = simulate_cells(areas=8, procedures=2, seed=11)
    model = load_model().replace_prior("national_gradient", sd=0.05)
    return fit_model(model, cells, engine="laplace", seed=5, laplace=QUICK).require_sound(force=True)


def test_the_prior_that_was_made_to_dominate_is_first_and_warns(narrow):
    table = priors_table(narrow, gap_measures(narrow))
    first = table.iloc[0]
    assert list(table) == ["prior", "measure", "ics", "ics_name", "procedure", "deprivation", "period", *MOVED]
    assert first["prior"] == "national_gradient, Normal(0, 0.05)"
    assert first["hangs"]
    assert "rate_ratio (most against least deprived, adjusted for population only)" in first["hanging_measures"]
    assert first["ics_name"] in {"All ICSs", *narrow.cells["ics_name"].values}
    [check] = check_priors(table)
    assert check.verdict == "WARN"
    assert check.value == first["sensitivity"] >= HANGS
    assert "on the prior of national_gradient, Normal(0, 0.05)" in check.detail


def test_it_is_the_same_by_whichever_engine_the_draws_were_made(quick_fit):
    """Chains that were sampled have the same names of priors and draws, and nothing is asked of the engine."""
    tree = quick_fit.draws.copy()
    tree["posterior"] = xr.DataTree(quick_fit.posterior.assign_attrs(engine="nuts"))
    sampled = replace(quick_fit, draws=tree)
    measures = list(gap_measures(quick_fit))
    assert priors_table(sampled, measures).equals(priors_table(quick_fit, measures))


def test_years_and_groups_of_a_number_are_named(quick_fit):
    years = with_years(quick_fit)
    table = priors_table(years, share_measures(years))
    assert set(table["deprivation"]) - {""} <= set("12345")
    assert set(table["period"]) - {""} <= set(years.cells["period"].values)
    assert (table["deprivation"] != "").any()
    assert table["measure"].str.contains("share_of_admissions|admissions_less_need").all()


def test_numbers_under_less_than_the_fullest_adjustment_are_not_repeated(need_fit):
    table = priors_table(need_fit, gap_measures(need_fit))
    said = set(table["measure"]) | {name for row in table["hanging_measures"] for name in row.split("; ")}
    assert not any("population only" in name for name in said)


def test_nothing_is_measured_where_expected_admissions_are_uncertain(quick_fit):
    tree = quick_fit.draws.copy()
    tree["posterior"] = xr.DataTree(quick_fit.posterior.assign({NEED_ERROR: 0.0}))
    table = priors_table(replace(quick_fit, draws=tree), gap_measures(quick_fit))
    assert table.empty
    assert list(table)[-4:] == MOVED
    assert check_priors(table) == []


@pytest.mark.parametrize(("sensitivity", "hangs", "verdict"), [(0.049, False, "PASS"), (9.0, True, "WARN")])
def test_the_check_warns_and_never_fails(sensitivity, hangs, verdict):
    row = ("a", "gap", "E1", "Devon", "hip", sensitivity, HANGS, hangs, "gap" if hangs else "")
    columns = ["prior", "measure", "ics", "ics_name", "procedure", *MOVED]
    [check] = check_priors(pd.DataFrame([row], columns=columns))
    assert check.verdict == verdict
    assert check.value == sensitivity
    assert "worst: gap of Devon, hip, on the prior of a" in check.detail
