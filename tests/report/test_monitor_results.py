"""A folder of what is monitored: its files, and that they say the same."""

import json

import numpy as np
import pandas as pd
import pytest

from equitymodel.monitoring.monitored import monitor
from equitymodel.report.monitor_results import file_names, monitor_record, write_monitor
from tests.monitoring.series import monthly

pytestmark = pytest.mark.unit
FOUND = monitor(monthly(np.r_[np.tile([50.0, 52.0], 12), np.tile([60.0, 62.0], 6)]))


def test_the_files_of_one_area(tmp_path):
    out = write_monitor(FOUND, tmp_path / "results", options={"rules": "mdc"})
    assert sorted(path.name for path in out.iterdir()) == [
        "chart.png", "manifest.json", "monitor.json", "points.csv", "points.parquet", "provenance.json", "report.html"
    ]  # fmt: skip
    points = pd.read_csv(out / "points.csv")
    record = json.loads((out / "monitor.json").read_text())["areas"]["All ICSs"]
    assert points["signal"].sum() == len(record["signals"])
    assert record["last"]["centre"] == pytest.approx(points["centre"].iloc[-1])


def test_the_record_says_what_was_simulated():
    alarms = monitor_record(FOUND)["areas"]["All ICSs"]["false_alarms"]
    assert alarms["simulated_series"] == 4000
    assert 0 < alarms["monte_carlo_error"] < 0.01


def test_the_same_series_gives_the_same_bytes(tmp_path):
    again = monitor(monthly(np.r_[np.tile([50.0, 52.0], 12), np.tile([60.0, 62.0], 6)]))
    folders = [write_monitor(found, tmp_path / name) for name, found in (("one", FOUND), ("two", again))]
    for name in ("points.csv", "points.parquet", "monitor.json"):
        assert len({(folder / name).read_bytes() for folder in folders}) == 1


def test_no_code_of_a_table_names_a_file_outside_the_folder():
    names = file_names(["E54000037", "../../zz", "A/1", "a/1", "a_1", "E54000037 "])
    assert names[0] == "E54000037"
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(letter in name for name in names for letter in "/\\. ")
