"""Planned orthopaedic and eye admissions in England in 2019, by national deprivation quintile.

From monthly counts by margin, as published with the Strategy Unit's and Health Foundation's
analysis, to crude rates and the national gap:

    uv run python docs/examples/england.py ../shared/data results/england

Age and need are not in those files, so the gap is by population alone and must not be read as
inequity.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

import equitymodel as em

PROCEDURES = {"Orthopaedic": "orthopaedic", "Ophthalmology": "eye"}


def admissions(data: Path, year: str = "2019") -> pd.DataFrame:
    """Inpatient spells of a year by quintile, NHS and independent sector together."""
    monthly = pd.read_csv(data / "elective_ortho_eye_monthly_by_group_2018_2022.csv")
    chosen = monthly[
        monthly["month"].str.startswith(year) & (monthly["dim"] == "imd_quintile") & (monthly["setting"] == "inpatient")
    ]
    counts = chosen.groupby(["level", "speciality"], as_index=False)["count"].sum()
    return pd.DataFrame(
        {
            "ics": "England",
            "deprivation": counts["level"].astype(int),
            "procedure": counts["speciality"].map(PROCEDURES),
            "admissions": counts["count"],
        }
    )


def population(data: Path) -> pd.DataFrame:
    """Residents by quintile, mid-2018."""
    people = pd.read_csv(data / "pop_icb_imdq_sex_age_mid2018.csv")
    people = people.groupby("imd2019_quintile", as_index=False)["population"].sum()
    return people.rename(columns={"imd2019_quintile": "deprivation"}).assign(ics="England")


def main() -> None:
    """Print crude rates and the national gap, by the model and by a simple companion."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    cells = em.read_cells(admissions(data), population(data), groups=em.Deprivation("IMD 2019"))
    rate = (1000 * cells["admissions"] / cells["population"]).isel(ics=0)
    for name in rate["procedure"].values:
        print(f"{name}: " + " ".join(f"{value:.2f}" for value in rate.sel(procedure=name).values) + " per 1,000")
    fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=2019)
    print(f"Diagnosis: {fit.diagnosis}")
    for row in em.summarise(em.rate_ratio(fit)).itertuples():
        print(f"{row.procedure}, most against least deprived, population only: "
              f"{row.estimate:.2f} (95 % interval {row.lower:.2f} to {row.upper:.2f})")  # fmt: skip
    em.write_results(em.make_results(fit), out, overwrite=True)


if __name__ == "__main__":
    main()
