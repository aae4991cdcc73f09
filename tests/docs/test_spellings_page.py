"""The page of spellings is that of the readers."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.docs


def test_the_page_is_made_from_the_spellings():
    script = runpy.run_path(str(ROOT / "docs" / "examples" / "spellings_page.py"))
    assert (ROOT / "docs" / "spellings.md").read_text(encoding="utf-8") == script["page"]()
