import json

import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.opened_folder import opened_folder
from equitymodel.report.manifest import Manifest
from equitymodel.report.published_files import write_tables

pytestmark = pytest.mark.unit
ASKED = {"needed": ["gaps"], "what": "gaps", "writer": "equitymodel run"}


@pytest.fixture
def folder(tmp_path):
    write_tables(tmp_path, {"gaps": pd.DataFrame({"ics": ["Devon"], "estimate": [0.8]})})
    (tmp_path / "provenance.json").write_text(json.dumps({"seed": 1}))
    Manifest.of(tmp_path).write(tmp_path)
    return tmp_path


def test_tables_that_are_there_and_the_record_are_read(folder):
    tables, record = opened_folder(folder, ["gaps", "shares"], **ASKED)
    assert list(tables) == ["gaps"]
    assert record == {"seed": 1}


def test_a_file_that_was_changed_is_refused(folder):
    (folder / "gaps.parquet").write_bytes(b"")
    with pytest.raises(OptionError, match=r"gaps\.parquet"):
        opened_folder(folder, ["gaps"], **ASKED)
