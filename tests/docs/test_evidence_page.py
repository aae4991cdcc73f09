"""The pages of evidence are those that its record makes, and every page that they name is there."""

import json
import re
from pathlib import Path

import pytest
from campaign_studies import NOT_RUN, STUDIES
from evidence_page import pages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
pytestmark = pytest.mark.docs


@pytest.fixture(scope="module")
def made():
    return pages(json.loads((ROOT / "benchmarks" / "evidence.json").read_text(encoding="utf-8")), DOCS)


def test_pages_are_what_the_record_makes(made):
    assert {name: (DOCS / name).read_text(encoding="utf-8") for name in made} == made


def test_every_gate_is_run_or_says_why_not():
    gates = {gate for study in STUDIES.values() for gate in study.gates.split(", ")} | {name[:2] for name in NOT_RUN}
    assert {f"V{number}" for number in range(1, 13)} - {re.sub(r"\D*$", "", gate) for gate in gates} == set()


def test_every_page_that_the_front_page_names_is_there(made):
    named = re.findall(r"\]\(([\w/]+\.md)\)", made["evidence.md"])
    assert [name for name in named if not (DOCS / name).exists()] == []
