from functools import partial

import pandas as pd
import pytest

from equitymodel.decision.read_effects import made_up_choice, made_up_effects
from equitymodel.simulate import simulated_stages

pytestmark = pytest.mark.unit


@pytest.fixture
def four_areas(monkeypatch):
    """The example, of four ICSs: all of it takes half a minute."""
    for name in ("example_stages", "demo_stages"):
        monkeypatch.setattr(simulated_stages, name, partial(getattr(simulated_stages, name), areas=4))


def test_one_command_goes_from_the_gap_to_effects_and_says_that_all_is_made_up(call, four_areas, tmp_path):
    out = tmp_path / "chain"
    answer = call("strategies", "effects", "--demo", "--out", out)
    assert answer.code == 0, answer.errors
    assert "The largest step against them is at" in answer.words
    assert "Made up, to show how it works." in answer.words
    assert "All together:" in answer.words
    parts = pd.read_csv(out / "stages" / "stage_attribution.csv")
    sums = parts[parts["stage"] != "total"].groupby(["ics", "procedure"])["estimate"].sum()
    totals = parts[parts["stage"] == "total"].set_index(["ics", "procedure"])["estimate"]
    pd.testing.assert_series_equal(sums, totals.sort_index(), rtol=1e-9)
    effects = pd.read_csv(out / "effects" / "strategy_effects.csv")
    assert {"extra_admissions", "gap_ratio_change", "cost"} <= set(effects["quantity"])
    assert effects["stamp"].str.contains("made up").all()
    assert (out / "options.toml").read_text(encoding="utf-8") == made_up_effects()
    assert (out / "choice.toml").read_text(encoding="utf-8") == made_up_choice()
    assert call("strategies", "effects", "--demo", "--out", out).code == 2


def test_options_that_were_changed_are_not_lost(call, tmp_path):
    (tmp_path / "options.toml").write_text("format = 1\n")
    answer = call("strategies", "effects", "--demo", "--out", tmp_path, "--overwrite")
    assert answer.code == 2
    assert "was changed" in " ".join(answer.errors.split())
    assert (tmp_path / "options.toml").read_text() == "format = 1\n"


@pytest.mark.parametrize("arguments", [("stages", "--demo"), ()])
def test_a_pathway_is_given_or_the_demo_is_and_never_both(call, tmp_path, arguments):
    answer = call("strategies", "effects", *arguments, "--out", tmp_path / "out")
    assert answer.code == 2
    assert "--demo --out FOLDER" in " ".join(answer.errors.split())
