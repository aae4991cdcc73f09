"""Put what the three examples of series print, and their pictures, into docs/real_series.md.

    uv run python docs/examples/series_page.py ../shared/data results

Run it again when anything that the page shows has changed; a test says when.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "real_series.md"
SCRIPTS = ("england_series", "scotland_series", "sicily")
PICTURES = {
    "england_series": ("eye", "orthopaedic", "orthopaedic_model"),
    "scotland_series": ("scotland",),
    "sicily": ("sicily",),
}


def main() -> None:
    """Run each example, replace its block on the page, and copy its pictures."""
    data, out = sys.argv[1], Path(sys.argv[2])
    text = PAGE.read_text(encoding="utf-8")
    for name, block in zip(SCRIPTS, re.findall(r"```text\n.*?```", text, flags=re.DOTALL), strict=True):
        command = [sys.executable, str(HERE / f"{name}.py"), data, str(out / name)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        text = text.replace(block, f"```text\n{printed.strip()}\n```")
        for picture in PICTURES[name]:
            shutil.copy(out / name / f"{picture}.png", HERE.parent / "images" / f"series_{picture}.png")
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
