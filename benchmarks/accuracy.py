"""How close is the fast engine to long runs of NUTS, in the quantities that are reported?

    uv run python benchmarks/accuracy.py ../shared/data --write docs/accuracy.md

Three data sets: the embedded example, a sparse one with a median of two events a cell, and real
Scottish data. The long runs take half an hour; `--keep FOLDER` keeps them for the next time.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import arviz_stats
import pandas as pd
import xarray as xr
from page import markdown

import equitymodel as em
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.nuts import divergences, sample
from equitymodel.inference.grouped.predict import hyperparameters
from equitymodel.inference.grouped.sample_laplace import sample_laplace

sys.path.insert(0, str(Path(__file__).parents[1] / "docs" / "examples"))
import scotland

LONG = em.inference.Sampling(draws=10_000, tune=2000, target_accept=0.95)
KEPT = 4
"""Every so many draws of the long runs are used."""
SETTINGS = {
    "as shipped": em.Laplace(),
    "more points and draws": em.Laplace(draws=4000, points=1024),
}


def data_sets(data: Path) -> dict[str, xr.Dataset]:
    """Give the cells of each data set."""
    sparse, _ = em.simulate_cells(areas=42, groups=5, procedures=8, expected=2.3, seed=11)
    people, complete = scotland.population(data), scotland.complete_cells(scotland.weekly_admissions(data))
    rates = scotland.national_rates(data, people)
    scottish = scotland.read_scotland(people, rates, complete, absent="missing", small_numbers="error")
    return {"example": em.example_cells(), "sparse": sparse, "scotland": scottish}


def reference(name: str, cells: xr.Dataset, folder: Path | None) -> tuple[em.inference.CellFit, str]:
    """Sample for long, or read what was sampled before, and say how well it went."""
    path = None if folder is None else folder / f"ref_{name}.nc"
    if path is not None and path.exists():
        with xr.open_datatree(path, engine="h5netcdf") as stored:
            tree = stored.load()
    else:
        tree = sample(lay_out_cells(em.load_model("straight_gradients"), cells), sampling=LONG, seed=7)
        if path is not None:
            tree.to_netcdf(path, engine="h5netcdf")
    posterior = tree["posterior"].to_dataset()
    spreads = hyperparameters(posterior)
    worst = (float(arviz_stats.rhat(spreads).to_array().max()), float(arviz_stats.ess(spreads).to_array().min()))
    words = f"R-hat at most {worst[0]:.4f}, at least {worst[1]:,.0f} effective draws of every spread, {divergences(tree)} divergences"
    thinned = posterior.isel(draw=slice(None, None, KEPT)).assign_coords(
        {dim: cells[dim].values for dim in cells.dims if dim in posterior.dims}
    )
    draws = xr.DataTree.from_dict({"/posterior": thinned})
    return em.inference.CellFit(
        em.load_model("straight_gradients"), cells, draws=draws, diagnosis=em.inference.Diagnosis(()), seed=7
    ), words


def compare(label: str, settings: em.Laplace, long: em.inference.CellFit) -> tuple[pd.DataFrame, str]:
    """Fit with some settings, and sum differences up in one row."""
    started = time.monotonic()
    tree = sample_laplace(long.spec, long.cells, settings=settings, seed=3)
    seconds = time.monotonic() - started
    stats = tree["sample_stats"].to_dataset()
    fit = em.inference.CellFit(long.spec, long.cells, draws=tree, diagnosis=em.inference.Diagnosis(()), seed=3)
    differences = em.studies.compare_fits(fit, long)
    table = em.studies.agreement(differences)
    table.insert(0, "settings", label)
    shift = float(stats["largest_shift"])
    words = (
        f"{label}: {seconds:.1f} s, {float(stats['effective_points']):.0f} effective of {int(stats['points'])} points; "
        f"mean and mode up to {shift:.2f} sd apart, draws {'corrected for skew' if bool(stats['skew_corrected']) else 'shifted'}; "
        f"largest Pareto k of a pair {float(stats['pareto_k'].max()):.2f}."
    )
    print(words, flush=True)
    return table, words


def main() -> None:
    """Compare, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with the Scottish tables")
    parser.add_argument("--keep", type=Path, help="folder for the long runs")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines = [
        "# Accuracy of the fast engine",
        "",
        f"*Made by `uv run python benchmarks/accuracy.py ../shared/data --write {options.write}` on {datetime.now(UTC):%Y-%m-%d}.*",
        "",
        "Nested Laplace held against long NUTS runs (4 x 10,000 draws) of the same specification, `straight_gradients`. "
        "*Reported* are all gaps, shortfalls and route totals of the tables; differences of means and of 5 % and 95 % bounds "
        "are in posterior standard deviations, those of standard deviations a share. *Within* is the share of quantities inside "
        "the limit. Both sides carry simulation error; most of what lies outside the limits are totals of levelling that "
        "are zero in most draws, whose bounds and spreads hang on few draws.",
    ]
    for name, cells in data_sets(options.data).items():
        long, words = reference(name, cells, options.keep)
        sizes = " x ".join(str(cells.sizes[dim]) for dim in ("ics", "deprivation", "procedure"))
        lines += ["", f"## {name.capitalize()}", "",
                  f"{sizes} cells, median count {float(cells['admissions'].median()):.0f}. NUTS: {words}.", ""]  # fmt: skip
        tables = []
        for label, settings in SETTINGS.items():
            table, described = compare(label, settings, long)
            tables.append(table)
            lines.append(f"- {described}")
        table = pd.concat(tables)
        table["within"], table["largest"] = table["within"].map("{:.2%}".format), table["largest"].map("{:.2f}".format)
        lines += ["", *markdown(table.columns, table.itertuples(index=False))]
        print(table.to_string(), flush=True)
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
