"""Work out the residents of the parts of the three boards that were split, by age: `icb_2023_to_2026_by_age.csv`.

    uv run python docs/examples/board_shares.py > equitymodel/data/shipped/icb_2023_to_2026_by_age.csv

Reads open data at ../shared/data. By IMD 2025: residents of the Census of 2021 on LSOA 2021. By IMD 2019: those of
mid-2020 on LSOA 2011, divided by age as in the Census in that part and fifth, since ages are not there by LSOA 2011.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

OPEN_DATA = Path(__file__).parents[3] / "shared" / "data"
BANDS = {"a0_14": "0-14", "a15_24": "15-24", "a25_44": "25-44", "a45_64": "45-64", "a65_74": "65-74",
         "a75_84": "75-84", "a85": "85+"}  # fmt: skip
SPLIT = ("E54000023", "E54000025", "E54000034")
PART = ["index", "from", "to", "group"]
HEADER = """\
# Residents of the parts of the three boards that were split on 1 April 2026, by fifth of deprivation and age, of which
# the shares of each age are worked out. Made by: uv run python docs/examples/board_shares.py, from residents of small
# areas in the Census of 2021 (table TS007A); by IMD 2019 they are residents of mid-2020, divided by age as in the Census.
# group: fifth of deprivation (1 = most deprived). Not by sex, which is not published for small areas by age here.
# Source: Office for National Statistics; NHS Organisation Data Service; MHCLG, English Indices of Deprivation 2019, 2025.
# Contains public sector information licensed under the Open Government Licence v3.0.
"""


def residents_by_age() -> pd.DataFrame:
    """Give residents of the Census by LSOA 2021, with the boards, old and new, and fifths of IMD 2025."""
    small, ages = (pd.read_csv(OPEN_DATA / f"{name}.csv") for name in
                   ("lsoa21_imd2025_icb", "lsoa21_pop_census2021_broad_age"))  # fmt: skip
    both = small.merge(ages, on="lsoa21_code", validate="one_to_one").rename(columns=BANDS)
    return both.rename(columns={"icb24_code": "from", "icb26_code": "to", "imd2025_quintile": "group"})


def on_lsoa_2011(residents: pd.DataFrame) -> pd.DataFrame:
    """Give residents by LSOA 2011 with fifths of IMD 2019; an LSOA 2021 of several goes by people of mid-2020."""
    old = pd.read_csv(OPEN_DATA / "lsoa11_icb_imd2019.csv")
    pairs = pd.read_csv(OPEN_DATA / "lsoa11_lsoa21_lookup.csv").merge(old, on="lsoa11_code")
    share = pairs["pop_mid2020"] / pairs.groupby("lsoa21_code")["pop_mid2020"].transform("sum")
    rows = pairs.assign(share=share).merge(residents.drop(columns="group"), on="lsoa21_code")
    parts = rows.assign(**{band: rows[band] * rows["share"] for band in BANDS.values()})
    keys = ["lsoa11_code", "icb23_code", "to", "imd2019_quintile", "pop_mid2020"]
    return parts.groupby(keys)[list(BANDS.values())].sum().reset_index().rename(
        columns={"icb23_code": "from", "imd2019_quintile": "group"})  # fmt: skip


def parts_by_age(rows: pd.DataFrame, index: str) -> pd.DataFrame:
    """Add small areas up to the parts of boards that were split."""
    there = rows[rows["from"].isin(SPLIT)].assign(index=index)
    return there.groupby(PART)[list(BANDS.values())].sum()


def main() -> None:
    census = residents_by_age()
    old = on_lsoa_2011(census)
    by_2019 = parts_by_age(old, "IMD 2019")
    people = old.assign(index="IMD 2019").groupby(PART)["pop_mid2020"].sum().reindex(by_2019.index)
    scaled = by_2019.mul(people / by_2019.sum(axis=1), axis=0).round(2)
    table = pd.concat([scaled, parts_by_age(census, "IMD 2025").astype(int).astype(object)])
    sys.stdout.write(HEADER + table.reset_index().to_csv(index=False, lineterminator="\n"))


if __name__ == "__main__":
    main()
