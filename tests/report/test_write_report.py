"""Documents from saved results: which files are written, and of whom."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.published import open_published
from equitymodel.report.evaluation_results import write_evaluation
from equitymodel.report.results import write_results
from equitymodel.report.write_report import write_report

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def results(quick_results, tmp_path_factory):
    return write_results(quick_results, tmp_path_factory.mktemp("reported") / "out")


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


def test_an_evaluation_is_reported_without_a_fit(units_evaluation, tmp_path, monkeypatch):
    folder = write_evaluation(units_evaluation, tmp_path / "out")
    monkeypatch.setattr("equitymodel.inference.series.fit_interruption.fit_interruption", lambda *_, **__: 1 / 0)
    [page] = write_report(folder, tmp_path / "report.html")
    assert "an intervention in planned hospital care, evaluated" in page.read_text("utf-8").lower()
    assert page.read_text("utf-8").count("<figure") == (folder / "report.html").read_text("utf-8").count("<figure")


@pytest.mark.parametrize(("files", "message"), [([], "name at least one file"), ("report.pdf", "a report ends in")])
def test_files_without_a_name_or_a_writer_are_refused(results, files, message):
    with pytest.raises(OptionError, match=message):
        write_report(results, files)
