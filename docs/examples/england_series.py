"""Planned eye and orthopaedic admissions in England by deprivation quintile, 2018 to 2022: did the gap open?

    uv run python docs/examples/england_series.py ../shared/data results/england_series

Two answers: a description of five stretches of time against the 25 months before the pandemic, and the
verdict of a declared plan on the months after it. Neither age nor need is in the file: what is asked is
whether the gap *changed*.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import xarray as xr
from england import PROCEDURES, population
from gap_since import describe, draw

import equitymodel as em

PLAN = em.Interruption("2021-04", outcome="gap")
"""Services as they resumed, from the first month after the pandemic that is masked by default."""
STRETCHES = {
    "before": ("2018-02-01", "2020-02-29"),
    "Mar-Aug 2020": ("2020-03-01", "2020-08-31"),
    "Sep 2020-Mar 2021": ("2020-09-01", "2021-03-31"),
    "Apr-Sep 2021": ("2021-04-01", "2021-09-30"),
    "Oct 2021-Mar 2022": ("2021-10-01", "2022-03-31"),
    "Apr-Oct 2022": ("2022-04-01", "2022-10-31"),
}
LAGS = 2


def read(data: Path) -> dict[str, xr.Dataset]:
    """Read inpatient spells by month and quintile, NHS and independent sector together, one series a specialty."""
    monthly = pd.read_csv(data / "elective_ortho_eye_monthly_by_group_2018_2022.csv")
    chosen = monthly[(monthly["dim"] == "imd_quintile") & (monthly["setting"] == "inpatient")]
    counts = chosen.groupby(["speciality", "month", "level"], as_index=False)["count"].sum()
    rows = counts.rename(columns={"month": "period", "level": "deprivation", "count": "admissions"})
    rows = rows.assign(deprivation=rows["deprivation"].astype(int))
    rows = rows.merge(population(data)[["deprivation", "population"]])
    return {
        name: em.read_series(rows[rows["speciality"] == speciality].drop(columns="speciality"),
                             groups=em.Deprivation("IMD 2019"))
        for speciality, name in sorted(PROCEDURES.items())
    }  # fmt: skip


def main() -> None:
    """Describe, draw, evaluate, and print what the page quotes."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    print(PLAN)
    for name, series in read(data).items():
        print(f"\n{name.upper()}\n")
        described = describe(series, STRETCHES, season=True, lags=LAGS)
        described.to_csv(out / f"{name}.csv")
        print(described.round(2).to_string())
        draw(series, STRETCHES, out / f"{name}.png", season=True, lags=LAGS, usual="the same month before",
             title=f"England, planned {name} admissions a working day, by quintile (IMD 2019)")  # fmt: skip
        result = em.evaluate(series, PLAN, seed=2021)
        print(f"\n{result.verdict}\n")
        models = result.models[result.models["kind"] == "main model and its variants"].set_index("model")
        print(models[["estimate", "lower", "upper"]].round(2).to_string())
        em.plot_gap_over_time(result).savefig(out / f"{name}_model.png")
        em.write_evaluation(result, out / name, overwrite=True)


if __name__ == "__main__":
    main()
