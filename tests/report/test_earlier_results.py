import shutil

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.earlier_results import REFRESH, open_earlier
from equitymodel.report.results import write_results

pytestmark = pytest.mark.unit


def test_a_run_and_an_evaluation_are_told_apart(two_reports, quick_results, tmp_path):
    assert open_earlier(two_reports[0]).kind.command == "interruption"
    run = open_earlier(write_results(quick_results, tmp_path / "run"))
    assert (run.kind.table, sorted(run.tables)) == ("admissions", ["gaps", "target_totals"])
    assert run.vintages.last.day == run.provenance["made"][:10]


def test_vintages_that_were_changed_are_refused(refreshed_pair, tmp_path):
    second = shutil.copytree(refreshed_pair[1].parent, tmp_path / "copy")
    assert len(open_earlier(second).vintages.kept) == 2
    next((second / REFRESH / "vintages").glob("0001*")).write_bytes(b"changed")
    with pytest.raises(OptionError, match=r"changed since they were written: vintages/0001"):
        open_earlier(second)


@pytest.mark.parametrize("name", ["gap.csv", f"{REFRESH}/looks.csv"])
def test_tables_that_were_changed_by_hand_are_refused(name, refreshed_pair, tmp_path):
    second = shutil.copytree(refreshed_pair[1].parent, tmp_path / "copy")
    (second / name).write_text("by hand", "utf-8")
    with pytest.raises(OptionError, match=rf"changed since they were written: {name.split('/')[-1]}"):
        open_earlier(second)


def test_a_shorter_table_does_not_follow(two_reports, gap_evaluation):
    with pytest.raises(OptionError, match="shorter than the one before: it has no period"):
        open_earlier(two_reports[0]).require_follows(gap_evaluation.series.isel(period=slice(0, -1)))


def test_other_folders_are_refused(tmp_path):
    with pytest.raises(OptionError, match="no results that can be refreshed"):
        open_earlier(tmp_path)
