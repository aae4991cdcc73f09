"""A release has one number, wherever it stands."""

import re
import tomllib
from pathlib import Path

import pytest

import equitymodel

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.docs


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = re.search(r'^version: "(.+)"$', (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    changed = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {project["version"], cited[1], changed[1]} == {equitymodel.__version__}
