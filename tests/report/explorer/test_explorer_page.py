import json
import re
from base64 import b64encode
from hashlib import sha256

import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.document.blocks import DataTable, Document
from equitymodel.report.document.columns import Column
from equitymodel.report.document.count_column import CountColumn
from equitymodel.report.document.released import release_documents
from equitymodel.report.explorer.explorer_page import explorer_page
from equitymodel.report.write_report import write_report


@pytest.fixture(scope="module")
def text(explorer_file):
    return explorer_file.read_text("utf-8")


def within(text, tag):
    return re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", text, flags=re.DOTALL)


def test_nothing_is_fetched(text):
    assert not re.search("https?:", text)
    assert not re.search(r"\b(src|srcset|action|formaction)=", text)
    assert set(re.findall(r'href="([^"]*)"', text)) == {"#"}
    assert "@import" not in text
    assert "url(" not in text


def test_the_policy_lets_in_the_script_and_the_style_of_the_page_alone(text):
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for rule, tag in (("script-src", "script"), ("style-src", "style")):
        written = b64encode(sha256(within(text, tag)[-1].encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{written}'"
    assert len(re.findall("<script", text)) == 2
    assert not re.search(r"\s(style|on\w+)=", text.split("<script")[0])


def test_choices_are_hidden_until_the_script_shows_them(text):
    assert '<div id="explorer" hidden>' in text
    assert '<details id="everything" open>' in text


def test_every_choice_has_a_label_and_every_table_headings(text):
    choices = re.findall(r'<select id="(\w+)"', text)
    assert len(choices) == 8
    assert all(f'<label for="{name}">' in text for name in choices)
    for table in within(text, "table"):
        assert "<caption>" in table
        assert 'scope="col"' in table


def test_the_data_are_the_tables_of_the_document_and_cannot_end_their_element():
    rows = pd.DataFrame({"ics": ["</script><b>"], "ics_name": ["<i>A"]})
    table = DataTable("explorer_areas", "areas", (Column("ics", ("ics",)), Column("ics_name", ("ics_name",))), rows)
    page = explorer_page(Document("Equity", "2023/24", (table,)))
    [data, _] = within(page, "script")
    assert json.loads(data)["areas"] == {"dims": {"ics": ["</script><b>"]}, "values": {"ics_name": "<i>A"}, "often": []}


def test_what_is_hidden_is_in_no_part_of_the_page():
    rows = pd.DataFrame({"ics": ["a", "b", "c"], "of": "hip", "admissions": [3.0, 41.0, 77.0]})
    columns = (Column("ics", ("ics",)), Column("of", ("of",)), Column("admissions", ("admissions",), "count"))
    table = DataTable("explorer_counted", "counted", columns, rows, counts=(CountColumn("admissions", ("ics", "of")),))
    released = release_documents([Document("Equity", "2023/24", (table,))])
    [data, _] = within(explorer_page(released.documents[0]), "script")
    shown = json.loads(data)["counted"]["values"]["admissions"].split("\n")
    assert shown[0] == "[c]"
    assert all(count not in shown for count in ("3", "41", "77"))


def test_counts_that_nobody_declared_do_not_leave():
    rows = pd.DataFrame({"ics": ["a"], "observed": [1234.0]})
    table = DataTable(
        "explorer_counted", "counted", (Column("ics", ("ics",)), Column("observed", ("observed",), "count")), rows
    )
    released = release_documents([Document("Equity", "2023/24", (table,))])
    assert "1,234" not in explorer_page(released.documents[0])


def test_no_observed_count_is_in_it(text):
    data = json.loads(within(text, "script")[0])
    printed = {name for cube in data.values() for name in cube["values"]}
    assert not printed & {"crude", "expected", "observed", "admissions", "population"}
    assert "No counts of patients are in this report" in text


def test_it_is_written_once_whatever_the_areas(yearly_folder, tmp_path):
    [file] = write_report(yearly_folder, tmp_path / "our_explorer.html", area="all")
    assert file.name == "our_explorer.html"


def test_it_leaves_beside_reports_in_one_release(yearly_folder, tmp_path):
    files = write_report(yearly_folder, [tmp_path / "tables.xlsx", tmp_path / "explorer.html"], area="area 03")
    assert [file.name for file in files] == ["tables.xlsx", "explorer.html"]


def test_results_of_another_kind_write_nothing(pathway_folder, tmp_path):
    with pytest.raises(OptionError, match="explorer"):
        write_report(pathway_folder, tmp_path / "explorer.html")
    assert not list(tmp_path.iterdir())
