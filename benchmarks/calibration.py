"""Are intervals what they say? Simulation-based calibration of the default model.

    uv run python benchmarks/calibration.py --engine nuts --replicates 60 --write docs/calibration.md
    uv run python benchmarks/calibration.py --engine laplace --replicates 1000 --write docs/calibration_laplace.md

Each replicate draws a truth from the model's own priors, simulates counts, fits, and asks where
the truth lies among the draws. If the posterior is right, its rank is uniform, and a 90 %
interval holds the truth in 90 % of replicates.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure
from page import markdown
from robustness import last_year
from scipy import stats

import equitymodel as em
from equitymodel.inference.grouped.predict import draw_fitted, draw_predicted, draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.jobs import Job, run_fits
from equitymodel.inference.laplace.laplace_checks import check_laplace
from equitymodel.inference.likelihood.log_likelihood import log_likelihood
from equitymodel.simulate import CellSizes, World, simulate_years
from equitymodel.vocabulary import SAMPLE_DIMS


@dataclass(frozen=True)
class Beliefs:
    """The model whose priors truths are drawn from, the median of admissions a cell, and years."""

    model: str
    expected: float
    years: int = 1


WORLDS = {
    "median 100 a cell": Beliefs("straight_gradients", 100.0),
    "median 5 a cell": Beliefs("straight_gradients", 5.0),
    "median 2 a cell": Beliefs("straight_gradients", 2.0),
    "default model, one year, 100 a cell": Beliefs("need_adjusted", 100.0),
    "default model, two years, 100 a cell": Beliefs("need_adjusted", 100.0, 2),
    "default model, two years, 5 a cell": Beliefs("need_adjusted", 5.0, 2),
}
PARAMETERS = {
    "national gradient": "national_gradient_effect",
    "spread of ICS gradients": "ics_gradient_sd",
    "spread of levels": "ics_by_procedure_level_sd",
    "spread of deviations": "ics_deviation_sd",
    "share of deviations that lasts": "ics_deviation_share",
    "share of extra variation that lasts": "ics_by_procedure_deviation_share",
    "extra variation": "extra_variation",
}
"""Parameters by name, as far as a model has them."""
DRAWS = {"nuts": 400, "laplace": 1000}
AT = np.arange(1, 100) / 100
"""Where the distribution of ranks is held against the uniform."""


def quantities(spec: em.spec.ModelSpec, cells: xr.Dataset, draws: xr.Dataset) -> dict[str, xr.DataArray]:
    """Follow parameters, gaps and routes of the last year as the area is, and the likelihood of the data themselves."""
    every = em.data.headline_expected(cells)
    likely = log_likelihood(
        draw_fitted(draw_ratios(spec, draws, cells, this_year=True), every), draws, cells["admissions"]
    )
    ratio, expected, population = (
        last_year(values) for values in (draw_ratios(spec, draws, cells), every, cells["population"])
    )
    fitted = draw_fitted(ratio, expected)
    moved = em.route_change(fitted, expected, route="zero_sum")
    first = {"ics": 0, "procedure": 0}
    return {
        "rate ratio, all ICSs together": em.rate_ratio(em.pooled_ratio(fitted, expected)).isel(procedure=0),
        "rate ratio, one ICS": em.rate_ratio(ratio).isel(first),
        "slope index, one ICS": em.slope_index(ratio, population).isel(first),
        "signed shortfall, one cell": em.estimands.level_shortfall(fitted, expected).isel(first | {"deprivation": 0}),
        "admissions to move, one ICS": 0.5 * abs(moved).sum("deprivation").isel(first),
        "share to move, one ICS": em.estimands.share_to_move(fitted, expected).isel(first),
        **{name: first_of(draws[variable]) for name, variable in PARAMETERS.items() if variable in draws},
        "log likelihood": likely.sum([dim for dim in likely.dims if dim not in SAMPLE_DIMS]),
    }


def first_of(values: xr.DataArray) -> xr.DataArray:
    """Take the first along every dimension but those of draws."""
    return values.isel({dim: 0 for dim in values.dims if dim not in SAMPLE_DIMS}, drop=True)


def one_replicate(engine: str, beliefs: Beliefs, seed: int) -> tuple[dict[str, float], str]:
    """Draw a truth, simulate, fit, and rank the truth among the draws; also say how the fit went."""
    spec = em.load_model(beliefs.model)
    world, believed, counted, sampled = (int(part) for part in np.random.SeedSequence(seed).generate_state(4))
    cells = empty_cells(beliefs, world)
    truth = draw_prior(spec, cells, seed=believed, draws=1)
    mean = draw_fitted(draw_ratios(spec, truth, cells, this_year=True), em.data.headline_expected(cells))
    counts = draw_predicted(mean, truth, seed=counted).isel(chain=0, draw=0, drop=True).astype(float)
    cells = cells.assign(admissions=counts)
    draws, verdict = fit(engine, spec, cells, sampled)
    true = {name: float(value.squeeze()) for name, value in quantities(spec, cells, truth).items()}
    ranks = {
        name: float((value < true[name]).mean() + 0.5 * (value == true[name]).mean())
        for name, value in quantities(spec, cells, draws).items()
    }
    return ranks, verdict


def empty_cells(beliefs: Beliefs, seed: int) -> xr.Dataset:
    """Make cells with need; their counts are drawn anew."""
    if beliefs.years == 1:
        return em.simulate_cells(areas=8, procedures=3, expected=beliefs.expected, seed=seed)[0]
    sizes = CellSizes(areas=8, procedures=3, expected=beliefs.expected, years=beliefs.years)
    return simulate_years(World(), sizes, seed=seed)[0]


def fit(engine: str, spec: em.spec.ModelSpec, cells: xr.Dataset, seed: int) -> tuple[xr.Dataset, str]:
    """Draw from the posterior, and give the engine's own verdict."""
    if engine == "laplace":
        tree = sample_laplace(spec, cells, settings=em.Laplace(draws=DRAWS[engine], cores=1), seed=seed)
        checks = check_laplace(tree["sample_stats"].to_dataset())
        return tree["posterior"].to_dataset(), em.inference.Diagnosis(tuple(checks)).verdict
    from equitymodel.inference.grouped.grouped_layout import lay_out_cells
    from equitymodel.inference.grouped.nuts import divergences, sample

    sampling = em.inference.Sampling(draws=DRAWS[engine], tune=500, target_accept=0.95, cores=1)
    tree = sample(lay_out_cells(spec, cells), sampling=sampling, seed=seed)
    return tree["posterior"].to_dataset(), "WARN" if divergences(tree) else "PASS"


def study(
    engine: str, beliefs: Beliefs, replicates: int, first_seed: int, keep: Path | None = None
) -> tuple[pd.DataFrame, pd.Series]:
    """Repeat; give ranks, one row a replicate, and how often each verdict was given. What is in `keep` is not done again."""
    jobs = [
        Job(f"{engine} {beliefs} {seed}", one_replicate, {"engine": engine, "beliefs": beliefs, "seed": seed})
        for seed in range(first_seed, first_seed + replicates)
    ]
    found = run_fits(jobs, keep=keep)
    ranks = pd.DataFrame([ranks for ranks, _ in found])
    return ranks, pd.Series([verdict for _, verdict in found]).value_counts()


def unlikeliest(ranks: np.ndarray) -> float:
    """Give the smallest two-sided binomial tail of the distribution of ranks, over all points."""
    below = (ranks[:, None] <= AT).sum(axis=0)
    tails = np.minimum(stats.binom.cdf(below, len(ranks), AT), stats.binom.sf(below - 1, len(ranks), AT))
    return float(2 * tails.min())


@cache
def band(replicates: int, level: float = 0.95) -> float:
    """Give the binomial tail that uniform ranks stay above at every point at once, with this probability.

    Säilynoja T, Bürkner P-C, Vehtari A (2022) Graphical test for discrete uniformity. Statistics
    and Computing 32:32.
    """
    rng = np.random.default_rng(1)
    return float(np.quantile([unlikeliest(rng.random(replicates)) for _ in range(4000)], 1 - level))


def summary(ranks: pd.DataFrame) -> pd.DataFrame:
    """Sum ranks up as coverage and distance from uniform."""
    rows = []
    for name, rank in ranks.items():
        inside = {level: float((abs(rank - 0.5) <= level / 2).mean()) for level in (0.5, 0.9, 0.95)}
        within = "yes" if unlikeliest(rank.to_numpy()) >= band(len(rank)) else "no"
        rows.append({"quantity": name, **{f"{level:.0%}": f"{share:.3f}" for level, share in inside.items()},
                     "mean rank": f"{rank.mean():.3f}", "KS p": f"{stats.kstest(rank, 'uniform').pvalue:.2f}",
                     "inside the 95 % band": within})  # fmt: skip
    return pd.DataFrame(rows)


def picture(worlds: dict[str, pd.DataFrame], path: Path) -> None:
    """Draw how far the distribution of ranks is from uniform, with the simultaneous band."""
    figure = Figure(figsize=(4 * len(worlds), 3.4), layout="constrained")
    for axes, (name, ranks) in zip(
        figure.subplots(1, len(worlds), sharey=True, squeeze=False)[0], worlds.items(), strict=True
    ):
        tail, n = band(len(ranks)) / 2, len(ranks)
        low, high = (stats.binom.ppf(p, n, AT) / n - AT for p in (tail, 1 - tail))
        axes.fill_between(AT, low, high, color="0.85", label="95 % simultaneous band")
        for quantity, rank in ranks.items():
            axes.plot(AT, (rank.to_numpy()[:, None] <= AT).mean(axis=0) - AT, lw=0.9, label=quantity)
        axes.set(title=name, xlabel="rank of the truth")
    figure.axes[0].set_ylabel("share of ranks below, less uniform")
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside right", fontsize=7)
    figure.savefig(path, dpi=110)


def main() -> None:
    """Run the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=list(DRAWS), default="laplace")
    parser.add_argument("--replicates", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--keep", type=Path, help="folder of replicates that are done, so that a run can be resumed")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    started = time.monotonic()
    error = np.sqrt(0.9 * 0.1 / options.replicates)
    lines = [
        f"# Calibration of the engine `{options.engine}`",
        "",
        f"*Made by `uv run python benchmarks/calibration.py --engine {options.engine} --replicates {options.replicates} "
        f"--seed {options.seed} --write {options.write}` on {datetime.now(UTC):%Y-%m-%d}.*",
        "",
        "Truths drawn from the priors of `straight_gradients` or of the default model `need_adjusted`, 8 ICSs x 5 groups x 3 procedures, "
        f"4 x {DRAWS[options.engine]} draws. Each row: the share of {options.replicates} independent replicates "
        "in which the interval of that level held the truth, the mean rank of the truth (0.5 if right), the p-value of "
        "a Kolmogorov-Smirnov test that ranks are uniform, and whether the distribution of ranks stays inside the band "
        f"that uniform ranks leave anywhere in 5 % of studies. One standard error of a 90 % share is {error:.3f}, of a mean "
        f"rank {np.sqrt(1 / 12 / options.replicates):.3f}. There are {11 * len(WORLDS)} rows: one or two outside by chance are no surprise.",
    ]
    worlds = {}
    for number, (name, beliefs) in enumerate(WORLDS.items()):
        first_seed = options.seed + number * options.replicates  # so that worlds are independent
        worlds[name], verdicts = study(options.engine, beliefs, options.replicates, first_seed, options.keep)
        table = summary(worlds[name])
        counts = ", ".join(f"{verdict} {count}" for verdict, count in verdicts.items())
        lines += ["", f"## {name[0].upper()}{name[1:]}", "", *markdown(table.columns, table.itertuples(index=False)), "",
                  f"The engine's own verdict: {counts}."]  # fmt: skip
        print(
            "\n".join([*markdown(table.columns, table.itertuples(index=False)), lines[-1]]),
            f"{time.monotonic() - started:.0f} s",
            flush=True,
        )
    if options.write:
        image = options.write.with_name(f"{options.write.stem}.png")
        picture(worlds, image)
        lines += ["", f"![distribution of ranks less uniform, by world]({image.name})"]
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
