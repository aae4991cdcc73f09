import json

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.records.count_records import CountedRecords
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.errors import OutputError
from equitymodel.report.counted_results import write_counted

pytestmark = pytest.mark.unit
SERIES = pd.DataFrame({"period": ["2024-05"], "ics": ["QMF"], "admissions": [2]})
LEFT = pd.DataFrame({"rule": ["read"], "states": ["records were read"], "records": [2]})
COUNTED = CountedRecords(SERIES, SERIES, LEFT, CellFacts(deprivation_index="IMD 2025",
                         sources=(TableSource("records", "spells.csv", "12ab"),)))  # fmt: skip


def test_tables_are_written_as_parquet_and_as_csv_if_asked(tmp_path):
    write_counted(COUNTED, tmp_path / "plain")
    write_counted(COUNTED, tmp_path / "both", csv=True)
    assert {path.name for path in (tmp_path / "both").iterdir()} - {path.name for path in (tmp_path / "plain").iterdir()} == {
        "admissions.csv", "series.csv"}  # fmt: skip
    assert pd.read_parquet(tmp_path / "plain" / "series.parquet").equals(SERIES)


def test_the_record_says_where_counts_come_from_and_that_they_stay(tmp_path):
    write_counted(COUNTED, tmp_path / "cells", options={"areas": "icb"})
    record = json.loads((tmp_path / "cells" / "provenance.json").read_text())
    assert record["inputs"] == {"records": {"file": "spells.csv", "sha256": "12ab"}}
    assert record["deprivation_index"] == "IMD 2025"
    assert "not for release" in record["disclosure"]
    assert "seed" not in record
    assert record["records"] == [{"rule": "read", "states": "records were read", "records": 2}]


def test_what_is_there_is_not_replaced_unless_asked(tmp_path):
    write_counted(COUNTED, tmp_path / "cells")
    with pytest.raises(OutputError, match="not empty"):
        write_counted(COUNTED, tmp_path / "cells")
    write_counted(COUNTED, tmp_path / "cells", overwrite=True)
