from functools import partial

import pandas as pd
import pytest

from equitymodel.cli.demo_command import KEPT_DRAWS
from equitymodel.cli.run_file import read_run_file
from equitymodel.inference.saved_fit import load_fit
from equitymodel.simulate import example as simulated


@pytest.fixture
def one_procedure(monkeypatch):
    """The example, of one procedure: all of it takes half a minute."""
    for name in ("example_tables", "example_cells"):
        monkeypatch.setattr(simulated, name, partial(getattr(simulated, name), procedures=["hip replacement"]))


@pytest.mark.unit
def test_the_demo_says_it_is_synthetic_and_keeps_its_inputs_and_its_file(call, one_procedure, tmp_path):
    answer = call("demo", "--draws", "250", "--seed", "4", "--out", tmp_path / "demo")
    assert answer.code == 0, answer.errors
    assert answer.out.startswith("Synthetic example")
    assert "intervals against the stated" in answer.words
    assert {path.stem for path in (tmp_path / "demo" / "inputs").iterdir()} == {
        "admissions", "population", "need", "truth", "truth_coverage"}  # fmt: skip
    priors = pd.read_parquet(tmp_path / "demo" / "priors.parquet")
    assert len(priors) > 10
    kept = read_run_file(tmp_path / "demo" / "run.toml")
    assert (kept.command, kept["seed"], kept["draws"], kept["engine"]) == ("demo", 4, 250, "laplace")
    assert call("run", tmp_path / "demo" / "run.toml", "--out", tmp_path / "demo").code == 2


MOST = 12_000_000
"""Bytes of a folder that can be sent around."""
MOST_OF_EXPLORER = 3_000_000


@pytest.mark.mcmc
def test_the_folder_of_the_demo_is_small_and_says_what_it_keeps(call, tmp_path):
    assert call("demo", "--out", tmp_path / "demo").code == 0
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "demo").rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= MOST, sorted(sizes.items(), key=lambda item: -item[1])[:8]
    assert repr(load_fit(tmp_path / "demo")).endswith(f"{KEPT_DRAWS} of 1000 draws a chain>")
    priors = pd.read_parquet(tmp_path / "demo" / "priors.parquet")
    assert len(priors) > 10
    assert not priors["hangs"].any(), priors[priors["hangs"]]
    assert call("report", tmp_path / "demo", tmp_path / "explorer.html").code == 0
    assert (tmp_path / "explorer.html").stat().st_size <= MOST_OF_EXPLORER
