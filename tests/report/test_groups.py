"""What is written about groups that have no order: their own name, their kind, and only what means something."""

from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.tables.groups import Group
from equitymodel.errors import SpecError
from equitymodel.estimands.disparity import rate_ratio_to_reference, theil_index
from equitymodel.estimands.gaps import pooled_ratio
from equitymodel.inference.fit import load_fit
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.prior_check import check_prior
from equitymodel.report.html.gap_page import report_html
from equitymodel.report.results import make_results, write_results
from equitymodel.report.tables import gap_measures
from equitymodel.report.wording.statement import limits, sentences
from equitymodel.simulate.simulated_groups import group_tables
from equitymodel.spec.library import load_model
from equitymodel.studies.compare import compare_fits
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS

pytestmark = pytest.mark.mcmc
OTHERS = ["Asian", "Black", "Mixed", "Other"]
ORDERED = {
    "slope_index",
    "relative_index",
    "relative_gradient_index",
    "concentration_index",
    "horizontal_inequity",
    "rank",
}


@pytest.fixture(scope="module")
def cells():
    tables = group_tables(areas=6, procedures=2, seed=3)
    return read_cells(tables.admissions, tables.population, groups=Group("ethnicity", "White British"), areas="any")


@pytest.fixture(scope="module")
def results(cells):
    fit = fit_model(load_model("group_by_procedure"), cells, engine="laplace", seed=1)
    return make_results(fit, force=True)


def test_no_word_of_deprivation_is_written(results, tmp_path):
    out = write_results(results, tmp_path / "out")
    for path in (path for path in out.iterdir() if path.suffix in {".csv", ".json", ".html"}):
        assert "depriv" not in path.read_text(encoding="utf-8").lower(), path.name
    again = load_fit(out / "posterior.nc")
    assert again.cells.attrs["reference_group"] == "White British"
    assert (again.fitted == results.fit.fitted).all()


def test_every_table_has_the_column_of_the_groups(results):
    for name, table in results.tables.items():
        assert "ethnicity" in table.columns, name
        assert table["ethnicity"].notna().all(), name


def test_gaps_hold_only_measures_that_mean_something(results):
    gaps = results.tables["gaps"]
    assert not ORDERED & set(gaps["measure"])
    ratio = gaps[(gaps["measure"] == "rate_ratio") & (gaps["ics"] == ALL_ICS)]
    assert sorted(ratio["ethnicity"].unique()) == OTHERS
    whole = gaps[gaps["measure"].isin(["theil_between", "index_of_disparity", "share_to_move"])]
    assert set(whole["ethnicity"]) == {ALL_GROUPS}
    nulls = gaps[gaps["measure"].str.endswith("_null")]
    assert set(nulls["measure"]) == {"share_to_move_null", "theil_between_null", "index_of_disparity_null"}
    assert (nulls["estimate"] > 0).all()


def test_the_headline_is_the_ratio_of_sums_to_the_reference_group(results):
    fit, gaps = results.fit, results.tables["gaps"]
    direct = rate_ratio_to_reference(pooled_ratio(fit.fitted, fit.expected), reference="White British")
    rows = gaps[(gaps["measure"] == "rate_ratio") & (gaps["ics"] == ALL_ICS)]
    for row in rows.itertuples():
        draws = direct.sel(deprivation=row.ethnicity, procedure=row.procedure)
        assert row.estimate == pytest.approx(float(draws.median()))


def test_theil_between_and_within_add_up_draw_by_draw(results):
    fit = results.fit
    parts = {item.name: item.draws.sel(ics=ALL_ICS) for item in gap_measures(fit) if item.name.startswith("theil")}
    whole = theil_index(fit.fitted, fit.expected, over=("ics", "deprivation"))
    added = (parts["theil_between"] + parts["theil_within"]).transpose(*whole.dims)
    assert float(abs(added - whole.values).max()) < 1e-9


def test_level_up_leaves_the_reference_group_alone_and_zero_sum_keeps_the_total(results):
    targets = results.tables["targets"]
    own = targets[(targets["route"] == "level_up") & (targets["scope"] == "ics")]
    assert own.loc[own["ethnicity"] == "White British", "estimate"].abs().max() < 1e-9
    moved = targets[(targets["route"] == "zero_sum") & (targets["scope"] == "ics")]
    assert moved.groupby(["ics", "procedure"])["estimate"].sum().abs().max() < 1e-6


def test_the_report_says_what_kind_of_group_it_is(results):
    page = report_html(results.fit, results.tables, results.provenance)
    assert "Equality Act characteristic (race)" in page
    assert results.provenance["group"]["reference_group"] == "White British"
    chosen = replace(results.fit, cells=results.fit.cells.assign_attrs(group="homeless", group_kind="other"))
    assert any("locally chosen group" in line and "not a characteristic" in line for line in limits(chosen))
    assert not any("Equality Act characteristic" in line for line in limits(chosen))


def test_sentences_name_every_group_once_a_procedure(results):
    said = sentences(results.fit, results.tables["gaps"], results.tables["target_totals"])
    assert len(said) == 2
    for text in said["text"]:
        assert all(text.count(f"{label} 0.") + text.count(f"{label} 1.") == 1 for label in OTHERS)
        assert "against those of White British" in text


def test_adjustments_are_side_by_side_for_every_group(results):
    table = results.tables["adjustments"]
    assert {"population", "age_sex"} <= set(table.columns)
    assert len(table) == (6 + 1) * 2 * 4


def test_groups_of_sex_are_adjusted_for_age_alone(cells):
    tables = group_tables(areas=4, procedures=1, seed=2)
    sums = [frame.groupby([name for name in frame.columns if name not in ("ethnicity", frame.columns[-1])])
            [frame.columns[-1]].sum().reset_index() for frame in (tables.admissions, tables.population)]  # fmt: skip
    by_sex = read_cells(*sums, groups=Group("sex", "F"), areas="any")
    made = make_results(fit_model(load_model("group_by_procedure"), by_sex, engine="laplace", seed=1), force=True)
    assert {"population", "age"} <= set(made.tables["adjustments"].columns)
    assert "rate_ratio_population_only" in set(made.tables["gaps"]["measure"])
    variants = made.tables["gaps"].query("measure == 'rate_ratio'")["variant"]
    assert set(variants) == {"against F, adjusted for age"}


def test_a_model_with_a_gradient_is_refused_before_any_work(cells):
    for model in ("need_adjusted", "gap_by_procedure"):
        with pytest.raises(SpecError, match="groups of ethnicity have no order"):
            fit_model(load_model(model), cells, engine="laplace", seed=1)


def test_the_prior_gate_and_the_comparison_of_fits_know_such_groups(results, cells):
    spec = load_model("group_by_procedure")
    assert "a group against White British" in str(check_prior(spec, cells, seed=1))
    again = fit_model(spec, cells, engine="laplace", seed=2)
    table = compare_fits(again, results.fit)
    assert isinstance(table, pd.DataFrame)
    assert table["mean"].abs().median() < 0.1
