import json
import re
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.errors import DiagnosisError, OptionError, OutputError
from equitymodel.inference.accepted_prior import AcceptedPrior
from equitymodel.inference.diagnosis import Check
from equitymodel.inference.fit import STAMP
from equitymodel.inference.grouped.power_scaling import PriorSensitivity
from equitymodel.inference.saved_fit import load_fit
from equitymodel.report.content.any_sentences import sentences
from equitymodel.report.plots.adjustment_plots import plot_adjustments
from equitymodel.report.plots.gap_plots import plot_gap
from equitymodel.report.plots.observed_plot import plot_observed_expected
from equitymodel.report.results import make_results, write_results
from equitymodel.report.tables.adjustments_table import adjustments_table
from equitymodel.report.tables.expected_table import expected_table
from equitymodel.report.tables.gaps_table import gaps_table
from equitymodel.report.tables.sensitivity_table import sensitivity_table
from equitymodel.report.tables.shares_table import shares_table
from equitymodel.report.tables.targets_table import targets_table, totals_table
from equitymodel.report.tables.years_table import years_table
from equitymodel.report.wording.prior_words import prior_limits
from equitymodel.report.wording.statement import APPROXIMATE
from equitymodel.report.write_report import write_report
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit


@pytest.fixture
def results(quick_results):
    return quick_results


@pytest.fixture
def folder(quick_folder):
    """A folder of results, only to be read."""
    return quick_folder


@pytest.fixture
def short_page(monkeypatch):
    """Write a page of one word, for what is not about the page."""
    monkeypatch.setattr("equitymodel.report.results.gap_document", lambda *_given, **_options: "page")
    monkeypatch.setattr("equitymodel.report.results.page_of", str)


def failed(fit):
    return replace(fit, diagnosis=fit.diagnosis.extended([Check("made up", 9, "FAIL", "0")]))


def test_a_folder_holds_everything_and_nothing_half_written(folder, results):
    names = {path.name for path in folder.iterdir()}
    assert names == {"expected.csv", "gaps.csv", "targets.csv", "target_totals.csv", "posterior.nc", "diagnosis.json",
                     "provenance.json", "report.html", "gap.png", "adjustments.csv", "crude.csv", "sensitivity.csv", "priors.csv",
                     "manifest.json", "notes.csv", "areas.csv", *(f"{name}.parquet" for name in results.tables)}  # fmt: skip
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_the_posterior_comes_back_to_32_bits(results, folder):
    again = load_fit(folder / "posterior.nc")
    assert again.spec == results.fit.spec
    assert again.diagnosis == results.fit.diagnosis
    np.testing.assert_allclose(again.fitted, results.fit.fitted, rtol=1e-6)
    assert again.seed == results.fit.seed


def test_unit_costs_are_refused_where_nothing_is_by_year(results):
    with pytest.raises(OptionError, match="leave unit_costs out"):
        make_results(results.fit, force=True, unit_costs={"procedure 01": 1.0, "procedure 02": 2.0})


def test_a_folder_keeps_as_many_draws_as_it_is_told_and_the_same_tables(results, folder, tmp_path, short_page):
    out = write_results(replace(results, kept_draws=20), tmp_path / "out")
    assert load_fit(out).posterior.sizes["draw"] == 20
    for name in results.tables:
        assert (out / f"{name}.parquet").read_bytes() == (folder / f"{name}.parquet").read_bytes(), name


def test_there_is_a_table_for_every_file_and_each_says_it_is_approximate(results):
    assert list(results.tables) == [
        "expected",
        "gaps",
        "adjustments",
        "sensitivity",
        "targets",
        "target_totals",
        "crude",
        "priors",
    ]
    for table in results.tables.values():
        assert set(table["approximate"]) == {APPROXIMATE}
        assert "stamp" not in table


def test_what_was_asked_is_kept(results):
    assert results.provenance["options"] == {"seed": 5}


def test_a_failed_fit_publishes_nothing_unless_forced_and_then_stamped(quick_fit, tmp_path):
    bad = failed(quick_fit)
    with pytest.raises(DiagnosisError, match="made up"):
        make_results(bad)
    forced = make_results(bad, force=True)
    out = write_results(forced, tmp_path / "out")
    assert (pd.read_csv(out / "gaps.csv")["stamp"] == STAMP).all()
    assert STAMP in (out / "report.html").read_text(encoding="utf-8")
    assert json.loads((out / "diagnosis.json").read_text())["verdict"] == "FAIL"


def test_priors_accepted_on_purpose_are_stamped_on_everything_and_kept(quick_fit, tmp_path):
    accepted = AcceptedPrior("as in Smith 2020", needed=True, found="12.0% of cells")
    results = make_results(replace(quick_fit, accepted_prior=accepted), force=True)
    out = write_results(results, tmp_path / "out")
    stamp = "PRIORS ALLOW ABSURD ADMISSIONS and were accepted on purpose: as in Smith 2020."
    for table in results.tables.values():
        assert set(table["stamp"]) == {results.stamp}
    assert stamp in results.stamp
    assert stamp in (out / "report.html").read_text(encoding="utf-8")
    assert json.loads((out / "provenance.json").read_text())["accepted_prior"] == asdict(accepted)
    assert load_fit(out).accepted_prior == accepted
    [page] = write_report(out, [tmp_path / "again.html"])
    text = page.read_text(encoding="utf-8")
    assert stamp in text
    assert "accepted on purpose, for this reason: as in Smith 2020" in text


def test_a_number_that_hangs_on_a_prior_is_a_limit_of_the_results_and_warns(quick_fit, monkeypatch):
    gap = "rate_ratio (most against least deprived, adjusted for age and sex)"
    found = PriorSensitivity("national_gradient, Normal(0, 0.05)", gap, {"ics": "area 01"}, 0.31, (gap,))
    monkeypatch.setattr("equitymodel.report.tables.priors_table.power_scale", lambda *_: [found])
    made = make_results(quick_fit, force=True)
    assert made.provenance["limits"][-1] == prior_limits(made.tables["priors"])[0]
    assert "national_gradient, Normal(0, 0.05)" in made.provenance["limits"][-1]
    [check] = [check for check in made.fit.diagnosis.checks if "to a prior" in check.name]
    assert (check.value, check.verdict) == (0.31, "WARN")


@pytest.mark.parametrize(
    "publish",
    [gaps_table, expected_table, sensitivity_table, targets_table, totals_table, adjustments_table, sentences, plot_gap,
     plot_adjustments, plot_observed_expected],
)  # fmt: skip
def test_no_table_picture_or_sentence_is_made_of_a_fit_that_failed(quick_fit, publish):
    with pytest.raises(DiagnosisError, match="made up"):
        publish(failed(quick_fit))


def test_results_whose_fit_was_put_in_by_hand_pass_the_gate_as_well(results, tmp_path):
    with pytest.raises(DiagnosisError, match="made up"):
        write_results(replace(results, fit=replace(failed(results.fit), forced=False)), tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_other_peoples_files_are_never_replaced(results, tmp_path):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("ten years")
    for overwrite in (False, True):
        with pytest.raises(OutputError):
            write_results(results, out, overwrite=overwrite)
    assert (out / "thesis.txt").read_text() == "ten years"


def test_earlier_results_are_replaced_only_when_asked_and_notes_stay(results, tmp_path, short_page):
    out = write_results(results, tmp_path / "out")
    (out / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="--overwrite"):
        write_results(results, out)
    assert write_results(results, out, overwrite=True) == out
    assert (out / "notes.txt").read_text() == "mine"
    (out / "gaps.csv").write_text("by hand")
    with pytest.raises(OutputError, match=r"changed since they were written: gaps\.csv"):
        write_results(results, out, overwrite=True)


def test_an_interrupted_write_leaves_nothing(results, tmp_path, monkeypatch):
    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("equitymodel.report.results.gap_document", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_results(results, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_text_that_a_spreadsheet_would_run_is_defused(results, tmp_path, short_page):
    table = pd.DataFrame({"ics": ["=1+1", "plain"], "estimate": [-1.5, 2.0]})
    out = write_results(replace(results, tables=results.tables | {"crude": table}), tmp_path / "out")
    assert (out / "crude.csv").read_text().splitlines()[1:] == ["'=1+1,-1.5", "plain,2"]


def test_every_table_of_groups_has_the_column_of_the_groups(group_results):
    for name, table in group_results.tables.items():
        assert "ethnicity" in table.columns, name
        assert table["ethnicity"].notna().all(), name


def test_no_word_of_deprivation_is_written_about_other_groups(group_results, group_folder):
    out = group_folder
    for path in (path for path in out.iterdir() if path.suffix in {".csv", ".json", ".html"}):
        text = re.sub(r'<table id="statement".*?</table>', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert "depriv" not in text.lower(), path.name
    again = load_fit(out / "posterior.nc")
    assert CellFacts.of(again.cells) == CellFacts.of(group_results.fit.cells)
    assert CellFacts.of(again.cells).group == Group("ethnicity", "White British")
    np.testing.assert_allclose(again.fitted, group_results.fit.fitted, rtol=1e-6)


def test_several_years_are_compared_and_all_other_tables_are_of_the_last(yearly_results, results, yearly_folder):
    assert list(yearly_results.tables)[-2:] == ["years", "shares"]
    gaps, last = results.tables["gaps"], yearly_results.tables["gaps"]
    headline = gaps["headline"]
    assert last.loc[headline, "estimate"].to_numpy() == pytest.approx(gaps.loc[headline, "estimate"].to_numpy())
    assert "period" in yearly_results.fit.cells.dims
    assert {"years.csv", "shares.csv"} <= {path.name for path in yearly_folder.iterdir()}
    assert "In 2022/23: Per head" in (yearly_folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("publish", [years_table, shares_table])
def test_years_of_a_fit_that_failed_are_not_published(quick_fit, publish):
    years = replace(with_years(quick_fit), forced=False)
    with pytest.raises(DiagnosisError, match="made up"):
        publish(failed(years))
