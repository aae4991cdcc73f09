"""A backlog in a folder: tables that say what was found, a picture, words, and where it comes from."""

import json

import pandas as pd
import pytest

from equitymodel.errors import OutputError
from equitymodel.report.backlog_results import write_backlog
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.studies.backlog import backlog

pytestmark = pytest.mark.unit


def test_a_folder_holds_what_was_found_and_is_not_replaced_unasked(tmp_path):
    series, _ = simulate_series(Sizes(groups=2, periods=40, before=30), seed=1)
    found = backlog(series, "2019-03", seed=1)
    out = write_backlog(found, tmp_path / "missed", options={"command": "backlog"})
    table = pd.read_csv(out / "backlog.csv")
    assert table["quantity"].tolist() == found.table["quantity"].tolist()
    assert (out / "backlog.txt").read_text(encoding="utf-8").strip() == str(found)
    record = json.loads((out / "provenance.json").read_text())
    assert (record["since"], record["by"], record["seed"]) == ("2019-03-01", "deprivation", 1)
    with pytest.raises(OutputError):
        write_backlog(found, out)
