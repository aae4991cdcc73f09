"""An explorer of three years, written once, and the browser that opens it."""

import os
import shutil
from pathlib import Path

import pytest

from equitymodel.inference.fit_model import fit_model
from equitymodel.report.content.any_published import open_results
from equitymodel.report.evaluation_results import write_evaluation
from equitymodel.report.results import make_results, write_results
from equitymodel.report.stages_results import write_stages
from equitymodel.report.write_report import write_report
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from tests.report.conftest import folder_of


@pytest.fixture(scope="session")
def published_years(yearly_folder):
    """What was published of three years."""
    return open_results(yearly_folder)


@pytest.fixture(scope="session")
def explorer_file(yearly_folder, tmp_path_factory):
    """The explorer of three years, as the command writes it."""
    [file] = write_report(yearly_folder, tmp_path_factory.mktemp("explorer") / "explorer.html", area="area 02")
    return file


@pytest.fixture(scope="session")
def alone_folder(tmp_path_factory):
    """Results of one ICS without others."""
    cells, _ = simulate_cells(areas=4, procedures=2, seed=1)
    fit = fit_model(load_model("gap_by_procedure"), cells.isel(ics=[0]), engine="laplace", seed=1)
    return write_results(make_results(fit, force=True), tmp_path_factory.mktemp("alone") / "out")


@pytest.fixture(scope="session")
def pathway_folder(pathway, tmp_path_factory):
    """Results of a kind that has no explorer."""
    return write_stages(pathway[0].require_sound(force=True), tmp_path_factory.mktemp("pathway") / "out")


controlled_folder = folder_of("controlled_evaluation", write_evaluation)


@pytest.fixture(scope="session")
def controlled_file(controlled_folder, tmp_path_factory):
    """The explorer of an evaluation of a gap in two exposed ICSs."""
    [file] = write_report(controlled_folder, tmp_path_factory.mktemp("controlled") / "explorer.html")
    return file


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; the tests that need it are skipped where it is not, except in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and os.environ.get("CI"):
        pytest.fail("no chromium: apt-get install chromium")
    if found is None:
        pytest.skip("no chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=Path(found))
        yield opened
        opened.close()
