"""Does a comparison of models pick the true one, or say that it cannot tell?

    uv run python benchmarks/model_comparison.py --replicates 12 --write docs/model_comparison.md

Each replicate draws a truth from the priors of one of four models, simulates counts, fits all four by the fast engine and
compares them by leaving out cells. The comparison is right where the true model alone is left, cannot tell where the true one is
among several, and is wrong where the true one is told from the best.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from page import markdown
from scipy import stats

import equitymodel as em
from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_predicted, draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.inference.jobs import Job, run_fits

SHARED = em.load_model("gap_by_procedure")
OWN_GRADIENTS = SHARED.add_effect(em.load_model("straight_gradients").effect("ics_gradient"))
MODELS = {
    "one gradient a procedure": SHARED,
    "and one an ICS": OWN_GRADIENTS,
    "and one an ICS and procedure": em.load_model("straight_gradients"),
    "and deviations (the default)": em.load_model("need_adjusted"),
}
"""Each allows more than the one before."""
OUTCOMES = ("right: the true model alone", "cannot tell: the true one among others", "wrong: the true one ruled out")


def one_replicate(true: str, areas: int, expected: float, seed: int) -> dict[str, object]:
    """Draw a truth from a model, simulate, fit all and compare."""
    world, believed, counted = (int(part) for part in np.random.SeedSequence(seed).generate_state(3))
    cells, _ = em.simulate_cells(areas=areas, procedures=3, expected=expected, seed=world)
    truth = draw_prior(MODELS[true], cells, seed=believed, draws=1)
    ratio = draw_ratios(MODELS[true], truth, cells, this_year=True)
    counts = draw_predicted(draw_fitted(ratio, draw_expected(cells, truth)), truth, seed=counted)
    cells = cells.assign(admissions=counts.isel(chain=0, draw=0, drop=True).astype(float))
    fits = {
        name: em.fit_model(spec, cells, engine="laplace", seed=seed, laplace=em.Laplace(cores=1)).require_sound(
            force=True
        )
        for name, spec in MODELS.items()
    }
    found = em.inference.compare_models(fits)
    alone = len(found.not_apart) == 1
    outcome = OUTCOMES[2] if true not in found.not_apart else OUTCOMES[0] if alone else OUTCOMES[1]
    own = next(one for one in found.models if one.name == true)
    return {"true": true, "outcome": outcome, "best": found.best == true, "left": len(found.not_apart),
            "weight": own.weight, "difference": own.difference, "error": own.error, "unreliable": own.unreliable,
            "first": found.best}  # fmt: skip


def study(
    areas: int, expected: float, replicates: int, *, keep: Path | None = None, workers: int | None = None
) -> pd.DataFrame:
    """Repeat for every truth; one row a replicate. What is in `keep` is not done again."""
    jobs = [
        Job(f"{at} {areas} {expected:g} {seed}", one_replicate,
            {"true": true, "areas": areas, "expected": expected, "seed": seed})
        for at, true in enumerate(MODELS) for seed in range(1000 * (at + 1), 1000 * (at + 1) + replicates)
    ]  # fmt: skip
    return pd.DataFrame(run_fits(jobs, keep=keep, workers=workers))


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Count the outcomes of each truth."""
    rows = []
    for true in MODELS:
        own = found[found["true"] == true]
        rows.append({"truth": true} | {outcome: int((own["outcome"] == outcome).sum()) for outcome in OUTCOMES}
                    | {"predicts best": f"{own['best'].mean():.0%}", "its mean weight": f"{own['weight'].mean():.2f}"})  # fmt: skip
    return pd.DataFrame(rows).set_index("truth")


def picture(found: pd.DataFrame, path: Path) -> None:
    """Draw the outcomes of each truth as one bar."""
    figure = Figure(figsize=(8, 2.8), layout="constrained")
    axes, left = figure.subplots(), np.zeros(len(MODELS))
    for outcome, colour in zip(OUTCOMES, ("#00703c", "#b1b4b6", "#d4351c"), strict=True):
        share = np.array([(found.loc[found["true"] == true, "outcome"] == outcome).mean() for true in MODELS])
        axes.barh(list(MODELS), share, left=left, color=colour, label=outcome)
        left += share
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="share of replicates", ylabel="truth drawn from")
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=8)
    figure.savefig(path, dpi=110)


def page(found: pd.DataFrame, args: argparse.Namespace) -> str:
    """Write the page."""
    found_in = summary(found)
    table = "\n".join(
        markdown(
            ["truth", *found_in.columns],
            ([name, *row] for name, row in zip(found_in.index, found_in.values, strict=True)),
        )
    )
    wrong = int((found["outcome"] == OUTCOMES[2]).sum())
    most = stats.beta.ppf(0.95, wrong + 1, len(found) - wrong)
    return f"""# Does comparing models pick the true one?

*Made by `uv run python benchmarks/model_comparison.py --replicates {args.replicates} --areas {args.areas} --expected {args.expected:g}
--write docs/model_comparison.md` on {datetime.now(UTC).date()}.*

`em.inference.compare_models` leaves out each cell in turn. Here its verdict is tried where the truth is known: it is drawn from the priors
of one of four models, each allowing more than the one before; counts of {args.areas} ICSs, 5 groups and 3 procedures with a median of about
{args.expected:g} a cell are simulated from it, and all four are fitted by the fast engine.

{table}

![Outcomes by truth](images/model_comparison.png)

The true model was ruled out in {wrong} of {len(found)} replicates, {args.replicates} of each truth; up to {most:.0%} of all are compatible with that (95 %, one-sided).

A truth drawn from priors is often so near to a simpler model that no
comparison could tell (a standard deviation of gradients near 0 is what the priors hold likeliest), and a richer model that learns that its
extra effects are near 0 predicts as well as a simpler one: "cannot tell" is then the right answer. A comparison
that cannot tell does not say that targets agree; look at both.
"""


def main() -> None:
    """Run the study, and write the page and its figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=12)
    parser.add_argument("--areas", type=int, default=12)
    parser.add_argument("--expected", type=float, default=200.0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    found = study(args.areas, args.expected, args.replicates, keep=args.keep, workers=args.workers)
    print(summary(found).to_string())
    if args.write:
        args.write.write_text(page(found, args), encoding="utf-8")
        picture(found, args.write.parent / "images" / "model_comparison.png")


if __name__ == "__main__":
    main()
