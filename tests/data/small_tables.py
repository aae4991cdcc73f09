"""Small tables that keep the contract, written as text: what tests of the data room break."""

import pandas as pd

from equitymodel.data.tables.areas import icb_residents

AREAS = ("E54000025", "E54000055", "E54000057", "E54000063")
SHARES = {("00-64", "F"): 0.40, ("00-64", "M"): 0.42, ("65-74", "F"): 0.06,
          ("65-74", "M"): 0.05, ("75+", "F"): 0.04, ("75+", "M"): 0.03}  # fmt: skip
RATES = {"hip": {"00-64": 4e-4, "65-74": 5e-3, "75+": 6e-3}, "knee": {"00-64": 5e-4, "65-74": 7e-3, "75+": 5e-3}}


def small_tables():
    """Admissions and population of four real ICSs, as text; rates rise a tenth from group to group."""
    residents = icb_residents()
    cells = [
        (ics, group, band, sex, residents.loc[ics, f"quintile_{group}"] * share)
        for ics in AREAS
        for group in range(1, 6)
        for (band, sex), share in SHARES.items()
    ]
    population = pd.DataFrame(cells, columns=["ics", "deprivation", "age_band", "sex", "population"]).round()
    admissions = pd.concat([_admissions(population, procedure) for procedure in RATES], ignore_index=True)
    return {"admissions": admissions.astype(str), "population": population.astype(str)}


def _admissions(population, procedure):
    rate = population["age_band"].map(RATES[procedure]) * 1.1 ** population["deprivation"]
    counts = (population["population"] * rate).round().astype(int)
    return population.drop(columns="population").assign(procedure=procedure, admissions=counts)
