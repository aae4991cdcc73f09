import pytest

from equitymodel.errors import OptionError
from equitymodel.report.earlier_results import REFRESH, open_earlier
from equitymodel.report.refresh_results import write_refresh
from equitymodel.report.results import write_results
from tests.report.refreshed import two_reports

pytestmark = pytest.mark.unit


def test_a_run_and_an_evaluation_are_told_apart(short_evaluation, quick_results, tmp_path):
    first, _ = two_reports(short_evaluation, tmp_path)
    assert open_earlier(first).kind.command == "interruption"
    run = open_earlier(write_results(quick_results, tmp_path / "run"))
    assert (run.kind.table, sorted(run.tables)) == ("admissions", ["gaps", "target_totals"])
    assert run.vintages.last.day == run.provenance["made"][:10]


def test_vintages_that_were_changed_are_refused(short_evaluation, tmp_path):
    _, second = two_reports(short_evaluation, tmp_path)
    write_refresh(tmp_path / "one", second)
    file = next((second / REFRESH / "vintages").iterdir())
    file.write_bytes(b"changed")
    with pytest.raises(OptionError, match=r"changed since they were written: vintages/0001"):
        open_earlier(second)


def test_a_shorter_table_does_not_follow(short_evaluation, tmp_path):
    first, _ = two_reports(short_evaluation, tmp_path)
    with pytest.raises(OptionError, match="shorter than the one before: it has no period"):
        open_earlier(first).require_follows(short_evaluation.series.isel(period=slice(0, -1)))


def test_other_folders_are_refused(tmp_path):
    with pytest.raises(OptionError, match="no results that can be refreshed"):
        open_earlier(tmp_path)
