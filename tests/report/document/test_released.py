import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from equitymodel.errors import OptionError, OutputError
from equitymodel.report.disclosure.earlier_release import RELEASED, read_released
from equitymodel.report.disclosure.in_disguise import InDisguise
from equitymodel.report.document.blocks import DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.document.count_column import CountColumn
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.released import AUDIT, LOG, REMAINS, release_documents
from tests.report.documents import example_document

SMALL = 6
COUNTS = (CountColumn("admissions", ("ics", "group"), in_disguise=(InDisguise("rate", per="people", times=1000.0),),
                      beside=("estimate", "lower", "upper")),)  # fmt: skip


def counted(ics: str = "Devon", counts: tuple[int, ...] = (SMALL, 120, 240, 360), *, total: bool = True) -> Document:
    """A document whose table counts people, with their total."""
    numbers = [*counts, sum(counts)] if total else [*counts]
    people = [1000 * (1 + place) for place in range(len(counts))]
    rows = pd.DataFrame({
        "ics": ics, "group": [*map(str, range(1, 1 + len(counts))), "All"][: len(numbers)], "admissions": numbers,
        "people": [*people, sum(people)][: len(numbers)], "estimate": 0.5, "lower": 0.4, "upper": 0.61,
    })  # fmt: skip
    rows["rate"] = rows["admissions"] / rows["people"] * 1000.0
    columns = (Column("group", ("group",)), Column("admissions", ("admissions",), "count"),
               Column("a thousand", ("rate",), "number", 1), estimate("crude ratio"))  # fmt: skip
    table = DataTable("counts", "Counted", columns, rows, counts=COUNTS)
    return Document("Equity", ics, (Section("Counts", (table,)),))


def printed(document: Document) -> list[list[str]]:
    (table,) = document.tables()
    return table.texts


def test_a_small_count_its_rate_and_its_ratio_are_hidden_and_others_rounded():
    released = release_documents([counted()])
    texts = printed(released.documents[0])
    assert texts[0] == ["1", "[c]", "[c]", "[c]"]
    assert texts[-1][1] in {"725", "[c]"}
    assert all(row[1] == "[c]" or int(row[1]) % 5 == 0 for row in texts)
    assert released.release is not None
    assert released.release.safe
    assert "hidden" in dict(released.documents[0].about)["Disclosure control"]


def test_tables_of_two_documents_are_protected_together():
    shared = [counted("Devon"), replace(counted("Devon", total=True), subtitle="England")]
    one, two = (printed(document) for document in release_documents(shared).documents)
    assert one == two


@pytest.mark.parametrize("name", ["report.html", "board.docx", "tables.xlsx"])
def test_a_small_count_is_in_no_file(name: str, tmp_path: Path):
    document = counted(counts=(SMALL, 1204, 2404, 3604))
    (protected,) = release_documents([document]).documents
    text = _text_of(write_document(protected, tmp_path / name))
    assert "[c]" in text
    assert not {"6", "6.0", "7218", "7,218", "1204", "1,204", "602.0"} & set(re.split(r"[<>\s\"]+", text))


def _text_of(path: Path) -> str:
    if path.suffix == ".html":
        return path.read_text("utf-8").split("<main>")[1]
    inner = "word/document.xml" if path.suffix == ".docx" else "xl/sharedStrings.xml"
    with zipfile.ZipFile(path) as file:
        sheets = [n for n in file.namelist() if n.endswith("sheet4.xml")]
        values = "".join(re.findall(r"<v>[^<]*</v>(?!</c><c t=\"s\")", "".join(file.read(n).decode() for n in sheets)))
        numbers = re.findall(r'<c r="\w+"(?: s="\d+")?><v>([^<]*)</v>', "".join(file.read(n).decode() for n in sheets))
        assert not sheets or values
        return file.read(inner).decode() + " ".join(["", *numbers])


def test_under_rules_that_hide_nothing_all_stays_and_the_report_says_so():
    released = release_documents([counted()], "none")
    assert printed(released.documents[0])[0][1] == str(SMALL)
    assert "not for release" in dict(released.documents[0].about)["Disclosure control"]


def test_counts_that_no_table_declared_are_hidden_whole_and_their_pictures_left_out():
    rows = pd.DataFrame({"ics": ["Devon"], "crude": [0.5]})
    table = DataTable("crude", "Crude", (Column("ics", ("ics",)), Column("crude", ("crude",), "number", 2)), rows)
    picture = Picture("seen", "As counted", "It falls.", Figure(), observed=True)
    document = Document("Equity", "Devon", (table, picture))
    (hidden,) = release_documents([document]).documents
    assert printed(hidden) == [["Devon", "[c]"]]
    assert not list(hidden.pictures())
    assert any("As counted" in block.text for block in hidden.blocks if isinstance(block, Paragraph))
    (shown,) = release_documents([document], "none").documents
    assert printed(shown) == [["Devon", "0.50"]]
    assert list(shown.pictures())


def test_a_document_without_counts_says_so_and_nothing_is_written_beside_it(tmp_path: Path):
    released = release_documents([example_document()])
    assert dict(released.documents[0].about)["Disclosure control"].startswith("No counts of patients")
    assert released.write_audit(tmp_path) == []
    assert not list(tmp_path.iterdir())


def test_the_audit_stands_beside_and_what_is_not_fit_for_release_is_refused(tmp_path: Path):
    released = release_documents([counted()])
    assert [path.name for path in released.write_audit(tmp_path)] == [AUDIT, LOG, REMAINS, RELEASED]
    assert "hidden" in (tmp_path / REMAINS).read_text("utf-8")
    assert pd.read_csv(tmp_path / AUDIT)["safe"].all()
    assert released.release is not None
    unsafe = replace(released, release=replace(released.release, safe=False))
    with pytest.raises(OutputError, match="No report was written"):
        unsafe.write_audit(tmp_path)


def test_draws_and_unknown_rules_are_refused():
    rows = pd.DataFrame({"draw": [0], "x": [1.0]})
    document = Document("Equity", "", (DataTable("draws", "Draws", (Column("x", ("x",), "number"),), rows),))
    with pytest.raises(OutputError, match="not for release"):
        release_documents([document])
    with pytest.raises(OptionError, match="no rules 'hess'"):
        release_documents([counted()], "hess")


def test_a_refresh_with_one_more_person_does_not_tell_who_it_is(tmp_path):
    first = release_documents([counted(counts=(20, 120, 240, 360))], "acro")
    first.write_audit(tmp_path)
    before = read_released(tmp_path)
    assert list(before) == ["Devon: counts, admissions"]
    later = counted(counts=(21, 120, 240, 360))
    alone, beside = release_documents([later], "acro"), release_documents([later], "acro", before=before)
    assert printed(alone.documents[0])[0][1] == "21"
    assert printed(beside.documents[0])[0][1] == "[c]"
    assert beside.release.safe


def test_what_nothing_follows_is_said_and_not_compared(tmp_path):
    release_documents([counted("Kent")]).write_audit(tmp_path)
    released = release_documents([counted("Devon")], before=read_released(tmp_path / RELEASED))
    assert released.not_compared == ("Kent: counts, admissions",)
    released.write_audit(tmp_path)
    assert "Kent: counts, admissions was released before" in (tmp_path / REMAINS).read_text("utf-8")
