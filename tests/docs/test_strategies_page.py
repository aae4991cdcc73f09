"""The page of strategies is that of the register, and the file on it can be read."""

import runpy
from pathlib import Path

import pytest

from equitymodel.decision.read_effects import effect_options_of
from equitymodel.decision.read_register import read_strategies

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.docs


def test_the_page_is_made_from_the_register():
    script = runpy.run_path(str(ROOT / "docs" / "examples" / "strategies_page.py"))
    assert (ROOT / "docs" / "strategies.md").read_text(encoding="utf-8") == script["page"]()


def test_the_file_on_the_page_can_be_read(blocks):
    (text,) = blocks((ROOT / "docs" / "strategies.md").read_text(encoding="utf-8"), "toml")
    options = effect_options_of(text, Path("options.toml"), read_strategies())
    assert [one.number for one in options.effects] == [6, 8]
    assert options.made_up
