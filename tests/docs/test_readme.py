import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.docs


def test_the_quick_start_prints_what_the_readme_says(blocks, same_figures):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,), (quoted,) = blocks(readme, "python"), blocks(readme, "text")
    assert len([line for line in code.splitlines() if line]) <= 12
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    same_figures(printed.getvalue(), quoted)


def test_the_commands_of_the_readme_are_those_of_ci(blocks):
    commands = blocks((ROOT / "README.md").read_text(encoding="utf-8"), "bash")
    assert commands[0] == "pip install uv\nuv run equitymodel demo\n"
    assert commands[-1].strip() == "uv run poe check-all"
    assert "uv run --quiet poe check-all" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_links_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_files_that_the_architecture_names_are_there():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+(?:\.py|\.toml|/))`", page)) - {"decision/"}
    known = [path.as_posix() + ("/" if path.is_dir() else "") for path in (ROOT / "equitymodel").rglob("*")]
    missing = [
        name for name in named if not (ROOT / name).exists() and not any(path.endswith(f"/{name}") for path in known)
    ]
    assert not missing, f"docs/architecture.md names what is not there: {', '.join(sorted(missing))}"


def test_the_contract_page_is_made_from_the_rules():
    import runpy

    script = runpy.run_path(str(ROOT / "docs" / "examples" / "contract_page.py"))
    assert (ROOT / "docs" / "data_contract.md").read_text(encoding="utf-8") == script["page"]()
