"""Make the tables of docs/refresh.md: a made-up series as it was in one month, and a month later.

    uv run python docs/examples/refresh_tables.py

Two groups of one ICS. The later table has a month more, and the month before it filled up.
"""

from pathlib import Path

import pandas as pd

from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series

MONTHS = 39


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the table as it was, and as it is a month later."""
    world = Sizes(groups=2, periods=MONTHS, before=26)
    series, _ = simulate_series(
        world, change=Change(gap=-0.15), usual=Usual(1500, gradient=0.3), noise=MonthlyNoise(0.02), seed=4
    )
    rows = series["admissions"].to_dataframe().reset_index()[["period", "deprivation", "admissions"]]
    rows = rows.assign(period=rows["period"].dt.strftime("%Y-%m"), population=100_000)
    last = sorted(rows["period"].unique())[-2:]
    counts = rows["admissions"].where(rows["period"] != last[0], (rows["admissions"] * 0.97).round())
    return rows.assign(admissions=counts)[rows["period"] < last[1]], rows


if __name__ == "__main__":
    for name, table in zip(("november.csv", "december.csv"), tables(), strict=True):
        table.to_csv(Path(name), index=False)
