"""Weekly planned admissions in Scotland by deprivation quintile, 2020 to 2023, against 2018 and 2019.

    uv run python docs/examples/scotland_series.py ../shared/data results/scotland_series

Public Health Scotland publishes each week by partnership of residence and SIMD quintile, beside the mean
of the same week in 2018 and 2019, and **leaves out cells under 5**: an absent week is 0 to 4 admissions.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import xarray as xr
from gap_since import describe, draw, gap_over_stretches

import equitymodel as em
from equitymodel.estimands.interrupted_series import earlier_periods
from equitymodel.estimands.least_months import SEVERAL_A_YEAR

PLAN = em.Interruption("2020-03-16", outcome="gap")
"""The week in which planned care stopped."""
STRETCHES = {
    "Jan-mid Mar 2020": ("2019-12-30", "2020-03-09"),
    "Mid Mar-Aug 2020": ("2020-03-16", "2020-08-24"),
    "Sep 2020-Mar 2021": ("2020-08-31", "2021-03-22"),
    "Apr-Sep 2021": ("2021-03-29", "2021-09-20"),
    "Oct 2021-Mar 2022": ("2021-09-27", "2022-03-21"),
    "Apr-Sep 2022": ("2022-03-28", "2022-09-19"),
    "Oct 2022-Jun 2023": ("2022-09-26", "2023-06-19"),
}
LAGS, LARGE = 8, 15
"""Weeks over which noise may be correlated; expected admissions a week from which a cell counts as large."""


def read(data: Path) -> xr.Dataset:
    """Read weeks by partnership and quintile; an absent week is 0 to 4 admissions."""
    rows = pd.read_csv(data / "scot_hscp_simd_weekly_admissions_2020_2023.csv")
    rows = rows[(rows["admission_type"] == "Planned") & (rows["mean_2018_2019"] > 0)]
    named = rows.rename(columns={"week_ending": "period", "hscp_code": "ics", "simd_quintile": "deprivation",
                                 "mean_2018_2019": "expected_admissions"})  # fmt: skip
    return em.read_series(named.drop(columns="admission_type"), exposure="expected_admissions",
                          periods=em.Periods(days="equal", breaks=None, week="ending"),
                          groups=em.Deprivation("SIMD 2020"),
                          small_numbers=em.SmallNumbers("lt5", absent="suppressed"))  # fmt: skip


def scotland(cells: xr.Dataset, least: float = 0) -> xr.Dataset:
    """Add partnerships up: all cells, or those with so many expected admissions a week."""
    large = cells["exposure"].mean("period") >= least
    by_cell = [name for name in cells.data_vars if "ics" in cells[name].dims]
    return em.data.add_up_series(cells.assign({name: cells[name].where(large) for name in by_cell}), ("ics",))


def hidden(series: xr.Dataset) -> str:
    """Say how many admissions are hidden, and how far the gap could move if all stood at one end, then the other."""
    low, high = em.data.count_bounds(series)
    most = series["position"] < 0.5
    ends = [gap_over_stretches(series, values, STRETCHES, season=False, lags=LAGS)["gap"]
            for values in (high.where(most, low), low.where(most, high))]  # fmt: skip
    width = ends[1] / ends[0] - 1
    return (
        f"{float(low.sum()):,.0f} admissions shown, up to {float((high - low).sum()):,.0f} hidden\n"
        f"Between the ends of what is hidden the gap moves by {100 * width.max():.0f} % in {width.idxmax()}, "
        f"{100 * width.iloc[-1]:.0f} % in the last stretch"
    )


def main() -> None:
    """Describe, draw, say whether a verdict can be asked for, and print what the page quotes."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    cells = read(data)
    for words, least in (("Every cell", 0), (f"Cells with {LARGE} or more expected a week", LARGE)):
        series = scotland(cells, least)
        print(f"{words}: {hidden(series)}")
        described = describe(series, STRETCHES, season=False, lags=LAGS)
        described.to_csv(out / f"from_{least}.csv")
        print(f"{described.round(2).to_string()}\n")
    whole = scotland(cells)
    draw(whole, STRETCHES, out / "scotland.png", season=False, lags=LAGS, average=5, usual="the same week of 2018-19",
         usual_gap="the gap of 2018-19",
         title="Scotland, planned admissions by quintile (SIMD 2020), means of 5 weeks")  # fmt: skip
    before = int(earlier_periods(whole, PLAN).sum())
    print(f"{PLAN}\nThere are {before} weeks before it; a verdict needs {SEVERAL_A_YEAR.before} months: not assessable")


if __name__ == "__main__":
    main()
