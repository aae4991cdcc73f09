"""Published waits of England by month, as benchmarks of waiting lists use them: people in bands, list by list."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pandas as pd

DATA = Path(os.environ.get("EQUITYMODEL_SHARED", Path(__file__).parents[2] / "shared")) / "data"
LEAST = 500
BANDS = (0, 18, 52, 65, 78)


@cache
def _months() -> pd.DataFrame:
    found = pd.read_csv(DATA / "rtt_icb_specialty_monthly_2022_2026.csv")
    return found.assign(list=found["icb_ods"] + "|" + found["tfc"]).set_index("list")


@cache
def lists_of(month: str, *, weeks: bool = False) -> pd.DataFrame:
    """Give lists of a month by ICB and specialty: people by the first week of their band, or centiles of their waits."""
    found = _months()
    found = found[found["month"] == month]
    if weeks:
        return found[["median_weeks", "p92_weeks"]]
    over = {52: found["over_52w"], 65: found["over_65w"], 78: found["over_78w"]}
    people = {0: found["within_18w"], 18: found["incomplete"] - found["within_18w"] - over[52], 52: over[52] - over[65],
              65: over[65] - over[78], 78: over[78]}  # fmt: skip
    return pd.DataFrame(people).clip(lower=0).astype(float)


@cache
def england(month: str) -> pd.DataFrame:
    """Give England's list; those over 52 weeks are split as in the first March of the lists, as its series does not."""
    row = pd.read_csv(DATA / "rtt_england_monthly_2007_2025.csv").set_index("month").loc[month]
    long = lists_of("2023-03").sum()[[52, 65, 78]]
    over, within = row["incomplete_over_52w"], row["incomplete_within_18w"]
    people = [within, row["incomplete_total"] - within - over, *(over * long / long.sum())]
    return pd.DataFrame([people], index=["England"], columns=BANDS)


def shifted(month: str, years: int) -> str:
    """Give the same month of another year."""
    return f"{int(month[:4]) + years}{month[4:]}"
