"""Planned admissions in Scotland in 2022, by partnership and deprivation quintile.

From the layout that Public Health Scotland publishes (weekly counts by partnership of residence
and SIMD quintile, cells under 5 absent) to a fitted result, with absent weeks as intervals and,
for comparison, with incomplete cells left out:

    uv run python docs/examples/scotland.py ../shared/data results/scotland

Age is not in those files, so rates by age come from the national rows of a second one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import equitymodel as em

YEAR, COMPLETE_WEEKS = "2022", 50
PROCEDURE = "all planned inpatients"
AGES = {"Under 5": "00-04", "5 - 14": "05-14", "15 - 44": "15-44", "45 - 64": "45-64",
        "65 - 74": "65-74", "75 - 84": "75-84", "85 and over": "85+"}  # fmt: skip


def weekly_admissions(data: Path) -> pd.DataFrame:
    """Weekly counts of the year as published: a week under 5 has no row."""
    weekly = pd.read_csv(data / "scot_hscp_simd_weekly_admissions_2020_2023.csv")
    planned = weekly[weekly["week_ending"].str.startswith(YEAR) & (weekly["admission_type"] == "Planned")]
    named = planned.rename(columns={"hscp_code": "ics", "simd_quintile": "deprivation", "week_ending": "period"})
    return named.assign(procedure=PROCEDURE)[["ics", "deprivation", "procedure", "period", "admissions"]]


def complete_cells(weekly: pd.DataFrame) -> pd.DataFrame:
    """Add weeks up, keeping only cells that report at least 50 of 52: what one would do without intervals."""
    keys = ["ics", "deprivation", "procedure"]
    cells = weekly.groupby(keys)["admissions"].agg(["sum", "size"]).reset_index()
    complete = cells[cells["size"] >= COMPLETE_WEEKS]
    return complete.rename(columns={"sum": "admissions"})[[*keys, "admissions"]]


def population(data: Path) -> pd.DataFrame:
    """Residents by partnership, quintile and the age bands of the rates, mid-2020."""
    people = pd.read_csv(data / "scot_pop_hscp_simd_sex_age_mid2020.csv")
    youngest = people["age_band"].str.extract(r"(\d+)")[0].astype(int)
    edges = [0, 5, 15, 45, 65, 75, 85, 200]
    people["age_band"] = pd.cut(youngest, edges, right=False, labels=list(AGES.values())).astype(str)
    people = people.groupby(["hscp_code", "simd_quintile", "age_band"], as_index=False)["population"].sum()
    names = pd.read_csv(data / "scot_hscp_lookup.csv").set_index("hscp_code")["hscp_name"]
    people["ics_name"] = people["hscp_code"].map(names)
    return people.rename(columns={"hscp_code": "ics", "simd_quintile": "deprivation"})


def national_rates(data: Path, people: pd.DataFrame) -> pd.DataFrame:
    """Planned admissions a person by age, for Scotland as a whole."""
    weekly = pd.read_csv(data / "scot_hb_age_weekly_planned_2020_2023.csv")
    scotland = weekly[weekly["week_ending"].str.startswith(YEAR) & (weekly["hb_code"] == "S92000003")]
    counts = scotland.groupby(scotland["age_group"].map(AGES))["admissions"].sum()
    rate = counts / people.groupby("age_band")["population"].sum()
    return rate.rename("rate").rename_axis("age_band").reset_index().assign(procedure=PROCEDURE)


def ratios_by_quintile(admissions: pd.DataFrame, people: pd.DataFrame, rates: pd.DataFrame) -> xr.Dataset:
    """Age-standardised ratios by quintile over complete cells, against Scotland's rates by age."""
    keys = ["ics", "deprivation"]
    persons = people.set_index([*keys, "age_band"])["population"].to_xarray().fillna(0)
    expected = em.data.indirect_expected(persons, rates.set_index("age_band")["rate"].to_xarray())
    observed = admissions.set_index(keys)["admissions"].to_xarray().reindex_like(expected)
    known = observed.notnull()
    return em.data.standardised_ratio_limits(observed.sum("ics"), expected.where(known).sum("ics"))


def read_scotland(
    people: pd.DataFrame, rates: pd.DataFrame, admissions: pd.DataFrame, *, absent: str, small_numbers: str
) -> xr.Dataset:
    """Check the tables and make cells of them, with absent weeks or cells read as told."""
    return em.read_cells(admissions, people, ages=em.data.Ages(rates=rates), groups=em.Deprivation("SIMD 2020"),
                         small_numbers=em.SmallNumbers(small_numbers, absent=absent), periods="add_up")  # fmt: skip


def national_gap(cells: xr.Dataset) -> tuple[em.inference.CellFit, pd.Series]:
    """Fit, and give the gap of all partnerships together."""
    fit = em.fit_model(em.load_model(), cells, engine="laplace", seed=2022)
    return fit, em.summarise(em.rate_ratio(em.pooled_ratio(fit.fitted, fit.expected))).iloc[0]


def what_pooling_changed(fit: em.inference.CellFit) -> pd.DataFrame:
    """Hold each partnership's own gap, from cells whose count is known, against the fitted one."""
    own = (fit.cells["admissions"] / fit.expected).isel(procedure=0, drop=True)
    gap = em.rate_ratio(fit.ratio.isel(procedure=0, drop=True))
    fitted = em.summarise(gap).set_index("ics")
    name = fit.cells["ics_name"].to_series()
    own_gap = em.rate_ratio(own).to_series().rename("own")
    return pd.concat([name, own_gap, fitted[["estimate", "lower", "upper"]]], axis=1, join="inner")


def main() -> None:
    """Prepare, check, standardise, fit, and say what intervals and pooling changed."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    weekly, people = weekly_admissions(data), population(data)
    complete, rates = complete_cells(weekly), national_rates(data, people)
    ratio = ratios_by_quintile(complete, people, rates)
    print(f"Complete cells: {len(complete)} of {people.groupby(['ics', 'deprivation']).ngroups}")
    print("Age-standardised ratio by quintile:", " ".join(f"{value:.2f}" for value in ratio["ratio"].values))

    without = read_scotland(people, rates, complete, absent="missing", small_numbers="error")
    _, left_out = national_gap(without)
    cells = read_scotland(people, rates, weekly, absent="suppressed", small_numbers="lt5")
    print(em.data_log(cells)[["rule", "severity", "states", "count"]].to_string(index=False))
    low, high = em.data.count_bounds(cells)
    print(f"Cells used: {int(high.notnull().sum())}, of which {int((low < high).sum())} are known only within bounds, "
          f"{float((high - low).sum()):,.0f} admissions wide in all, of {float(low.sum()):,.0f}")  # fmt: skip
    fit, national = national_gap(cells)
    print(f"Diagnosis: {fit.diagnosis}")
    for words, row in (("cells without a count left out", left_out), ("every cell, within its bounds", national)):
        print(f"Most against least deprived, all partnerships together, {words}: "
              f"{row['estimate']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})")  # fmt: skip

    table = what_pooling_changed(fit)
    both = table.dropna(subset=["own"])
    print(f"Partnerships with a gap of their own: {len(both)} of {len(table)}; fitted: {len(table)}")
    spreads = (np.log(both[column]).std() for column in ("own", "estimate"))
    print("Spread of log gaps, own and fitted: {:.2f} {:.2f}".format(*spreads))
    for place in (both["own"].idxmax(), both["own"].idxmin()):
        row = both.loc[place]
        print(
            f"{row['ics_name']}: own {row['own']:.2f}, fitted {row['estimate']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})"
        )
    em.write_results(em.make_results(fit), out, overwrite=True)
    print(f"Report: {out / 'report.html'}")


if __name__ == "__main__":
    main()
