"""What does it cost to take need as known, when it is measured with error?

    uv run python benchmarks/need_error.py --replicates 200 --write docs/need_error.md

Each replicate simulates need with a gradient over deprivation, use in proportion to it with a
true gap, and a register of reliability 0.6: of the variance of the recorded log need within a
deprivation group, 60 % is true. The same counts are fitted with the register taken as exact and
with its error allowed for; and with an estimated elasticity, which error attenuates.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from page import markdown

import equitymodel as em
from equitymodel.vocabulary import SAMPLE_DIMS

AREAS, EXPECTED = 20, 300.0
GAP, NEED_GRADIENT, NEED_SPREAD, RELIABILITY = 0.3, float(np.log(1.5)), 0.15, 0.6
"""Log units from the most to the least deprived end; spread of log need within a group."""
SETTINGS = em.Laplace(draws=500, points=64, enough_points=40, cores=1)
FITS = {
    "true need": (False, None),
    "register as exact": (False, "none"),
    "register, classical error": (False, "classical"),
    "true need, elasticity estimated": (True, None),
    "register as exact, elasticity estimated": (True, "none"),
    "register, classical error, elasticity estimated": (True, "classical"),
}


def world(seed: int) -> tuple[xr.Dataset, xr.DataArray, xr.DataArray, xr.DataArray]:
    """Simulate cells, their true ratios, and true and recorded log need."""
    cells, truth = em.simulate_cells(areas=AREAS, procedures=1, expected=EXPECTED, gradient=GAP, seed=seed)
    rng = np.random.default_rng([seed, 1])
    shape = cells["admissions"]
    slope = NEED_GRADIENT * (0.5 - cells["position"])
    need = slope + shape.copy(data=rng.normal(0, NEED_SPREAD, shape.shape))
    noise = NEED_SPREAD * np.sqrt((1 - RELIABILITY) / RELIABILITY)
    recorded = need + shape.copy(data=rng.normal(0, noise, shape.shape))
    counts = shape.copy(data=rng.poisson((truth.fitted * np.exp(need)).transpose(*shape.dims)).astype(float))
    errors = shape * 0 + noise
    return cells.assign(admissions=counts, noise=errors), truth.ratio, need, recorded


def with_need(cells: xr.Dataset, need: xr.DataArray) -> xr.Dataset:
    """Adjust expected admissions for a log need, and keep it with its standard error."""
    ratio = np.exp(need).transpose(*cells["admissions"].dims)
    adjusted = cells["expected_admissions"].isel(adjustment=0, drop=True) * ratio
    plain = cells.drop_vars(["expected_admissions", "adjustment", "noise"])
    return plain.assign(
        expected_admissions=adjusted.expand_dims(adjustment=["need"]),
        need_ratio=ratio,
        need_ratio_se=ratio * cells["noise"],
    )


def one_replicate(seed: int) -> list[dict[str, object]]:
    """Simulate, fit each way, and hold gaps against the truth."""
    cells, ratio, need, recorded = world(seed)
    spec = em.load_model()
    true = np.log(em.rate_ratio(ratio))
    rows = []
    for name, (elastic, kind) in FITS.items():
        own = with_need(cells, need if kind is None else recorded)
        error = em.NeedError("classical") if kind == "classical" else None
        if elastic:
            fit = em.fit_elasticity(spec, own, need_error=error, prior_sd=1.0, laplace=SETTINGS, seed=seed)
        else:
            fit = em.fit_model(spec, own, engine="laplace", need_error=error, laplace=SETTINGS, seed=seed)
        draws = np.log(em.rate_ratio(fit.ratio))
        lower, upper = (draws.quantile(p, SAMPLE_DIMS) for p in (0.05, 0.95))
        posterior = fit.draws["posterior"]
        error_of = draws.mean(SAMPLE_DIMS) - true
        rows.append({
            "fit": name,
            "coverage": float(((lower <= true) & (true <= upper)).mean()),
            "width": float((upper - lower).mean()),
            "square": float((error_of**2).mean()),
            "error": float(error_of.mean()),
            "elasticity": float(posterior["need_elasticity"].mean()) if elastic else np.nan,
        })  # fmt: skip
    return rows


def main() -> None:
    """Run the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=20)
    parser.add_argument("--seed", type=int, default=9000)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    started = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(one_replicate, range(options.seed, options.seed + options.replicates), chunksize=2)
        rows = pd.DataFrame([row for replicate in found for row in replicate])
    lines = []
    for name, own in rows.groupby("fit", sort=False):
        elasticity = (
            "" if own["elasticity"].isna().all() else f"{own['elasticity'].mean():.2f} ± {own['elasticity'].sem():.2f}"
        )
        lines.append((name, f"{own['coverage'].mean():.3f} ± {own['coverage'].sem():.3f}", f"{own['width'].mean():.3f}",
                      f"{np.sqrt(own['square'].mean()):.3f}", f"{own['error'].mean():+.3f} ± {own['error'].sem():.3f}",
                      elasticity))  # fmt: skip
    header = ("fit", "ICS gap: 90 % coverage", "width", "RMSE", "bias", "elasticity (truth 1)")
    table = markdown(header, lines)
    step = 0.5 * NEED_GRADIENT * 2 * 0.8  # positions of the first and last of five groups are about 0.8 apart
    said = [
        "# What error in need costs",
        "",
        f"*Made by `uv run python benchmarks/need_error.py --replicates {options.replicates} --seed {options.seed} "
        f"--write docs/need_error.md` on {datetime.now(UTC):%Y-%m-%d}, engine `laplace`.*",
        "",
        f"{AREAS} ICSs x 5 groups x 1 procedure, about {EXPECTED:.0f} admissions a cell; true gradient of use for equal "
        f"need {GAP:.2f}, of need {NEED_GRADIENT:.2f} (log, end to end); reliability {RELIABILITY}. Gaps are log rate "
        "ratios, most against least deprived. With an elasticity of 1 error in need adds noise to the gaps of single ICSs "
        "and no bias. With an estimated one it attenuates the elasticity to about its reliability, and what is left of the "
        f"need gradient, theory says {(1 - RELIABILITY) * step:+.2f}, is read as use.",
        "",
        *table,
    ]
    print("\n".join(table), f"{time.monotonic() - started:.0f} s")
    if options.write:
        options.write.write_text("\n".join(said) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
