"""Documents from saved results: which files are written, and of whom."""

import shutil

import pytest
import xarray as xr
from openpyxl import load_workbook

from equitymodel.errors import OptionError
from equitymodel.inference.saved_fit import FILE, NOT_FOR_RELEASE, read_tree, write_tree
from equitymodel.report.content.published import open_published
from equitymodel.report.manifest import Manifest
from equitymodel.report.write_report import write_report

pytestmark = pytest.mark.unit


@pytest.fixture
def results(quick_folder):
    return quick_folder


def test_every_format_is_written_into_a_folder_that_is_made(results, tmp_path):
    files = [tmp_path / "new" / name for name in ("report.html", "board.docx", "tables.xlsx")]
    assert write_report(results, files) == files
    assert all(file.stat().st_size > 5000 for file in files)


def test_one_document_an_area_has_the_name_of_the_area(results, tmp_path):
    opened, told = open_published(results), []
    written = write_report(opened, tmp_path / "board.html", area="all", progress=lambda words, _: told.append(words))
    assert len(written) == len(opened.areas)
    for file, name in zip(written, opened.areas.values(), strict=True):
        assert file.name == f"board_{name.lower().replace(' ', '_')}.html"
        assert f'<p class="subtitle">{name}' in file.read_text("utf-8")
    assert told


def test_an_evaluation_is_reported_without_a_fit(units_folder, tmp_path, monkeypatch):
    folder = units_folder
    monkeypatch.setattr("equitymodel.inference.series.fit_interruption.fit_interruption", lambda *_, **__: 1 / 0)
    [page] = write_report(folder, tmp_path / "report.html")
    assert "an intervention in planned hospital care, evaluated" in page.read_text("utf-8").lower()
    assert page.read_text("utf-8").count("<figure") == (folder / "report.html").read_text("utf-8").count("<figure")


def test_what_leaves_is_the_same_without_any_draws(results, tmp_path):
    """Draws are not for release: a folder from which they were taken gives the same documents, byte for byte."""
    bare = tmp_path / "bare"
    shutil.copytree(results, bare)
    tree = read_tree(bare / FILE)
    assert tree.attrs["release"] == NOT_FOR_RELEASE
    write_tree(xr.DataTree.from_dict({"/cells": tree["cells"].to_dataset(inherit=False)}), bare / FILE)
    Manifest.of(bare).write(bare)
    for folder, name in ((results, "with"), (bare, "without")):
        write_report(folder, [tmp_path / name / "report.html", tmp_path / name / "tables.xlsx"], area="area 02")
        assert {path.name for path in (tmp_path / name).iterdir()} == {"report.html", "tables.xlsx"}
    assert (tmp_path / "with" / "report.html").read_bytes() == (tmp_path / "without" / "report.html").read_bytes()
    heads = [[cell.value for cell in row] for sheet in load_workbook(tmp_path / "with" / "tables.xlsx")
             for row in sheet.iter_rows()]  # fmt: skip
    assert not {"chain", "draw", "log_likelihood"} & {value for row in heads for value in row}


def test_results_that_were_changed_since_are_not_reported(results, tmp_path):
    altered = tmp_path / "altered"
    shutil.copytree(results, altered)
    (altered / "gaps.csv").write_text("opened and saved elsewhere")
    assert open_published(altered).areas
    whole = (altered / FILE).read_bytes()
    for name, content in ((FILE, whole[:1000]), ("gaps.parquet", (altered / "gaps.parquet").read_bytes() + b" ")):
        (altered / name).write_bytes(content)
        with pytest.raises(OptionError, match=f"changed since they were written: .*{name}"):
            write_report(altered, tmp_path / "board.html")


@pytest.mark.parametrize(
    ("files", "message"),
    [([], "name at least one file"), ("report.pdf", "a report ends in"), ("posterior.nc", "a report ends in")],
)
def test_files_without_a_name_or_a_writer_are_refused(results, files, message):
    with pytest.raises(OptionError, match=message):
        write_report(results, files)
