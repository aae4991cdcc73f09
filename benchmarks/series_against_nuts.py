"""The fast engine for one series against long runs of full sampling, at few and at many admissions a month.

    uv run python benchmarks/series_against_nuts.py --write docs/series_against_nuts.md

72 months, the interruption after 48, the shipped model. Differences of means and of the ends of 95 % intervals are in
posterior standard deviations of the sampled run, whose Monte Carlo error is about 1 % of one for means and 3 % for ends.
`--keep FOLDER` keeps the sampled draws, and takes them from there if they are there. Sampling takes 40 minutes on two cores.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from page import markdown

from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.series_pymc import build_interruption_pymc
from equitymodel.simulate import Change, Sizes, Usual, simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model

COUNTS = (0.5, 2.0, 20.0)
QUANTITIES = ("level", "slope", "sd", "rho")
FAST_DRAWS = 20_000
TITLE = "One series: the fast engine against full sampling"


def world(count: float) -> tuple[xr.Dataset, Interruption]:
    """Make a series with so many admissions a month and a change of 0.3 on the log scale."""
    series, truth = simulate_series(Sizes(periods=72, before=48), change=Change(0.3), usual=Usual(count), seed=1)
    return series, truth.plan


def sample(count: float, draws: int) -> dict[str, np.ndarray]:
    """Sample the PyMC model of the series by NUTS."""
    import nutpie

    model = build_interruption_pymc(*world(count), load_series_model())
    tree = nutpie.sample(nutpie.compile_pymc_model(model), draws=draws, tune=1500, chains=4, target_accept=0.97, seed=3,
                         progress_bar=False)  # fmt: skip
    found = tree.posterior
    drawn = {"level": found["shared_effect"].sel(shared="level"), "slope": found["own_effect"].sel(own="slope")}
    drawn |= {name: found[name] for name in ("sd", "rho")}
    return {name: values.values.ravel() for name, values in drawn.items()}


def kept(count: float, draws: int, folder: Path | None) -> dict[str, np.ndarray]:
    """Take sampled draws from a folder, or sample and keep them there."""
    path = None if folder is None else folder / f"nuts_{count:g}.npz"
    if path is not None and path.is_file():
        with np.load(path) as stored:
            return {name: stored[name] for name in QUANTITIES}
    drawn = sample(count, draws)
    if path is not None:
        np.savez(path, **drawn)
    return drawn


def rows(count: float, reference: dict[str, np.ndarray]) -> list[dict[str, object]]:
    """Compare every quantity, in posterior standard deviations of the sampled run."""
    fit = fit_interruption(*world(count), load_series_model(), seed=1, draws=FAST_DRAWS)
    table = []
    for name, exact in reference.items():
        fast = fit.posterior[name].values.ravel()
        ends = (np.quantile(fast, [0.025, 0.975]) - np.quantile(exact, [0.025, 0.975])) / exact.std()
        table.append({
            "admissions a month": f"{count:g}", "quantity": name, "mean": f"{(fast.mean() - exact.mean()) / exact.std():+.3f}",
            "sd, ratio": f"{fast.std() / exact.std():.3f}", "lower end": f"{ends[0]:+.3f}", "upper end": f"{ends[1]:+.3f}",
            "diagnosis": fit.verdict,
        })  # fmt: skip
    return table


def main() -> None:
    """Write the page, or print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=12_000, help="draws a chain, of four")
    parser.add_argument("--keep", type=Path, help="where sampled draws are kept")
    parser.add_argument("--write", type=Path, help="where the page goes")
    asked = parser.parse_args()
    table = pd.DataFrame([row for count in COUNTS for row in rows(count, kept(count, asked.draws, asked.keep))])
    lines = markdown(table.columns, table.itertuples(index=False))
    text = "\n".join([f"# {TITLE}", "", (__doc__ or "").partition("\n\n")[2], *lines, ""])
    if asked.write:
        asked.write.write_text(text, encoding="utf-8", newline="\n")
    else:
        print(text)


if __name__ == "__main__":
    main()
