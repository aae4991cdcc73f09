import json
import os
from pathlib import Path

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.manifest import MANIFEST, Manifest, require_as_written

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inputs").mkdir()
    for name in ("gaps.csv", "inputs/need.csv"):
        (tmp_path / name).write_text(name)
    Manifest.of(tmp_path).write(tmp_path)
    return tmp_path


def test_a_manifest_comes_back_with_every_file_and_not_itself(folder):
    assert list(Manifest.read(folder).files) == ["gaps.csv", "inputs/need.csv"]
    assert Manifest.of(folder) == Manifest.read(folder)


def test_files_of_others_are_told_from_ours(folder):
    assert Manifest.read(folder).others(folder) == []
    (folder / "inputs" / "mine.txt").touch()
    (folder / "empty").mkdir()
    (folder / "link").symlink_to(folder / "gaps.csv")
    assert Manifest.read(folder).others(folder) == ["empty", "inputs/mine.txt", "link"]


def test_a_file_that_was_changed_is_named_and_one_that_is_gone_is_not(folder):
    manifest = Manifest.read(folder)
    assert manifest.changed(folder) == []
    (folder / "gaps.csv").write_text("by hand")
    (folder / "inputs" / "need.csv").unlink()
    assert manifest.changed(folder) == ["gaps.csv"]


def test_a_link_of_the_name_of_a_result_is_no_result(folder):
    (folder / "gaps.csv").rename(folder / "moved.csv")
    (folder / "gaps.csv").symlink_to(folder / "moved.csv")
    assert Manifest.read(folder).changed(folder) == ["gaps.csv"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "theirs"}', "\xff", '{"kind": "results written by equitymodel", '
                                  '"format": 1, "files": []}'])  # fmt: skip
def test_what_is_no_manifest_of_ours_is_none(folder, text):
    (folder / MANIFEST).write_text(text, encoding="latin-1")
    assert Manifest.read(folder) is None


def test_a_file_that_another_program_has_open_is_named(folder, monkeypatch):
    usual = Path.open

    def held(path, mode="r", *arguments, **named):
        if path.name == "gaps.csv" and "+" in mode:
            raise PermissionError
        return usual(path, mode, *arguments, **named)

    monkeypatch.setattr(Path, "open", held)
    assert Manifest.read(folder).held(folder) == ["gaps.csv"]


def test_it_names_files_with_forward_slashes_and_no_folder_above(folder):
    text = (folder / MANIFEST).read_text()
    assert str(folder) not in text
    assert os.sep == "/" or "inputs/need.csv" in json.loads(text)["files"]


@pytest.mark.parametrize("name", ["gaps.parquet", "areas.csv", "posterior.nc", "provenance.json"])
def test_a_report_is_not_made_of_results_that_were_changed(tmp_path, name):
    (tmp_path / name).write_text("as written")
    Manifest.of(tmp_path).write(tmp_path)
    require_as_written(tmp_path)
    (tmp_path / name).write_text("by hand")
    with pytest.raises(OptionError, match=f"{name}.*make the results again"):
        require_as_written(tmp_path)


def test_what_no_report_is_made_of_may_be_changed(tmp_path):
    for name in ("gaps.csv", "gaps.parquet", "run.toml", "report.html"):
        (tmp_path / name).write_text("as written")
    Manifest.of(tmp_path).write(tmp_path)
    for name in ("gaps.csv", "run.toml", "report.html"):
        (tmp_path / name).write_text("by hand")
    require_as_written(tmp_path)
    with pytest.raises(OptionError, match=r"written: gaps\.csv, run\.toml\. A report"):
        require_as_written(tmp_path, copies=True)
