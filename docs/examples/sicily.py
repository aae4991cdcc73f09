"""Acute coronary events in Sicily before and after the smoking ban of January 2005: the classic series, every method.

    uv run python docs/examples/sicily.py ../shared/data results/sicily

The data were published with Lopez Bernal J, Cummins S, Gasparrini A (2017) Interrupted time series regression
for the evaluation of public health interventions. Int J Epidemiol 46:348. doi:10.1093/ije/dyw098
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import equitymodel as em

PLAN = em.Interruption("2005-01")
SHORT = {"poisson": "Poisson", "quasi_poisson": "quasi-Poisson", "negative_binomial": "negative binomial",
         "newey_west": "Newey-West", "prais_winsten": "Prais-Winsten", "reml_ar1": "GLS-AR(1), REML"}  # fmt: skip
PLAIN = {
    "interval": "the interval reaches no change",
    "matters": "a change that matters is not probable enough",
    "placebo": "dates at which nothing happened show changes too",
    "forecasts": "months before the start were not forecast as well as the model says",
    "one_month": "one month carries the change",
    "drift": "the noise wanders so much that a change cannot be told from it",
}
"""What it means when a part of the rule fails."""


def read(data: Path) -> xr.Dataset:
    """Read events a month and the age-standardised population; events happen every day, so days are all alike."""
    rows = pd.read_csv(data / "its_sicily_smoking_ban.csv")
    months = [f"{year}-{month:02d}" for year, month in zip(rows["year"], rows["month"], strict=True)]
    table = pd.DataFrame({"period": months, "admissions": rows["aces"], "population": rows["stdpop"]})
    return em.read_series(table, periods=em.Periods(breaks=None, days="equal"))


def published(series: xr.Dataset) -> str:
    """Repeat the first model of the paper: Poisson, a change of level, no season."""
    table = em.comparison.segmented_models(series, PLAN, harmonics=0, slope=False)
    row = table[(table["model"] == "poisson") & (table["quantity"] == "level")].iloc[0]
    return f"{row['estimate']:.3f} ({row['lower']:.3f} to {row['upper']:.3f})"


def answers(result: em.Evaluation) -> pd.DataFrame:
    """Put the main model beside the companions: average rate ratio, and how wide its interval is on the log scale."""
    rows = result.models[result.models["quantity"] == "average"].set_index("model")
    rows = rows.loc[["default", *SHORT]].rename(index=SHORT | {"default": "this package"})
    width = np.log(rows["upper"] / rows["lower"])
    return rows[["estimate", "lower", "upper", "rho", "note"]].assign(width=width / width["Poisson"])


def decided(result: em.Evaluation) -> str:
    """Say in plain words what held the verdict back, if anything did."""
    failed = [PLAIN.get(part, part) for part, held in result.verdict.checks.items() if not held]
    return f"{result.verdict.verdict}: {'; '.join(failed) or 'every part of the rule holds'}"


def main() -> None:
    """Repeat the paper, evaluate, hold against the companions, and say what decided."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    series = read(data)
    print(f"As published (Poisson, change of level, no season): {published(series)}\n")
    result = em.evaluate(series, PLAN, seed=2005)
    print(answers(result).to_string(float_format="{:.3f}".format))
    variants = result.models[result.models["kind"] == "main model and its variants"].set_index("model")
    print(f"\n{variants[['estimate', 'lower', 'upper', 'rho']].round(3).to_string()}\n\n{result.verdict}")
    print(f"\nIn plain words: {decided(result)}")
    em.plot_interruption(result).savefig(out / "sicily.png")
    em.report.plot_specifications(result).savefig(out / "sicily_models.png")
    em.write_evaluation(result, out / "evaluation", overwrite=True)


if __name__ == "__main__":
    main()
