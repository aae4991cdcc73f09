import json

import pandas as pd
import pytest

from equitymodel.inference.pool_estimates import pool_estimates
from equitymodel.report.pooled_results import write_pooled

pytestmark = pytest.mark.unit


def test_the_folder_holds_what_was_pooled_and_where_it_is_from(tmp_path):
    rows = pd.DataFrame({"area": ["A", "B", "C"], "estimate": [1.2, 1.3, 1.6], "se": [0.09, 0.09, 0.15]})
    rows.to_csv(tmp_path / "published.csv", index=False)
    pooled = pool_estimates(str(tmp_path / "published.csv"), seed=3)
    out = write_pooled(pooled, tmp_path / "pooled", options={"command": "pool"})
    table = pd.read_csv(out / "pooled.csv").set_index("area")
    pd.testing.assert_series_equal(table["pooled"], pooled.table["pooled"], rtol=1e-6)
    assert pd.read_csv(out / "pooled_overall.csv")["quantity"].tolist() == ["mean", "spread", "another_area"]
    record = json.loads((out / "provenance.json").read_text())
    assert (record["seed"], record["scale"], record["spread_prior"]["sd"]) == (3, "ratio", 0.3)
    assert record["inputs"]["estimates"]["file"] == "published.csv"
    assert (out / "pooled.txt").read_text() == f"{pooled}\n"
