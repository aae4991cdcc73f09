"""How fast is sampling with the compiled density, against the PyMC model of the same posterior?

    uv run python benchmarks/sampling.py --write docs/performance.md

Both are sampled by nutpie in this run, on the embedded example, each in a fresh process with an
empty cache for PyTensor and numba, so that compiling counts as it does for a newcomer.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ENGINES = {"compiled density": "density", "PyMC model": "pymc"}


def measure(engine: str) -> None:
    """Time one engine in this process, and print seconds and effective draws."""
    import arviz as az

    import equitymodel as em
    from equitymodel.inference.layout import lay_out
    from equitymodel.inference.nuts import sample

    cells, spec = em.example_cells(), em.load_model()
    started = time.monotonic()
    marks: dict[str, float] = {}

    def tell(what: str, _share: float) -> None:
        marks.setdefault(what, time.monotonic() - started)

    model = lay_out(spec, cells) if engine == "density" else em.build_pymc(spec, cells)
    sampling = em.Sampling(draws=1000, tune=800, retry_accept=0.0)
    tree = sample(model, sampling=sampling, seed=1, progress=tell)
    total = time.monotonic() - started
    spreads = [name for name in tree["posterior"].data_vars if str(name).endswith("_sd")]
    effective = float(az.ess(tree["posterior"].to_dataset()[spreads]).to_array().min())
    print(f"{marks['sampling']:.1f} {total - marks['sampling']:.1f} {effective:.0f}")


def fresh(engine: str) -> tuple[float, float, float]:
    """Measure an engine in a fresh process with empty caches."""
    with tempfile.TemporaryDirectory() as cache:
        settings = {"PYTENSOR_FLAGS": f"base_compiledir={cache}", "NUMBA_CACHE_DIR": cache}
        call = [sys.executable, __file__, "--engine", engine]
        result = subprocess.run(call, capture_output=True, text=True, check=True, env=os.environ | settings)
    prepare, sampling, effective = map(float, result.stdout.split())
    return prepare, sampling, effective


def main() -> None:
    """Measure both in turn and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=ENGINES.values())
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if options.engine:
        measure(options.engine)
        return
    figures = {name: fresh(engine) for name, engine in ENGINES.items()}
    rows = [f"| {name} | {a:.0f} | {b:.0f} | {n:.0f} | {n / (a + b):.1f} |" for name, (a, b, n) in figures.items()]
    rates = [n / (a + b) for a, b, n in figures.values()]
    page = "\n".join(
        [
            "# Performance",
            "",
            f"*Made by `uv run python benchmarks/sampling.py --write docs/performance.md` on {datetime.now(UTC):%Y-%m-%d}, "
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}.*",
            "",
            "The default model on the embedded example (42 ICSs x 5 groups x 8 procedures), 4 x (800 + 1,000) draws by "
            "nutpie, each engine in a fresh process with empty caches.",
            "",
            "| engine | seconds to compile | seconds to sample | effective draws of the slowest spread | per second in all |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"Effective draws per second, compiled density over PyMC model: **{rates[0] / rates[1]:.1f}**.",
        ]
    )
    print(page)
    if options.write:
        options.write.write_text(page + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
