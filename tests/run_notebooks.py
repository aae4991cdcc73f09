"""Run every notebook from start to end, and say which failed."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).parents[1]


def main() -> int:
    failed = 0
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        try:
            NotebookClient(notebook, timeout=1200, resources={"metadata": {"path": str(path.parent)}}).execute()
            print(f"{path.name}: ran")
        except CellExecutionError as error:
            failed += 1
            print(f"{path.name}: {error}")
    print(f"{len(notebooks) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
