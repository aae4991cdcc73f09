"""One ICS alone: the words fit, and its tables hold nothing that compares it with others."""

import pandas as pd
import pytest

import equitymodel as em
from equitymodel.report.content.published import open_published
from equitymodel.report.results import make_results, write_results
from equitymodel.report.wording.one_ics import ALONE, is_alone, of_one_ics, together_in, together_words
from equitymodel.report.write_report import write_report
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit
UNFIT = ("all ICSs", "All ICSs", "national", "league table", "borrow from the others", "1 ICSs")


@pytest.fixture(scope="module")
def results():
    cells, _ = em.simulate_cells(areas=3, procedures=2, seed=1)
    fit = em.fit_model(em.load_model("gap_by_procedure"), cells.isel(ics=[0]), engine="laplace", seed=1)
    return make_results(fit)


@pytest.fixture(scope="module")
def folder(results, tmp_path_factory):
    return write_results(results, tmp_path_factory.mktemp("one") / "results")


def test_the_page_speaks_of_one_ics(results, folder, tmp_path):
    assert open_published(folder).alone
    [released] = write_report(folder, tmp_path / "report.html")
    for page in (folder / "report.html", released):
        text = page.read_text("utf-8")
        model, data = text.index("<h2>The model</h2>"), text.index("<footer>")
        said = text.replace(text[model:data], text[model:data].split("</section>", 1)[1])
        assert [words for words in UNFIT if words in said] == []
        assert "area 01" in said
        assert " ".join(ALONE.split())[:60] in said


def test_no_published_table_has_rows_of_all_ics(folder):
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        assert ALL_ICS not in text, path.name
        assert "national" not in text, path.name


def test_several_ics_keep_all_of_it():
    cells, _ = em.simulate_cells(areas=2, seed=1)
    assert not is_alone(cells)
    assert together_words(cells) == "all ICSs together"
    assert (
        together_in(pd.DataFrame({"ics": ["a", "b", ALL_ICS], "ics_name": ["A", "B", ALL_ICS]})) == "all ICSs together"
    )


def test_a_national_reference_of_one_ics_is_its_own_average():
    rows = pd.DataFrame(
        {"ics": ["a", "a"], "reference": ["national", "least_deprived_ics"], "scope": ["ics", "england"]}
    )
    assert of_one_ics(rows)["reference"].tolist() == ["ics_average"]
