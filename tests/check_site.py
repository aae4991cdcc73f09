"""Build the site of documents with warnings as errors, and see that it names all that is public and loads nothing remote."""

import re
import sys
from importlib import import_module
from pathlib import Path

from sphinx.cmd.build import build_main
from sphinx.util.inventory import InventoryFile

ROOT = Path(__file__).parents[1]
SITE = ROOT / "build" / "site"
ROOMS = ("data", "spec", "simulate", "inference", "comparison", "estimands", "studies", "decision", "monitoring",
         "waiting", "report", "inference.jobs", "report.disclosure")  # fmt: skip
"""Rooms whose names are public; one within a room need not name again what the outer one does."""
LOADED = re.compile(r"""(?:src=|url\(|@import\s|<link[^>]*href=)["']?(?:https?:)?//[^"')\s>]+""")
"""What a browser fetches from elsewhere by itself; a link that is clicked is none."""


def main() -> None:
    warnings = build_main(["-q", "-E", "-W", "--keep-going", "-b", "html", str(ROOT / "docs"), str(SITE)])
    missing, remote = missing_names(SITE), remote_content(SITE)
    for said in (*missing, *remote):
        print(said)
    failed = (warnings > 0) + (len(missing) > 0) + (len(remote) > 0)
    print(f"{3 - failed} passed, {failed} failed: {SITE / 'index.html'}")
    sys.exit(failed > 0)


def missing_names(site: Path) -> list[str]:
    """List names that are public and not in the reference."""
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data
    known = {name for kind, names in inventory.items() if kind.startswith("py:") for name in names}
    public = {room: import_module(f"equitymodel.{room}").__all__ for room in ROOMS}
    return [
        f"not in the reference: equitymodel.{room}.{name}"
        for room, names in public.items()
        for name in names
        if not {f"equitymodel.{place}.{name}" for place in (room, room.rpartition(".")[0])} & known
    ]


def remote_content(site: Path) -> list[str]:
    """List what pages and their styles would load from elsewhere."""
    files = [file for ending in ("html", "css", "js") for file in site.rglob(f"*.{ending}")]
    return [
        f"{file.name} loads {found}" for file in files for found in LOADED.findall(file.read_text(encoding="utf-8"))
    ]


if __name__ == "__main__":
    main()
