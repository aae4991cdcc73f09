import os

import pytest

from equitymodel.errors import OutputError
from equitymodel.report.destination import MARK, check_destination

pytestmark = pytest.mark.unit


def refused(out, *, overwrite=False):
    with pytest.raises(OutputError) as raised:
        check_destination(out, overwrite=overwrite)
    return str(raised.value)


def test_an_empty_or_new_folder_will_do(tmp_path):
    check_destination(tmp_path, overwrite=False)
    check_destination(tmp_path / "new" / "deep", overwrite=False)


def test_earlier_results_are_replaced_only_when_asked(tmp_path):
    (tmp_path / MARK).write_text("{}")
    assert "is not empty" in refused(tmp_path)
    check_destination(tmp_path, overwrite=True)


def test_what_is_no_result_is_never_replaced(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert "is not empty" in refused(tmp_path)
    assert "will not be replaced" in refused(tmp_path, overwrite=True)


def test_a_file_is_no_folder_nor_can_one_be_made_in_it(tmp_path):
    (tmp_path / "file").write_text("")
    assert "is a file; give a folder" in refused(tmp_path / "file")
    assert "cannot be made" in refused(tmp_path / "file" / "out")


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="all may be written here")
def test_a_place_that_may_not_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    assert "may not be written" in refused(tmp_path / "out")
