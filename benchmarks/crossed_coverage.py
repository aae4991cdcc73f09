"""Do intervals of deprivation within ethnicity hold the truth, with and without an interaction, and for a rare group?

    uv run python benchmarks/crossed_coverage.py --replicates 60 --write docs/groups_within_groups_measured.md

Each replicate draws ICSs and counts of a stated world, fits them, and asks whether the 95 % interval of each gap holds
what it was drawn from.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from page import markdown

import equitymodel as em
from equitymodel.data import Deprivation, Group
from equitymodel.data.tables.crossed_groups import crossed_label
from equitymodel.estimands import crossed_shortfall, gap_between, gap_within, standardised_margins
from equitymodel.inference.grouped.predict import draw_ratios
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.simulate.simulated_crossed import MAIN_GROUPS, CrossedWorld, MainGroup, crossed_tables
from equitymodel.spec.library import CROSSED_MODEL
from equitymodel.vocabulary import GROUP, ICS, SAMPLE_DIMS

PLAIN = CrossedWorld(areas=6, procedures=2, expected=400.0)
REVERSED = MAIN_GROUPS | {"Black": MainGroup(0.06, 0.75, -0.4, 1.3)}
RARE = MAIN_GROUPS | {"Black": MainGroup(0.006, 0.75, 0.5, 1.3)}
WORLDS = {
    "no interaction": PLAIN,
    "an interaction of 8 %": replace(PLAIN, interaction_sd=0.08),
    "one gradient the other way round": replace(PLAIN, groups=dict(sorted(REVERSED.items()))),
    "a rare group": replace(PLAIN, groups=dict(sorted(RARE.items()))),
}
SETTINGS = em.Laplace(draws=250, points=64, enough_points=40, cores=1)
WATCHED = "Black"


def one_replicate(world: CrossedWorld, seed: int) -> list[dict[str, object]]:
    """Draw a world, fit it, and hold each gap against the truth."""
    tables = crossed_tables(world, seed=seed)
    groups = Group("ethnicity,deprivation", "White British", Deprivation("invented"))
    cells = em.read_cells(tables.admissions, tables.population, groups=groups, areas="any")
    spec, expected = em.load_model(CROSSED_MODEL), em.data.headline_expected(cells)
    tree = sample_laplace(spec, cells, settings=SETTINGS, seed=seed)
    fitted = draw_ratios(spec, tree["posterior"].to_dataset(), cells) * expected
    flat = tables.fitted.stack({GROUP: ["main_group", "deprivation_group"]})
    labels = [crossed_label(*pair) for pair in flat[GROUP].values]
    true = flat.drop_vars([GROUP, "main_group", "deprivation_group"]).assign_coords({GROUP: labels})
    true = true.sel({GROUP: cells[GROUP].values})
    found, truth = followed(fitted, expected), followed(true, expected)
    return [row for name in found for row in against(name, found[name], truth[name])]


def followed(fitted: xr.DataArray, expected: xr.DataArray) -> dict[str, xr.DataArray]:
    """Follow gaps of all ICSs together and of each, one margin, and shortfalls."""
    whole = fitted.sum(ICS), expected.sum(ICS)
    by_main = standardised_margins(*whole, standard=whole[1]).by_main
    most = {"deprivation_group": 1}
    return {
        "most against least deprived within a group": np.log(gap_within(*whole)).sel(most, drop=True),
        "the same in one ICS": np.log(gap_within(fitted, expected)).sel(most, drop=True),
        "a group against the reference, of equal deprivation": np.log(gap_between(*whole)),
        "the same at one mix": np.log(by_main.drop_sel(main_group="White British") / by_main.sel(main_group="White British")),
        "shortfall of a group, relative to its need": (
            crossed_shortfall(fitted, expected).sel(part="total").sum([ICS, "deprivation_group"])
            / expected.sum().item() * expected.sizes[GROUP]
        ),
    }  # fmt: skip


def against(name: str, draws: xr.DataArray, truth: xr.DataArray) -> list[dict[str, object]]:
    """Give coverage, width and error, of the watched group and of all groups, over the places of one replicate."""
    truth = truth.transpose(*draws.isel(chain=0, draw=0).dims)
    low, high = (draws.quantile(at, SAMPLE_DIMS) for at in (0.025, 0.975))
    each = {"held": (low <= truth) & (truth <= high), "width": high - low, "error": draws.mean(SAMPLE_DIMS) - truth}
    rows: list[dict[str, object]] = []
    for whom in ("all groups", WATCHED):
        part = {key: value if whom != WATCHED else value.sel(main_group=WATCHED) for key, value in each.items()}
        rows.append({"gap": name, "of": whom, **{key: float(value.mean()) for key, value in part.items()}})
    return rows


def summary(rows: pd.DataFrame) -> list[str]:
    """Lay coverage with its standard error over replicates out, by quantity and group."""
    lines = [
        (*key, f"{own['held'].mean():.3f} ± {own['held'].sem():.3f}", f"{own['width'].mean():.2f}",
         f"{own['error'].mean():+.3f} ± {own['error'].sem():.3f}")
        for key, own in rows.groupby(["gap", "of"], sort=False)
    ]  # fmt: skip
    return markdown(("gap, log scale", "of", "95 % intervals that hold it", "width", "bias"), lines)


def main() -> None:
    """Run the study and write its page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--replicates", type=int, default=60)
    parser.add_argument("--seed", type=int, default=5900)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines = [
        "# Groups within groups, measured",
        "",
        f"*Made by `uv run python benchmarks/crossed_coverage.py --replicates {options.replicates} --seed {options.seed} "
        f"--write docs/groups_within_groups_measured.md` on {datetime.now(UTC):%Y-%m-%d}, engine `laplace`.*",
        "",
        f"{PLAIN.areas} ICSs x 3 ethnic groups x 5 deprivation groups x {PLAIN.procedures} procedures, {PLAIN.expected:.0f} "
        "admissions expected of an ICS and procedure. Levels and gradients of ICSs vary by 5 %, cells by 5 % beyond counting. "
        f"Coverage is averaged over places within a replicate; its standard error is over {options.replicates} replicates. "
        "Widths and biases of gaps are of log ratios; those of shortfalls are in shares of the need of an average cell.",
    ]  # fmt: skip
    for name, world in WORLDS.items():
        started, watched = time.monotonic(), world.groups[WATCHED]
        rows = pd.DataFrame([row for k in range(options.replicates) for row in one_replicate(world, options.seed + k)])
        said = f"{WATCHED}: {watched.share:.1%} of people, gradient {watched.gradient:+.2f}; of the others +0.15 and +0.30."
        lines += ["", f"## {name[0].upper()}{name[1:]}", "", said, "", *summary(rows)]
        print("\n".join(lines[-12:]), f"{time.monotonic() - started:.0f} s", flush=True)
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
