"""The command `backlog`, from a table to a folder."""

import pytest
from click.testing import CliRunner

from equitymodel.cli.app import app
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series

pytestmark = pytest.mark.unit


def test_a_table_becomes_a_folder_and_words(tmp_path):
    series, _ = simulate_series(Sizes(groups=2, periods=40, before=30), seed=1)
    rows = series["admissions"].to_dataframe("admissions").reset_index()
    rows["population"], rows["period"] = 50_000, rows["period"].dt.strftime("%Y-%m")
    rows[["period", "deprivation", "admissions", "population"]].to_csv(tmp_path / "monthly.csv", index=False)
    done = CliRunner().invoke(app, [
        "backlog", "--series", str(tmp_path / "monthly.csv"), "--since", "2019-03", "--deprivation-index", "IMD 2019",
        "--out", str(tmp_path / "missed"),
    ])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Admissions missed since 2019-03-01" in done.output
    assert (tmp_path / "missed" / "backlog_by_month.csv").exists()
