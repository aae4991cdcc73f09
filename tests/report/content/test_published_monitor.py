import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.area_funnel import area_funnel
from equitymodel.monitoring.memory_alarms import monitor_memory
from equitymodel.report.content.published_monitor import open_monitor
from equitymodel.report.monitor_results import write_monitor
from equitymodel.report.write_report import write_report
from tests.monitoring.counted import counted

pytestmark = pytest.mark.unit


def test_what_was_written_is_opened_and_made_into_papers_and_slides(tmp_path):
    found = monitor_memory(counted(2, shift=30))
    folder = write_monitor(found, tmp_path / "results")
    opened = open_monitor(folder).found
    assert opened.points[["value", "upper"]].equals(found.points[["value", "upper"]])
    assert opened.alarms == found.alarms
    files = write_report(folder, [tmp_path / "board.docx", tmp_path / "board.pptx"], area="a1")
    assert all(file.stat().st_size > 10_000 for file in files)
    with pytest.raises(OptionError):
        open_monitor(folder).code_of("nowhere")


def test_a_changed_folder_is_refused(tmp_path):
    folder = write_monitor(area_funnel(counted()), tmp_path / "results")
    assert open_monitor(folder).found.funnel.form == "shmi"
    (folder / "points.parquet").write_bytes(b"other")
    with pytest.raises(OptionError):
        open_monitor(folder)
