"""The site's pages of names are made from the rooms, its menu from the front page; the check of the site finds faults."""

import runpy
from pathlib import Path

import pytest

from tests.check_site import LOADED, ROOMS

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.docs


def test_pages_of_names_are_made_from_the_rooms():
    made = runpy.run_path(str(ROOT / "docs" / "examples" / "api_page.py"))["pages"]()
    assert {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "api").glob("*.md")} == made
    assert set(made) == {"index", "errors", *ROOMS}


def test_every_page_is_in_the_menu():
    menu = runpy.run_path(str(ROOT / "docs" / "conf.py"))["menu"]
    made = menu((ROOT / "docs" / "index.md").read_text(encoding="utf-8"))
    named = set(made.split())
    pages = {path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    inside = {
        page for page in pages if page.startswith(("api/", "decisions/", "evidence/")) and not page.endswith("index")
    }
    assert pages - inside - {"index"} - named == set()


@pytest.mark.parametrize(
    ("text", "remote"),
    [
        ('<script src="https://cdn.example/x.js">', True),
        ("src: url(//fonts.example/a.woff2)", True),
        ('<link rel="stylesheet" href="https://x.example/a.css">', True),
        ('<a href="https://www.gov.uk/">', False),
        ('<img src="_images/a.png">', False),
    ],
)
def test_what_a_browser_would_fetch_from_elsewhere_is_found(text, remote):
    assert bool(LOADED.search(text)) == remote
