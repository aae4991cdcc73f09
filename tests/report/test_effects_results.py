import json

import pandas as pd
import pytest

from equitymodel.errors import OutputError
from equitymodel.report.content.published_effects import MADE_UP
from equitymodel.report.effects_results import write_effects
from equitymodel.report.published_files import with_digits
from equitymodel.report.write_report import write_report
from tests.report.effects import example_effects, no_effects

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def effects():
    return example_effects()


@pytest.fixture(scope="module")
def out(effects, tmp_path_factory):
    return write_effects(effects, tmp_path_factory.mktemp("effects") / "out", ics_names={"area 01": "Devon"},
                         options={"command": "strategies effects"})  # fmt: skip


def test_a_folder_holds_the_tables_the_page_and_where_it_comes_from(effects, out):
    table = pd.read_csv(out / "strategy_effects.csv", dtype={"deprivation": str})
    assert len(table) == len(effects.table)
    whole = pd.read_parquet(out / "strategy_effects.parquet")
    assert whole["estimate"].tolist() == pytest.approx(effects.table["estimate"].tolist(), rel=1e-12)
    assert table["estimate"].tolist() == pytest.approx(with_digits(effects.table)["estimate"].tolist(), rel=1e-12)
    assert (table["stamp"] == MADE_UP).all()
    record = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert record["seed"] == 1
    assert all("This is not legal advice." in law for law in record["law"])
    assert "made up" in (out / "report.html").read_text(encoding="utf-8")


def test_a_folder_of_something_else_is_not_replaced(effects, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError):
        write_effects(effects, tmp_path)


def test_what_was_not_stated_writes_a_folder_that_says_what_is_left_out(tmp_path):
    out = write_effects(no_effects(), tmp_path / "out")
    left_out = pd.read_csv(out / "left_out.csv")
    assert (left_out["left_out"] == "everything").sum() == 18
    assert "nothing can be said of what they would move" in (out / "report.html").read_text(encoding="utf-8")


def test_a_pathway_that_failed_its_diagnosis_stamps_everything(tmp_path):
    out = write_effects(no_effects(), tmp_path / "out", stamp="NOT SOUND")
    assert "NOT SOUND" in (out / "report.html").read_text(encoding="utf-8")
    assert (pd.read_csv(out / "strategy_effects.csv")["stamp"] == "NOT SOUND").all()


def test_word_and_excel_come_from_the_same_folder(out, tmp_path):
    written = write_report(out, [tmp_path / "board.docx", tmp_path / "tables.xlsx"], area="Devon")
    assert [path.name for path in written] == ["board.docx", "tables.xlsx"]
    sheets = pd.read_excel(tmp_path / "tables.xlsx", sheet_name=None)
    assert {"added", "gap", "together", "gives_way", "inputs", "evidence", "register", "left_out"} <= {
        name.lower() for name in sheets
    }
