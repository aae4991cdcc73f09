"""Do intervals and probabilities of pathway stages mean what they say? Simulated pathways whose truth is known.

    uv run python benchmarks/stages_calibration.py --replicates 200 --keep results/stages --write docs/stages_calibration.md
    uv run python benchmarks/stages_calibration.py --replicates 5 --worlds "1,000 at the last stage"

Each replicate draws gaps of every stage, simulates linked records of 8 ICSs x 5 groups x 4 passages, fits them, and
holds the 95 % intervals and the probabilities of every ICS against the truth: what lasts. With `--keep`, what was done
is not done again.
"""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from page import markdown

from equitymodel.data.stages.read_stages import read_stages
from equitymodel.estimands.pathway import probability_contributes_most, stage_gaps
from equitymodel.estimands.stage_attribution import attribute_to_stages, largest_part
from equitymodel.inference.jobs import Job, run_fits
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.passages.fit_stages import fit_stages
from equitymodel.simulate.simulated_stages import StageWorld, simulate_stages
from equitymodel.vocabulary import SAMPLE_DIMS, STAGE

SETTINGS = Laplace(draws=250, cores=1, enough_points=40)
PASSAGES = (0.7, 0.6, 0.9, 0.6)
REACH = float(np.prod(PASSAGES))
BASE = StageWorld(areas=8, passages=PASSAGES, gaps=(0.0,) * 4, first=1000 / REACH)
DEVIATION = 0.1
"""Standard deviation of groups of an ICS beside level and gap, what lasts and what does not together."""
WORLDS = {
    "1,000 at the last stage": (BASE, None, "The model's own: national gaps of each stage from N(0, 1), the share of deviations that lasts from Beta(3, 2)."),
    "10 at the last stage": (replace(BASE, first=10 / REACH), None, "The same with 10 people of a group at the last stage."),
    "gaps smaller than the prior has them": (
        replace(BASE, first=10 / REACH),
        None,
        "10 at the last stage; gaps from N(0.2, 0.3), where the model assumes N(0, 1).",
    ),
    "over-dispersed": (BASE, 0.0, "1,000 at the last stage; deviations are three times as large (0.3), and none lasts."),
    "deviations that last": (BASE, 1.0, "1,000 at the last stage; all of the deviations last."),
    "an outlying ICS": (replace(BASE, first=100 / REACH, outlier=-1.5), None, "100 at the last stage; in the first ICS the gap of the last stage is 1.5 lower."),
    "selection": (replace(BASE, first=100 / REACH, selection=0.7), None, "100 at the last stage; people differ in something that is not recorded and raises every passage. Truth is the passage of those who arrived."),
}  # fmt: skip


def world_of(name: str, seed: int) -> StageWorld:
    """Draw the gaps of a replicate, and the share of deviations that lasts."""
    world, share, _ = WORLDS[name]
    rng = np.random.default_rng([seed, 18])
    gaps = tuple(rng.normal(*((0.2, 0.3) if name.startswith("gaps smaller") else (0.0, 1.0)), len(PASSAGES)))
    lasts = rng.beta(3.0, 2.0) if share is None else share
    size = DEVIATION * (3.0 if name == "over-dispersed" else 1.0)
    return replace(world, gaps=gaps, lasting_sd=size * lasts**0.5, noise_sd=size * (1 - lasts) ** 0.5)


def replicate(name: str, seed: int) -> pd.DataFrame:
    """Simulate, fit, and hold what is published against the truth: a row an ICS and stage, and one for the whole."""
    found = simulate_stages(world_of(name, seed), seed=seed)
    profile = fit_stages(read_stages(found.rows, areas="any"), seed=seed, laplace=SETTINGS)
    gaps, true_gaps = stage_gaps(profile.log_passage), stage_gaps(found.log_passage)
    parts = attribute_to_stages(profile.need, profile.log_passage)
    true_parts = attribute_to_stages(found.need, found.log_passage)
    rows = [
        _held("stage gap", _with_total(gaps), _with_total(true_gaps)),
        _held("admissions attributed", _with_total(parts), _with_total(true_parts)),
        _claimed("takes most from the most deprived", probability_contributes_most(gaps), true_gaps == true_gaps.min(STAGE)),
        _claimed("accounts for most admissions", largest_part(parts), true_parts == true_parts.max(STAGE)),
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True).assign(verdict=profile.diagnosis.verdict)


def _with_total(values: xr.DataArray) -> xr.DataArray:
    total = values.sum(STAGE).expand_dims({STAGE: ["total"]})
    return xr.concat([values.drop_attrs(deep=False), total.drop_attrs(deep=False)], STAGE)


def _held(quantity: str, draws: xr.DataArray, truth: xr.DataArray) -> pd.DataFrame:
    lower, upper = (draws.quantile(end, SAMPLE_DIMS).drop_vars("quantile") for end in (0.025, 0.975))
    held = ((lower <= truth) & (truth <= upper)).astype(float)
    table = xr.Dataset({"held": held, "width": upper - lower}).to_dataframe().reset_index()
    return table.assign(quantity=quantity)[["quantity", "ics", STAGE, "held", "width"]]


def _claimed(quantity: str, probability: xr.DataArray, true: xr.DataArray) -> pd.DataFrame:
    table = xr.Dataset({"probability": probability, "true": true.astype(float)}).to_dataframe().reset_index()
    return table.assign(quantity=quantity)[["quantity", "ics", STAGE, "probability", "true"]]


def run(worlds: dict[str, int], keep: Path | None, seed: int) -> pd.DataFrame:
    """Run every replicate of every world, one after the other."""
    pairs = [(name, seed + number) for name, replicates in worlds.items() for number in range(replicates)]
    jobs = [Job(f"{name} {number}", replicate, {"name": name, "seed": number}) for name, number in pairs]
    found = run_fits(jobs, executor="serial", keep=keep, progress=_tell)
    tables = zip(pairs, found, strict=True)
    return pd.concat([table.assign(world=name, replicate=number) for (name, number), table in tables])


def _tell(what: str, done: float) -> None:
    print(f"{done:4.0%} {what}", flush=True)


def share(rows: pd.DataFrame, of: str) -> str:
    """Give a share in per cent with its Monte Carlo standard error, replicates as clusters."""
    by_replicate = rows.groupby("replicate")[of].mean()
    error = by_replicate.std() / len(by_replicate) ** 0.5 if len(by_replicate) > 1 else float("nan")
    return f"{100 * by_replicate.mean():.1f} ± {100 * error:.1f}"


def page(rows: pd.DataFrame, command: str) -> str:
    """Lay everything out as a page."""
    counts = rows.groupby("world")["replicate"].nunique()
    lines = ["# Pathway stages: do intervals and probabilities mean what they say?", "",
             f"*Made by `{command}` on {dt.date.today():%Y-%m-%d}. ± is one Monte Carlo standard error, with replicates as clusters.*", "",
             (__doc__ or "").split("\n\n")[2].replace("\n", " "), "", "## The worlds", ""]  # fmt: skip
    lines += markdown(["world", "replicates", "what is true"],
                      [[name, counts[name], WORLDS[name][2]] for name in WORLDS if name in counts])  # fmt: skip
    lines += ["", "## How often 95 % intervals hold the truth, per cent", "", "To be between 92 and 98, within two standard errors, in the first two worlds.", ""]  # fmt: skip
    for quantity in ("stage gap", "admissions attributed"):
        lines += [f"**{quantity[0].upper()}{quantity[1:]}**", "", *_held_table(rows[rows["quantity"] == quantity]), ""]
    outlying = rows[(rows["world"] == "an outlying ICS") & (rows["ics"] == "area 01") & (rows["stage"] == "stage 4")]
    if len(outlying):
        said = ", ".join(
            f"{name} {share(part, 'held')}" for name, part in outlying.dropna(subset=["held"]).groupby("quantity")
        )
        lines += [f"In the outlying ICS alone, at the stage where it is one: {said}.", ""]
    lines += ["## How often a stage is what its probability says", "", "By tenths of the probability: how often it was so, in per cent, and in how many claims. To be within 5 points of the mean probability in the first two worlds.", ""]  # fmt: skip
    for quantity in ("takes most from the most deprived", "accounts for most admissions"):
        lines += [f"**P(stage {quantity})**", "", *_claimed_table(rows[rows["quantity"] == quantity]), ""]
    return "\n".join(lines)


def _held_table(rows: pd.DataFrame) -> list[str]:
    stages = sorted(rows["stage"].unique())
    return markdown(
        ["world", "all stages", *stages],
        [[name, share(own[own["stage"] != "total"], "held"), *(share(own[own["stage"] == stage], "held") for stage in stages)]
         for name in WORLDS if len(own := rows[rows["world"] == name])],
    )  # fmt: skip


def _claimed_table(rows: pd.DataFrame) -> list[str]:
    tenth = np.minimum((rows["probability"] * 10).astype(int), 9)
    table = rows.assign(tenth=tenth)
    lines = []
    for name in WORLDS:
        own = table[table["world"] == name]
        if len(own):
            by = own.groupby("tenth")[["probability", "true"]].agg(["mean", "size"])
            cells = [f"{100 * by.loc[k, ('probability', 'mean')]:.0f}: {100 * by.loc[k, ('true', 'mean')]:.0f} ({int(by.loc[k, ('true', 'size')])})" if k in by.index else "" for k in range(10)]  # fmt: skip
            lines.append([name, *cells])
    return markdown(["world", *(f"{k * 10} to {k * 10 + 10} %" for k in range(10))], lines)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, nargs="+", default=[200], help="of all worlds, or one number a world")
    parser.add_argument("--worlds", nargs="+", choices=list(WORLDS), default=list(WORLDS))
    parser.add_argument("--seed", type=int, default=18_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    each = asked.replicates * len(asked.worlds) if len(asked.replicates) == 1 else asked.replicates
    rows = run(dict(zip(asked.worlds, each, strict=True)), asked.keep, asked.seed)
    said = " ".join(map(str, asked.replicates))
    command = f"uv run python benchmarks/stages_calibration.py --replicates {said} --seed {asked.seed} --write docs/stages_calibration.md"
    text = page(rows, command)
    print(text) if asked.write is None else asked.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
