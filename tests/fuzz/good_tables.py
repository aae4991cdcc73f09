"""Small tables whose right answer is known: what the fuzzer respells and damages."""

from functools import cache

import pandas as pd

from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.deprivation import Deprivation

AREAS = ("E54000025", "E54000055", "E54000057", "E54000063")
SHARES = {("0-64", "F"): 0.40, ("0-64", "M"): 0.42, ("65+", "F"): 0.10, ("65+", "M"): 0.08}
RATES = {"hip": 0.004, "knee": 0.006}
IMD = Deprivation("IMD 2019")


@cache
def good_tables():
    """Admissions and population of four ICSs, as text."""
    residents = icb_residents()
    rows = [(ics, str(group), band, sex, round(residents.loc[ics, f"quintile_{group}"] * share))
            for ics in AREAS for group in range(1, 6) for (band, sex), share in SHARES.items()]  # fmt: skip
    population = pd.DataFrame(rows, columns=["ics", "deprivation", "age_band", "sex", "population"])
    parts = [
        population.drop(columns="population").assign(
            procedure=name,
            admissions=(population["population"] * rate * (1 + 0.1 * population["deprivation"].astype(int))).round(),
        )
        for name, rate in RATES.items()
    ]
    admissions = pd.concat(parts, ignore_index=True)
    admissions["admissions"] = admissions["admissions"].astype(int)
    return {"admissions": admissions.astype(str), "population": population.astype(str)}


@cache
def good_series():
    """Two years by month of two ICSs and five groups, as text."""
    residents, months = icb_residents(), [f"{year}-{month:02d}" for year in (2016, 2017) for month in range(1, 13)]
    rows = [
        (month, ics, str(group), round(residents.loc[ics, f"quintile_{group}"] * 0.001) + 5 + number % 4,
         round(residents.loc[ics, f"quintile_{group}"]))
        for number, month in enumerate(months) for ics in AREAS[:2] for group in range(1, 6)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["period", "ics", "deprivation", "admissions", "population"]).astype(str)


def cells_of(tables, **options):
    return read_cells(tables["admissions"], tables["population"], **{"groups": IMD, **options})


def series_of(table, **options):
    return read_series(table, **{"groups": IMD, **options})
