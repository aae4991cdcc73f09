from functools import partial

import pytest

from equitymodel.cli.run_file import read_run_file
from equitymodel.simulate import example as simulated

pytestmark = pytest.mark.unit


@pytest.fixture
def one_procedure(monkeypatch):
    """The example, of one procedure: all of it takes half a minute."""
    for name in ("example_tables", "example_cells"):
        monkeypatch.setattr(simulated, name, partial(getattr(simulated, name), procedures=["hip replacement"]))


def test_the_demo_says_it_is_synthetic_and_keeps_its_inputs_and_its_file(call, one_procedure, tmp_path):
    answer = call("demo", "--draws", "250", "--seed", "4", "--out", tmp_path / "demo")
    assert answer.code == 0, answer.errors
    assert answer.out.startswith("Synthetic example")
    assert "intervals against the stated" in answer.words
    assert {path.stem for path in (tmp_path / "demo" / "inputs").iterdir()} == {
        "admissions", "population", "need", "truth", "truth_coverage"}  # fmt: skip
    kept = read_run_file(tmp_path / "demo" / "run.toml")
    assert (kept.command, kept["seed"], kept["draws"], kept["engine"]) == ("demo", 4, 250, "laplace")
    assert call("run", tmp_path / "demo" / "run.toml", "--out", tmp_path / "demo").code == 2
