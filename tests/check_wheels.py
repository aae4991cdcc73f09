"""Would it install on a newcomer's machine without a compiler? Resolve with wheels alone, for each system and Python."""

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = os.environ.get("UV", "uv")
SYSTEMS = ("x86_64-pc-windows-msvc", "aarch64-apple-darwin", "x86_64-unknown-linux-gnu")
PYTHONS = ("3.12", "3.13", "3.14")


def main() -> int:
    failed = 0
    for system, python in product(SYSTEMS, PYTHONS):
        said = resolve(system, python)
        print(f"{system}, Python {python}: {said or 'wheels for all'}")
        failed += bool(said)
    print(f"{len(SYSTEMS) * len(PYTHONS) - failed} passed, {failed} failed")
    return int(failed > 0)


def resolve(system: str, python: str) -> str:
    """Resolve what the package needs, with every extra but Spark (which is sent as source, and needs no compiler); give what was said if it could not be."""
    done = subprocess.run(
        [UV, "pip", "compile", "--quiet", "--python-platform", system, "--python-version", python, "--only-binary",
         ":all:", "--extra", "records", "--extra", "dask", "--no-header", "--output-file", os.devnull, str(ROOT / "pyproject.toml")],
        capture_output=True, text=True,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr.strip()


if __name__ == "__main__":
    sys.exit(main())
