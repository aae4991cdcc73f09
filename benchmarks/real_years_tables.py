"""Real years for `real_years.py`: published files as counts by area, group, type of care and year.

Data are read where they are, never copied. A source without its file raises `FileNotFoundError`, and its hold-outs are
left out of the page, which says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.deprivation import ridit
from equitymodel.data.tables.suppression import HIGH, LOW

PLACE = ("ics", "deprivation", "procedure")
FULL_WEEKS = 51
"""Weeks of 52 that a cell must report to count as known."""
HIDDEN = 4
"""The most that a week without a row may be: cells under 5 are absent."""
BORDERS = "S08000016"
AGES = {"Under 5": 0, "5 - 14": 5, "15 - 44": 15, "45 - 64": 45, "65 - 74": 65, "75 - 84": 75, "85 and over": 85}


@dataclass(frozen=True)
class HoldOut:
    """Years that a model sees, and the year that it is to predict."""

    seen: tuple[str, ...]
    following: str
    kind: str


@dataclass(frozen=True)
class RealYears:
    """Counts of several years, and what they are compared with.

    Attributes
    ----------
    low, high
        What each count may be, over ``ics, deprivation, procedure, period``; equal where it is known.
    standard
        Expected admissions at one set of rates, in any unit, over ``ics, deprivation, procedure``.
    population
        Residents by ``ics, deprivation``.
    level_over
        Dims over which admissions are held to those expected, year by year: rates are those of the nation, or of a unit.
    hold_outs
        What is tested.
    index
        The deprivation index.
    """

    low: xr.DataArray
    high: xr.DataArray
    standard: xr.DataArray
    population: xr.DataArray
    hold_outs: tuple[HoldOut, ...]
    index: str
    level_over: tuple[str, ...] = ("ics", "deprivation")
    period_years: dict[str, float] = field(default_factory=dict)

    @property
    def known(self) -> xr.DataArray:
        """Which counts are known but for a week in 52."""
        return self.high - self.low <= HIDDEN

    @property
    def middle(self) -> xr.DataArray:
        """The middle of what a count may be: the count where it is known."""
        return np.floor((self.low + self.high) / 2)

    def without(self, area: str) -> RealYears:
        """Leave one area out."""
        kept = [name for name in self.low["ics"].values if name != area]
        arrays = (array.sel(ics=kept) for array in (self.low, self.high, self.standard, self.population))
        return RealYears(*arrays, self.hold_outs, self.index, self.level_over, self.period_years)

    def scored(self, hold_out: HoldOut, *, bounds: bool) -> xr.DataArray:
        """Say which cells are scored: known in the year to predict, and in the years seen known, or within bounds."""
        seen = list(hold_out.seen)
        usable = self.high.sel(period=seen).notnull() if bounds else self.known.sel(period=seen)
        return usable.all("period") & self.known.sel(period=hold_out.following, drop=True) & (self.standard > 0)

    def expected(self, period: str, scored: xr.DataArray) -> xr.DataArray:
        """Compute expected admissions of a year at its own rates, so that scored cells together have as many as seen."""
        counts = self.middle.sel(period=period, drop=True).where(scored).sum(self.level_over)
        return self.standard * counts / self.standard.where(scored).sum(self.level_over)

    def cells(self, hold_out: HoldOut, *, bounds: bool) -> xr.Dataset:
        """Give the years seen as cells over ``ics, deprivation, procedure, period``."""
        scored, seen = self.scored(hold_out, bounds=bounds), list(hold_out.seen)
        expected = xr.concat([self.expected(period, scored) for period in seen], "period").assign_coords(period=seen)
        low, high = (bound.sel(period=seen) for bound in (self.low, self.high))
        exact = low.where(low == high) if bounds else self.middle.sel(period=seen).where(scored)
        length = [self.period_years.get(period, 1.0) for period in seen]
        variables = {
            "admissions": exact,
            "expected_admissions": expected.expand_dims(adjustment=["age_sex"]),
            "population": self.population.expand_dims(period=seen),
            "offered": self.standard > 0,
        }
        if bounds:
            variables |= {LOW: low, HIGH: high}
        order = {name: ("adjustment",) * (name == "expected_admissions") + PLACE for name in variables}
        cells = xr.Dataset({
            name: array.transpose(*(dim for dim in (*order[name], "period") if dim in array.dims))
            for name, array in variables.items()
        })  # fmt: skip
        middle = [sum(map(float, _edges(period))) / 2 for period in seen]
        areas = cells["ics"].values
        cells = cells.assign_coords(
            position=ridit(self.population.sum("ics")), year=("period", middle), period_years=("period", length),
            ics_name=("ics", areas), region=("ics", np.full(len(areas), "one")),
        )  # fmt: skip
        return CellFacts(adjustment="age and sex", deprivation_index=self.index).keep_with(cells)


def summed(cells: xr.Dataset) -> xr.Dataset:
    """Add the years up, as a model that knows nothing of years sees them."""
    if cells.sizes["period"] == 1:
        return cells.isel(period=0, drop=True).drop_vars(["year", "period_years"], errors="ignore")
    mean = cells[["population"]].mean("period")
    added = [name for name in cells.data_vars if "period" in cells[name].dims and name != "population"]
    sums = {name: cells[name].sum("period", skipna=False) for name in added}
    kept = cells.drop_dims("period").assign({**sums, "population": mean["population"]})
    return kept.assign_attrs(cells.attrs)


def _edges(period: str) -> tuple[float, float]:
    """Give where a year begins and ends: 2021/22 begins in the middle of 2021, 2018-19 is two calendar years."""
    first = int(period[:4])
    if "/" in period:
        return first + 0.5, first + 1.5
    return (first, first + 2.0) if "-" in period else (first, first + 1.0)


def _pairs(calm: Iterable[str], across: Iterable[str], longer: Iterable[str]) -> tuple[HoldOut, ...]:
    """Read hold-outs, written as ``seen + seen > following``."""
    kinds = {"one year to the next": calm, "across the pandemic": across, "two or three years to the next": longer}
    return tuple(
        HoldOut(tuple(name.strip() for name in text.split(">")[0].split("+")), text.split(">")[1].strip(), kind)
        for kind, texts in kinds.items()
        for text in texts
    )


def _laid_out(counts: pd.DataFrame, value: str) -> xr.DataArray:
    return counts.set_index([*PLACE, "period"])[value].to_xarray().astype(float)


def _scottish_standard(data: Path, over: str) -> tuple[xr.DataArray, xr.DataArray]:
    """Give residents, mid-2020, and planned admissions expected at Scotland's rates by age, 2020 to 2023."""
    people = pd.read_csv(data / "scot_pop_hscp_simd_sex_age_mid2020.csv")
    youngest = people["age_band"].str.extract(r"(\d+)")[0].astype(int)
    edges = [*AGES.values(), 200]
    people["age"] = pd.cut(youngest, edges, right=False, labels=list(AGES)).astype(str)
    people = people.rename(columns={over: "ics", "simd_quintile": "deprivation"})
    persons = people.groupby(["ics", "deprivation", "age"])["population"].sum().to_xarray().fillna(0.0)
    weekly = pd.read_csv(data / "scot_hb_age_weekly_planned_2020_2023.csv")
    scotland = weekly[(weekly["hb_code"] == "S92000003") & weekly["age_group"].isin(list(AGES))]
    counts = scotland.groupby("age_group")["admissions"].sum().rename_axis("age").to_xarray()
    rate = counts / persons.sum(["ics", "deprivation"])
    return persons.sum("age").astype(float), (persons * rate).sum("age")


def _by_procedure(standard: xr.DataArray, procedures: Iterable[object]) -> xr.DataArray:
    return standard.expand_dims(procedure=list(procedures)).transpose(*PLACE)


@cache
def partnerships(data: Path) -> RealYears:
    """Read Scottish planned inpatients by partnership of residence and quintile, years from July to June."""
    weekly = pd.read_csv(data / "scot_hscp_simd_weekly_admissions_2020_2023.csv", parse_dates=["week_ending"])
    weekly = weekly[weekly["admission_type"] == "Planned"].assign(procedure="planned inpatients")
    weekly = weekly.rename(columns={"hscp_code": "ics", "simd_quintile": "deprivation"})
    first = weekly["week_ending"].dt.year - (weekly["week_ending"].dt.month < 7)
    weekly["period"] = first.astype(str) + "/" + ((first + 1) % 100).astype(str).str.zfill(2)
    years = weekly[first >= 2020].groupby([*PLACE, "period"])["admissions"].agg(["sum", "size"]).reset_index()
    week = weekly["week_ending"].dt.isocalendar().week
    before = weekly[week <= 52].assign(week=week).drop_duplicates([*PLACE, "week"])
    before = before.groupby(list(PLACE))["mean_2018_2019"].agg(["sum", "size"]).reset_index()
    before = before.assign(sum=(2 * before["sum"]).round(), period="2018-19")
    population, standard = _scottish_standard(data, "hscp_code")
    every = pd.concat([before, years])
    low, weeks = (_laid_out(every, name).fillna(0.0) for name in ("sum", "size"))
    hidden = HIDDEN * (52 - weeks) * xr.where(low["period"] == "2018-19", 2.0, 1.0)
    lives = population.reindex_like(low).fillna(0.0) > 0
    low, hidden = low.where(lives), hidden.where(lives)
    hidden = hidden.where((hidden <= HIDDEN) | (low["period"] != "2018-19"))
    hold_outs = _pairs(
        ["2021/22 > 2022/23"],
        ["2018-19 > 2020/21", "2018-19 > 2021/22", "2020/21 > 2021/22"],
        ["2018-19 + 2021/22 > 2022/23", "2018-19 + 2020/21 + 2021/22 > 2022/23"],
    )
    areas = {"ics": low["ics"], "deprivation": low["deprivation"]}
    return RealYears(
        low, low + hidden, _by_procedure(standard.sel(areas), low["procedure"].values), population.sel(areas),
        hold_outs, "SIMD 2020", period_years={"2018-19": 2.0},
    )  # fmt: skip


@cache
def boards(data: Path) -> RealYears:
    """Read Scottish elective inpatients and day cases by board of treatment and quintile, years from October."""
    quarterly = pd.read_csv(data / "scot_ipdc_hb_treatment_simd_quarterly_2017_2022.csv")
    procedures = {"Elective Inpatients": "elective inpatients", "All Day cases": "day cases"}
    population, standard = _scottish_standard(data, "hb_code")
    small = {"S08000025", "S08000026", "S08000028"}  # island boards, where quarters are suppressed
    kept = quarterly["hb_code"].isin(set(population["ics"].values) - small)
    quarterly = quarterly[kept & quarterly["admission_type"].isin(list(procedures))].copy()
    first = quarterly["quarter"].str[:4].astype(int) - (quarterly["quarter"].str[5] != "4")
    quarterly["period"] = first.astype(str) + "/" + ((first + 1) % 100).astype(str).str.zfill(2)
    quarterly = quarterly[first < 2022].assign(procedure=quarterly["admission_type"].map(procedures))
    quarterly = quarterly.rename(columns={"hb_code": "ics", "simd_quintile": "deprivation"})
    years = quarterly.groupby([*PLACE, "period"])["episodes"].agg(["sum", "size"]).reset_index()
    counts = _laid_out(years, "sum").where(_laid_out(years, "size") == 4)
    areas = {"ics": counts["ics"], "deprivation": counts["deprivation"]}
    standard = _by_procedure(standard.sel(areas), counts["procedure"].values)
    hold_outs = _pairs(
        ["2017/18 > 2018/19", "2020/21 > 2021/22"],
        ["2018/19 > 2019/20", "2019/20 > 2020/21", "2018/19 > 2021/22"],
        ["2017/18 + 2018/19 + 2020/21 > 2021/22"],
    )
    return RealYears(counts, counts, standard, population.sel(areas), hold_outs, "SIMD 2020")


@cache
def units(data: Path) -> RealYears:
    """Read England's orthopaedic and eye care by quintile; each specialty, setting and sector stands for an area."""
    monthly = pd.read_csv(data / "elective_ortho_eye_monthly_by_group_2018_2022.csv")
    monthly = monthly[(monthly["dim"] == "imd_quintile") & monthly["month"].str[5:7].between("01", "10")]
    monthly = monthly[monthly["month"].str[:4].isin(["2019", "2021", "2022"])].assign(
        ics=monthly[["speciality", "setting", "sector"]].agg(", ".join, axis=1), deprivation=monthly["level"],
        procedure="procedures", period=monthly["month"].str[:4],
    )  # fmt: skip
    monthly["deprivation"] = monthly["deprivation"].astype(int)
    counts = _laid_out(monthly.groupby([*PLACE, "period"])["count"].sum().reset_index(), "count")
    people = pd.read_csv(data / "pop_icb_imdq_sex_age_mid2018.csv").groupby("imd2019_quintile")["population"].sum()
    residents = people.rename_axis("deprivation").to_xarray().astype(float)
    population = residents.expand_dims(ics=counts["ics"].values)
    standard = _by_procedure(population, counts["procedure"].values)
    hold_outs = _pairs(["2021 > 2022"], ["2019 > 2021"], ["2019 + 2021 > 2022"])
    return RealYears(counts, counts, standard, population, hold_outs, "IMD 2019", level_over=("deprivation",))


def _residents_of_working_age(data: Path) -> xr.DataArray:
    """Count residents of 15 to 64 by ICB and IMD 2019 decile: Census 2021 areas carried to those of 2011."""
    ages = pd.read_csv(data / "lsoa21_pop_census2021_broad_age.csv")
    ages["residents"] = ages[["a15_24", "a25_44", "a45_64"]].sum(axis=1)
    links = pd.read_csv(data / "lsoa11_lsoa21_lookup.csv")
    links["share"] = 1.0 / links.groupby("lsoa21_code")["lsoa11_code"].transform("size")
    deprived = pd.read_csv(data / "lsoa11_icb_imd2019.csv")[["lsoa11_code", "icb_ods", "imd2019_decile"]]
    joined = ages.merge(links, on="lsoa21_code").merge(deprived, on="lsoa11_code")
    joined = joined.assign(residents=joined["residents"] * joined["share"])
    joined = joined.rename(columns={"icb_ods": "ics", "imd2019_decile": "deprivation"})
    return joined.groupby(["ics", "deprivation"])["residents"].sum().to_xarray().fillna(0.0)


@cache
def therapies(data: Path) -> RealYears:
    """Read referrals to talking therapies by ICB and decile over residents of 15 to 64."""
    rows = pd.read_csv(data / "talking_therapies_pathway_imd_decile_2017_2025.csv")
    rows = rows[(rows["org_type"] == "ICB") & (rows["imd_decile"] != "unknown")]
    residents = _residents_of_working_age(data)
    rows = rows[rows["org_ods"].isin(residents["ics"].values)].assign(
        ics=rows["org_ods"], deprivation=rows["imd_decile"].astype(int), procedure="referrals",
        period=rows["year"].str.replace("-", "/"),
    )  # fmt: skip
    counts = _laid_out(rows, "referrals_received")
    residents = residents.sel(ics=counts["ics"], deprivation=counts["deprivation"])
    standard = _by_procedure(residents, counts["procedure"].values)
    hold_outs = _pairs(["2022/23 > 2023/24", "2023/24 > 2024/25"], [], ["2022/23 + 2023/24 > 2024/25"])
    return RealYears(counts, counts, standard, residents, hold_outs, "IMD 2019")


@dataclass(frozen=True)
class Source:
    """A source of real years: how it is read, and what the page says of it.

    Attributes
    ----------
    words
        What it is.
    read
        Reads it from a folder.
    other_share
        The prior on shares that last, Beta(a, b), as the evidence gives it for the other family of series alone:
        Scotland's for England's, and that of talking therapies for Scotland's.
    bounds
        Whether suppressed weeks come in as bounds.
    counted
        Whether it is in the pooled figures.
    """

    words: str
    read: Callable[[Path], RealYears]
    other_share: tuple[float, float]
    bounds: bool = False
    counted: bool = True


FROM_SCOTLAND, FROM_THERAPIES = (3.4, 0.8), (2.3, 0.8)
SOURCES = {
    "partnerships": Source("Scotland, planned inpatients by partnership", partnerships, FROM_THERAPIES),
    "boards": Source("Scotland, elective and day case by board", boards, FROM_THERAPIES),
    "units": Source("England, orthopaedic and eye units", units, FROM_SCOTLAND),
    "therapies": Source("Talking therapies, referrals by ICB and decile", therapies, FROM_SCOTLAND),
    "partnerships, weeks within bounds": Source(
        "the same partnerships, suppressed weeks within bounds",
        partnerships,
        FROM_THERAPIES,
        bounds=True,
        counted=False,
    ),
    "boards without Borders": Source(
        "the same boards without Borders", lambda data: boards(data).without(BORDERS), FROM_THERAPIES, counted=False
    ),
}
