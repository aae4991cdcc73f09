import json
from dataclasses import asdict, replace

import pandas as pd
import pytest

from equitymodel.errors import DiagnosisError, OutputError
from equitymodel.inference.diagnosis import Check
from equitymodel.inference.fit import load_fit
from equitymodel.inference.grouped.nuts import Sampling
from equitymodel.report.destination import check_destination
from equitymodel.report.results import STAMP, make_results, write_results

pytestmark = pytest.mark.mcmc


@pytest.fixture(scope="module")
def results(small_fit):
    return make_results(small_fit[0], force=True)


def failed(fit):
    return replace(fit, diagnosis=fit.diagnosis.extended([Check("made up", 9, "FAIL", "0")]))


def test_a_folder_holds_everything_and_nothing_half_written(results, tmp_path):
    out = write_results(results, tmp_path / "out")
    names = {path.name for path in out.iterdir()}
    assert names == {"expected.csv", "gaps.csv", "targets.csv", "target_totals.csv", "posterior.nc", "diagnosis.json",
                     "provenance.json", "report.html", "gap.png", "adjustments.csv", "sensitivity.csv"}  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_posterior_comes_back_as_it_was(results, tmp_path):
    write_results(results, tmp_path / "out")
    again = load_fit(tmp_path / "out" / "posterior.nc")
    assert again.spec == results.fit.spec
    assert again.diagnosis == results.fit.diagnosis
    assert (again.fitted == results.fit.fitted).all()
    assert again.seed == results.fit.seed


def test_provenance_says_what_made_it(results):
    made = results.provenance
    assert made["seed"] == 5
    assert made["engine"] == "nuts"
    first = asdict(Sampling(draws=700, tune=500))
    assert made["settings"] in (first, first | {"draws": 3 * 700})  # the latter if chains had not settled
    assert "sampling" not in made
    assert made["model"]["text"].startswith("format = 1")
    assert made["interval"]["probability"] == 0.95
    assert "nutpie" in made["versions"]


def test_a_failed_fit_publishes_nothing_unless_forced_and_then_stamped(small_fit, tmp_path):
    bad = failed(small_fit[0])
    with pytest.raises(DiagnosisError, match="made up"):
        make_results(bad)
    forced = make_results(bad, force=True)
    out = write_results(forced, tmp_path / "out")
    assert (pd.read_csv(out / "gaps.csv")["stamp"] == STAMP).all()
    assert STAMP in (out / "report.html").read_text(encoding="utf-8")
    assert json.loads((out / "diagnosis.json").read_text())["verdict"] == "FAIL"


def test_other_peoples_files_are_never_replaced(results, tmp_path):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("ten years")
    for overwrite in (False, True):
        with pytest.raises(OutputError):
            write_results(results, out, overwrite=overwrite)
    assert (out / "thesis.txt").read_text() == "ten years"


def test_earlier_results_are_replaced_only_when_asked(results, tmp_path):
    out = write_results(results, tmp_path / "out")
    with pytest.raises(OutputError, match="--overwrite"):
        check_destination(out, overwrite=False)
    assert write_results(results, out, overwrite=True) == out


def test_an_interrupted_write_leaves_nothing(results, tmp_path, monkeypatch):
    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("equitymodel.report.results.report_html", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_results(results, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_text_that_a_spreadsheet_would_run_is_defused(results, tmp_path):
    table = pd.DataFrame({"ics": ["=1+1", "plain"], "estimate": [-1.5, 2.0]})
    out = write_results(replace(results, tables=results.tables | {"expected": table}), tmp_path / "out")
    assert (out / "expected.csv").read_text().splitlines()[1:] == ["'=1+1,-1.5", "plain,2"]


def test_the_report_stands_alone_and_says_its_limits(results):
    from equitymodel.report.html.gap_page import report_html

    page = report_html(results.fit, results.tables, results.provenance)
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    assert "What this cannot tell you" in page
    assert "It is not the effect of deprivation" in page
    assert page.count("data:image/png;base64,") == 3 + results.fit.cells.sizes["procedure"]
