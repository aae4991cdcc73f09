import errno
from pathlib import Path

import pytest

from equitymodel.errors import OptionError, OutputError
from equitymodel.report.document.blocks import Document
from equitymodel.report.document.formats import WRITERS, write_document
from equitymodel.storage import whole_file


@pytest.mark.parametrize("ending", [*WRITERS, ".HTML"])
def test_every_ending_has_its_writer(ending: str, tmp_path: Path):
    assert write_document(Document("Equity", "2023/24", ()), tmp_path / f"report{ending}").stat().st_size > 0


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_other_endings_are_refused_with_those_there_are(name: str, tmp_path: Path):
    with pytest.raises(OptionError, match=r"\.html, \.docx, \.xlsx or \.pptx"):
        write_document(Document("Equity", "2023/24", ()), tmp_path / name)


def test_a_base_is_taken_by_word_alone(tmp_path: Path):
    with pytest.raises(OptionError, match="Word documents alone"):
        write_document(Document("Equity", "2023/24", ()), tmp_path / "report.html", base=tmp_path / "own.docx")


@pytest.mark.parametrize("ending", WRITERS)
def test_a_full_disk_leaves_the_earlier_report_as_it_was(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / f"report{ending}"
    path.write_bytes(b"earlier")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole_file, "put", full)
    with pytest.raises(OutputError, match="the disk is full"):
        write_document(Document("Equity", "2023/24", ()), path)
    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]
