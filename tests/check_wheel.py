"""Build the wheel, install it in an empty environment, and use it from an empty folder."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = os.environ.get("UV", "uv")
"""The uv that runs this, which need not be on the path."""
USE = (
    "import equitymodel as em; "
    "print(em.load_model()); "
    "assert len(em.data.icb_residents()) == 42 and 'need_adjusted' in em.spec.model_names(); "
    "from importlib.resources import files; "
    "assert files('equitymodel.report.html').joinpath('document_page.html.jinja').is_file()"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = lambda *call: subprocess.run(call, check=True, cwd=folder)  # noqa: E731
        run(UV, "build", "--quiet", "--out-dir", f"{folder}/dist", str(ROOT))
        wheel = next(Path(folder, "dist").glob("*.whl"))
        run(UV, "venv", "--quiet", "--python", sys.executable, f"{folder}/env")
        python = next(
            path
            for path in (Path(folder, "env", "bin", "python"), Path(folder, "env", "Scripts", "python.exe"))
            if path.exists()
        )
        run(UV, "pip", "install", "--quiet", "--python", str(python), str(wheel))
        Path(folder, "empty").mkdir()
        subprocess.run([str(python), "-c", USE], check=True, cwd=Path(folder, "empty"), stdout=subprocess.DEVNULL)
        subprocess.run(
            [str(python), "-m", "equitymodel.cli.app", "models", "list"], check=True, cwd=Path(folder, "empty")
        )
    print("1 passed, 0 failed")


if __name__ == "__main__":
    main()
