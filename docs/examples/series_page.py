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
PICTURES = {
    "england_series": ("eye", "orthopaedic", "orthopaedic_model"),
    "scotland_series": ("scotland",),
    "sicily": ("sicily",),
}
"""Pictures that the page shows, by the example that draws them, in the order of the page."""


def main() -> None:
    """Run each example, copy its pictures, and put what it printed into its block on the page."""
    data, out = sys.argv[1], Path(sys.argv[2])
    printed = []
    for name in PICTURES:
        command = [sys.executable, str(HERE / f"{name}.py"), data, str(out / name)]
        printed.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
        for picture in PICTURES[name]:
            shutil.copy(out / name / f"{picture}.png", HERE.parent / "images" / f"series_{picture}.png")
    blocks = iter(printed)
    text = re.sub(
        r"(?<=```text\n).*?(?=```)", lambda _: next(blocks) + "\n", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
