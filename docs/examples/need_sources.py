"""Three published sources of need, as tables that `read_cells` takes, and what each says.

    uv run python docs/examples/need_sources.py ../shared/data results/need

Each recipe gives `ics, deprivation, procedure, need_ratio` and, where the source allows, a standard
error. All three are need per resident, age included: use them with a population table without
age, or age is counted twice. Their weaknesses are in docs/need.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import equitymodel as em

KEYS = ["ics", "deprivation"]
NHS_REGIONS = {"North East": "North East and Yorkshire", "Yorkshire and The Humber": "North East and Yorkshire",
               "East Midlands": "Midlands", "West Midlands": "Midlands"}  # fmt: skip
"""ICSs are known by NHS region; the others have the same name in both."""


def from_registers(data: Path, register: str, procedure: str) -> pd.DataFrame:
    """Recorded prevalence by ICS and quintile of residence (QOF 2021/22), against England: classical error."""
    rows = pd.read_csv(data / "qof_prevalence_icb_residenceimdq_2021_22.csv")
    people, share = rows["registered_patients"], rows[register]
    england = (people * share).sum() / people.sum()
    table = rows.rename(columns={"icb23_code": "ics", "imd2019_quintile": "deprivation"})[KEYS]
    return table.assign(procedure=procedure, need_ratio=share / england,
                        need_ratio_se=np.sqrt(share * (1 - share) / people) / england)  # fmt: skip


def from_weighted_populations(data: Path, procedure: str) -> pd.DataFrame:
    """NHS England's general and acute need index: one number an ICS, the same in every quintile."""
    rows = pd.read_csv(data / "icb_need_weighted_populations_2025_26.csv")
    grid = pd.MultiIndex.from_product([rows["icb23_code"], range(1, 6)], names=KEYS).to_frame(index=False)
    index = grid["ics"].map(rows.set_index("icb23_code")["ga_need_index"])
    return grid.assign(procedure=procedure, need_ratio=index)


def from_region_and_decile(data: Path, register: str, procedure: str) -> pd.DataFrame:
    """Prevalence modelled by region and decile (2019/20), given to every ICS of the region: Berkson error.

    For lack of a stated standard error, it is the spread between regions within a quintile.
    """
    rows = pd.read_csv(data / "qof_modelled_prevalence_region_imddecile_2019_20.csv")
    rows = rows[rows["group_code"] == register].replace({"region": NHS_REGIONS})
    rows = rows.assign(deprivation=(rows["imd2019_decile"] + 1) // 2)
    england = rows["register"].sum() / rows["list"].sum()
    groups = rows.groupby(["region", "deprivation"])
    ratio = (groups["register"].sum() / groups["list"].sum() / england).rename("need_ratio").reset_index()
    spread = ratio.groupby("deprivation")["need_ratio"].transform("std")
    areas = pd.read_csv(data / "icb_lookup.csv")[["icb23_code", "nhser23_name"]].set_axis(["ics", "region"], axis=1)
    table = areas.merge(ratio.assign(need_ratio_se=spread), on="region")
    return table.assign(procedure=procedure)[[*KEYS, "procedure", "need_ratio", "need_ratio_se"]]


def most_against_least(need: pd.DataFrame) -> float:
    """Give the typical need of the most against the least deprived quintile."""
    average = np.log(need["need_ratio"]).groupby(need["deprivation"]).mean()
    return float(np.exp(average.iloc[0] - average.iloc[-1]))


def main() -> None:
    """Write each table, check it, and print how far the sources differ."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    tables = {
        "registers, coronary heart disease": from_registers(data, "chd", "coronary bypass"),
        "need-weighted population": from_weighted_populations(data, "coronary bypass"),
        "modelled, rheumatoid arthritis": from_region_and_decile(data, "RA", "hip replacement"),
        "modelled, osteoporosis": from_region_and_decile(data, "OST", "hip replacement"),
    }
    for name, need in tables.items():
        checked = em.data.read_need(need)
        checked.frame.to_csv(out / f"{name.replace(', ', '_').replace(' ', '_')}.csv", index=False)
        print(f"{name}: most against least deprived {most_against_least(need):.2f}, "
              f"{need['ics'].nunique()} ICSs, {len(need)} rows")  # fmt: skip


if __name__ == "__main__":
    main()
