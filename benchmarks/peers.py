"""How fast is a fit, against the peers? All are fitted in turn to the same counts in this run.

    uv run --group bench python benchmarks/peers.py --write docs/performance.md

Each fit is a fresh process with empty caches for PyTensor and numba, so that compiling counts as
it does for a newcomer; bytecode is there, as after any installation. The R peers need R with
glmmTMB, lme4, rstanarm and posterior; an engine that is missing, fails or runs out of time has a
row that says so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from page import markdown
from simulate_benchmark import SIZES, TRUTH, simulate

HERE = Path(__file__).parent
OURS = "laplace"
PACKAGES = ("equitymodel", "numpy", "scipy", "numba", "pymc", "pytensor", "nutpie", "bambi", "arviz")
IMPORTED = (
    "arviz",
    "bambi",
    "nutpie",
    "pymc",
    "equitymodel.inference.grouped.sample_laplace",
    "equitymodel.inference.grouped.nuts",
)
R_PACKAGES = ("glmmTMB", "TMB", "lme4", "rstanarm", "rstan", "posterior")
Result = dict[str, Any]


@dataclass(frozen=True)
class Engine:
    """One way to fit: what it is, what it gives, and at which sizes it is tried how often."""

    label: str
    gives: str
    sizes: tuple[str, ...] = ("small",)
    repeats: int = 1
    program: str = "python"


ENGINES = {
    OURS: Engine("equitymodel, nested Laplace", "4,000 draws", ("small", "large", "huge"), 3),
    "glmmTMB": Engine("glmmTMB", "estimates, standard errors", ("small", "large"), 3, "R"),
    "glmmTMB-parallel": Engine("glmmTMB, all processors", "estimates, standard errors", ("small", "large"), 3, "R"),
    "lme4-poisson": Engine("lme4 glmer, Poisson: no extra variation", "estimates, standard errors", program="R"),
    "lme4-nb": Engine("lme4 glmer.nb", "estimates, standard errors", program="R"),
    "nuts": Engine("equitymodel, NUTS by nutpie", "2 x 1,000 draws"),
    "pymc": Engine("PyMC by hand, nutpie", "2 x 1,000 draws"),
    "bambi": Engine("bambi, nutpie", "2 x 1,000 draws"),
    "rstanarm": Engine("rstanarm stan_glmer", "2 x 1,000 draws", program="R"),
    "example-density": Engine("compiled density", "4 x 1,000 draws", ("example",)),
    "example-pymc": Engine("PyMC model", "4 x 1,000 draws", ("example",)),
}


def run(name: str, counts: Path, limit: float) -> Result:
    """Run one engine in a fresh process with empty caches; a failure is a result too."""
    program = shutil.which("Rscript") if ENGINES[name].program == "R" else sys.executable
    if program is None:
        return {"failed": "not installed (R)"}
    script = HERE / ("peer_models.R" if ENGINES[name].program == "R" else "peer_engines.py")
    with tempfile.TemporaryDirectory() as cache:
        settings = {"PYTENSOR_FLAGS": f"base_compiledir={cache}", "NUMBA_CACHE_DIR": cache}
        started = time.time()
        process = subprocess.Popen(
            [program, str(script), name, str(counts)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | settings,
            start_new_session=True,
        )
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            return {"failed": f"not finished after {limit:.0f} s"}
        finally:
            stop(process)
    try:
        result: Result = json.loads(out.splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        lines = [line.strip() for line in err.splitlines() if line.strip() not in {"", "Execution halted"}]
        return {"failed": f"failed: {lines[-1][:120] if lines else f'exit code {process.returncode}'}"}
    if "done" in result:
        result["process"] = result["done"] - started
    return result


def compile_bytecode(folder: str) -> None:
    """Let Python keep the bytecode of what it imports, as any installation does, and as R packages do."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = folder
    for module in IMPORTED:
        subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, check=False)


def stop(process: subprocess.Popen[str]) -> None:
    """End a process that is still running, and the ones it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def run_size(size: str, names: Iterable[str], limit: float) -> dict[str, Result]:
    """Run every engine that is tried at a size; those repeated take turns."""
    due = [name for name in names if size in ENGINES[name].sizes]
    if not due:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder, "counts.csv")
        if size in SIZES:
            simulate(*SIZES[size]).to_csv(counts, index=False)
        found: dict[str, list[Result]] = {name: [] for name in due}
        for turn in range(max(ENGINES[name].repeats for name in due) if size == "small" else 1):
            for name in due:
                ended = any("failed" in result for result in found[name])
                if turn < ENGINES[name].repeats and not ended:
                    found[name].append(run(name, counts, limit))
                    told = {key: value for key, value in found[name][-1].items() if key not in {"estimates", "done"}}
                    print(f"{size}, {name}: {told}", flush=True)
    return {name: middle(results) for name, results in found.items()}


def middle(results: list[Result]) -> Result:
    """Take the median of every number of repeated runs."""
    failed = [result for result in results if "failed" in result]
    if failed:
        return failed[0]
    numbers = [key for key, value in results[0].items() if isinstance(value, float | int)]
    return results[0] | {key: statistics.median(result[key] for result in results) for key in numbers}


def short(number: float | None) -> str:
    """Write a number with two or three digits that mean something."""
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 20 else f"{number:.1f}" if abs(number) >= 1 else f"{number:.2g}"


def compared(value: float | None, ours: float | None) -> str:
    """Write a number and, in brackets, how many times ours it is."""
    if value is None or ours is None:
        return short(value)
    return f"{short(value)} (x{short(value / ours)})"


def peers_table(results: Mapping[str, Result]) -> list[str]:
    """Write one row an engine, each number beside its ratio to ours."""

    def numbers(result: Result) -> dict[str, float | None]:
        effective = result.get("effective")
        keys = {key: result.get(key) for key in ("seconds", "process", "peak")}
        return {**keys, "effective": effective, "rate": effective and effective / result["seconds"]}

    ours = numbers(results.get(OURS, {}))
    rows, notes = [], []
    for name, result in results.items():
        engine = ENGINES[name]
        if "failed" in result:
            rows.append([engine.label, result["failed"], *[""] * 5])
            continue
        own = numbers(result)
        cells = [compared(own[key], ours[key]) if name != OURS else short(own[key]) for key in own]
        rows.append([engine.label, engine.gives, *cells])
        if "note" in result:
            notes += ["", f"{engine.label}: {result['note'].rstrip('. ')}."]
    header = ["engine", "gives", "fit, seconds", "whole process, seconds", "peak memory, MB",
              "smallest effective sample", "effective draws a second"]  # fmt: skip
    return markdown(header, rows) + notes


def growth_table(found: Mapping[str, Mapping[str, Result]]) -> list[str]:
    """Write how our time and memory grow with the number of cells."""
    rows = []
    before: tuple[int, float] | None = None
    for size, (groups, procedures) in SIZES.items():
        result = found.get(size, {}).get(OURS)
        if result is None:
            continue
        cells = 42 * groups * procedures
        if "failed" in result:
            rows.append([f"{cells:,}", result["failed"], "", "", ""])
            continue
        ratio = short((result["again"] / before[1]) / (cells / before[0])) if before else ""
        rows.append([f"{cells:,}", *(short(result[key]) for key in ("seconds", "again", "peak")), ratio])
        before = (cells, result["again"])
    header = [
        "cells",
        "fit, seconds",
        "once compiled, seconds",
        "peak memory, MB",
        "growth of time over growth of cells",
    ]
    return markdown(header, rows)


def agreement_table(results: Mapping[str, Result]) -> list[str]:
    """Write estimates of three engines side by side, with the truth."""
    estimates = {name: results.get(name, {}).get("estimates", {}) for name in (OURS, "nuts", "glmmTMB")}
    rows = []
    for quantity, truth in TRUTH.items():
        cells = [f"{pair[quantity][0]:.4f} ({pair[quantity][1]:.4f})" if quantity in pair else ""
                 for pair in estimates.values()]  # fmt: skip
        apart = ""
        if quantity in estimates[OURS] and quantity in estimates["nuts"]:
            (mean, _), (other, sd) = estimates[OURS][quantity], estimates["nuts"][quantity]
            apart = f"{(mean - other) / sd:+.2f}"
        rows.append([f"`{quantity}`", f"{truth:g}", *cells, apart])
    header = ["quantity", "truth", *(ENGINES[name].label for name in estimates), "ours less NUTS, in its sd"]
    return markdown(header, rows)


def example_table(results: Mapping[str, Result]) -> list[str]:
    """Write how the compiled density compares with the PyMC model of the same posterior."""
    rows, rates = [], []
    for name, result in results.items():
        if "failed" in result:
            rows.append([ENGINES[name].label, result["failed"], "", "", ""])
            continue
        rates.append(result["effective"] / result["seconds"])
        numbers = (result["prepare"], result["seconds"] - result["prepare"], result["effective"], rates[-1])
        rows.append([ENGINES[name].label, *map(short, numbers)])
    header = ["engine", "seconds to compile", "seconds to sample", "effective draws of the slowest spread",
              "per second in all"]  # fmt: skip
    ratio = f"Effective draws per second, compiled density over PyMC model: **{rates[0] / rates[1]:.1f}**."
    return markdown(header, rows) + (["", ratio] if len(rates) == 2 else [])


def versions() -> str:
    """Name the version of everything that was compared."""
    found = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    if program := shutil.which("Rscript"):
        code = (
            "cat(R.version.string, sapply(commandArgs(TRUE), function(p) paste(p, tryCatch(packageVersion(p), "
            'error = function(e) "not installed"))), paste("BLAS", basename(extSoftVersion()[["BLAS"]])), sep = ", ")'
        )
        result = subprocess.run([program, "-e", code, *R_PACKAGES], capture_output=True, text=True, check=False)
        found.append(result.stdout.strip() or "R does not answer")
    else:
        found.append("R not installed")
    return ", ".join(found)


def machine() -> str:
    """Describe the machine."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors ({model}), {memory:.0f} GB"


def page(found: Mapping[str, Mapping[str, Result]], started: tuple[datetime, float], remark: str) -> str:
    """Write the page."""
    command = " ".join(["uv run --group bench python", *sys.argv])
    lines = [
        "# Performance",
        "",
        f"*Made by `{command}` on {started[0]:%Y-%m-%d} in one run. {machine()}; load average {started[1]:.1f} at the "
        f"start. {versions()}.*",
        *(["", f"**{remark}**"] if remark else []),
    ]
    if set(found) & set(SIZES):
        lines += [
            "",
            "## Against the peers",
            "",
            "Negative binomial counts of 42 ICSs, simulated, about 228 a cell. Level and gradient over deprivation each have "
            "effects of procedure, ICS, and ICS x procedure, with one spread each; one extra variation. The model is "
            "`benchmarks/benchmark_model.toml`; in R `y ~ x + (1|procedure) + (0+x|procedure) + ...`. Each fit is a fresh "
            "process with empty caches. *Fit* is from data in memory to the fit in hand, compiling included; *whole process* is "
            "from its start, imports and reading included; *memory* is the peak of the process by then (rstanarm: without the "
            "processes of its chains). The smallest effective sample is over the level, the gradient, and the gap of every ICS "
            "and procedure. In brackets: how many times ours. Nested Laplace uses every processor, samplers one for each of "
            "their two chains, and the rest one where their row does not say otherwise.",
        ]
    for size, (groups, procedures) in SIZES.items():
        if results := found.get(size):
            cells = f"{42 * groups * procedures:,} cells"
            lines += ["", f"### {cells}: 42 ICSs x {groups} groups x {procedures:,} procedures", ""]
            if size == "small":
                lines += ["Nested Laplace and glmmTMB: medians of three fits, taking turns.", ""]
            lines += peers_table(results)
    if any(OURS in results for results in found.values()):
        lines += ["", "## Growth", "", "Nested Laplace. *Once compiled* is a second fit in the same process.", ""]
        lines += growth_table(found)
    if "small" in found:
        lines += ["", "## Agreement", "", "4,200 cells; mean (sd) of draws, estimate (standard error) of glmmTMB.", ""]
        lines += agreement_table(found["small"])
    if "example" in found:
        lines += ["", "## Compiled density and PyMC model", ""]
        lines += [
            "`straight_gradients`, the default of before, on the embedded example (42 ICSs x 5 groups x 8 procedures), 4 x (800 + 1,000) draws by "
            "nutpie, each engine in a fresh process with empty caches.",
            "",
        ]
        lines += example_table(found["example"])
    return "\n".join(lines) + "\n"


def main() -> None:
    """Fit with every engine in turn and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="engines, with commas: " + ", ".join(ENGINES))
    parser.add_argument("--size", choices=[*SIZES, "example"], help="one size instead of all")
    parser.add_argument("--limit", type=float, default=1800.0, help="seconds allowed for one fit")
    parser.add_argument("--remark", default="", help="a sentence for the page, for example what else ran meanwhile")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else list(ENGINES)
    if unknown := set(wanted) - set(ENGINES):
        parser.error(f"no engine {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
    names = [name for name in ENGINES if name in wanted]
    started = datetime.now(UTC), os.getloadavg()[0]
    sizes = [options.size] if options.size else [*SIZES, "example"]
    with tempfile.TemporaryDirectory() as folder:
        compile_bytecode(folder)
        found = {size: results for size in sizes if (results := run_size(size, names, options.limit))}
    text = page(found, started, options.remark)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
