"""Facts come back from the text of attributes as they went in, in the form that files have always had."""

import pytest

from equitymodel.data.tables.findings import Finding
from equitymodel.data.tables.kept_as_text import (
    TableSource,
    read_findings,
    read_labels,
    read_record,
    read_records,
    read_sources,
    sources_by_table,
    write_findings,
    write_labels,
    write_record,
    write_records,
    write_sources,
)

pytestmark = pytest.mark.unit

FINDINGS = (Finding("C01", "twice", ("row 3", "row 4"), 2, "admissions"), Finding("F01"))
SOURCES = (TableSource("admissions", "a.csv", "12"), TableSource("need", "n.csv", "ab"))


@pytest.mark.parametrize(
    ("write", "read", "value"),
    [
        (write_findings, read_findings, FINDINGS),
        (write_sources, read_sources, SOURCES),
        (write_labels, read_labels, ("00-64", "65+")),
        (write_record, read_record, {"seed": 4, "draws": 20}),
        (write_records, read_records, ({"id": "icb_2022", "masked": False},)),
    ],
)
def test_what_was_written_is_read(write, read, value):
    assert read(write(value)) == value


@pytest.mark.parametrize("read", [read_findings, read_sources, read_labels, read_records])
def test_no_text_says_nothing(read):
    assert read("") == ()


def test_the_form_of_files_is_kept():
    assert write_sources(SOURCES[:1]) == '{"admissions": {"file": "a.csv", "sha256": "12"}}'
    assert write_findings(FINDINGS[1:]) == '[{"rule": "F01", "detail": "", "rows": [], "count": 0, "table": ""}]'
    assert sources_by_table(SOURCES)["need"] == {"file": "n.csv", "sha256": "ab"}
