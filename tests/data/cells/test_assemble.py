"""Strata are brought together into cells: totals, expected admissions, and the cells of bands."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.assemble import Strata, add_bands, add_up_strata, assemble
from equitymodel.data.cells.rate_error import RateError
from equitymodel.data.tables.findings import DataLog

pytestmark = pytest.mark.unit

COORDS = {"ics": ["a", "b"], "deprivation": [1, 2], "procedure": ["hip"], "age_band": ["00-64", "65+"]}


def strata(rate_error=None, **changed):
    """Two ICSs, two groups, two ages: 10 and 30 admissions of 1,000 and 100 people; some of them changed."""
    counts = xr.DataArray(np.full((2, 2, 1, 2), [10.0, 30.0]), coords=COORDS)
    bounds = xr.Dataset({name: counts + changed.get(name, 0.0) for name in ("admissions_low", "admissions_high")})
    people = xr.DataArray(np.full((2, 2, 2), [1000.0, 100.0]), coords={k: COORDS[k] for k in ("ics", "deprivation",
                                                                                           "age_band")})  # fmt: skip
    offered = xr.ones_like(counts.isel(age_band=0, drop=True), dtype=bool)
    return Strata(bounds, people, offered, None, rate_error)


def unknown(ics=0):
    """Make one stratum of one cell unknown when added."""
    gone = xr.DataArray(np.zeros((2, 2, 1, 2)), coords=COORDS)
    gone[ics, 0, 0, 1] = np.nan
    return gone


def test_a_total_with_an_unknown_part_is_unknown_and_so_is_what_is_not_offered():
    parts = strata(admissions_low=unknown(), admissions_high=unknown())
    totals = add_up_strata(parts.bounds, parts.offered & (parts.offered["ics"] != "b"))
    assert totals["admissions_low"].sel(ics="a").values.ravel().tolist() == pytest.approx([np.nan, 40.0], nan_ok=True)
    assert totals["admissions_low"].sel(ics="b").isnull().all()


def test_cells_hold_totals_people_and_what_is_expected():
    cells = assemble(strata(), None, DataLog(), bands=1)
    assert (cells["admissions"] == 40).all()
    assert (cells["population"] == 1100).all()
    assert cells["expected_admissions"].sel(adjustment="age").values.ravel() == pytest.approx([40.0] * 4)
    assert "admissions_low" not in cells
    assert {name: cells[name].attrs["unit"] for name in ("admissions", "population")} == {
        "admissions": "admissions", "population": "person-years"}  # fmt: skip


def test_hidden_counts_are_carried_as_bounds():
    cells = assemble(strata(admissions_high=3.0), None, DataLog(), bands=1)
    assert (cells["admissions_high"] - cells["admissions_low"] == 6).all()
    assert cells["admissions"].isnull().all()


def test_drawn_rates_repeat_with_the_seed_and_differ_between_parts():
    drawn = [assemble(strata(RateError(seed=2, draws=3)), None, DataLog(), part=part, bands=0)["rate_error"]
             for part in ((0,), (0,), (1,))]  # fmt: skip
    assert drawn[0].equals(drawn[1])
    assert drawn[0].sizes["rate_draw"] == 3
    assert not drawn[0].equals(drawn[2]) or float(abs(drawn[0]).max()) < 1e-12


def test_bands_carry_the_cells_of_their_ages_and_few_admissions_are_noted():
    log = DataLog()
    bands = {"00-64": {"age_band": ["00-64"]}, "65+": {"age_band": ["65+"]}}
    cells = add_bands(assemble(strata(), None, log, bands=0), strata(), None, bands, log)
    assert cells["band"].values.tolist() == ["hip, 00-64", "hip, 65+"]
    assert cells["band_admissions"].sel(band="hip, 65+").values.ravel().tolist() == [30.0] * 4
    assert [(found.rule, found.rows) for found in log.findings] == [("S11", ("hip, 00-64: 40",))]


def years(first, second):
    """Strata of two years."""
    label = pd.Index(["2021", "2022"], name="period")
    bounds, persons = (xr.concat([getattr(first, name), getattr(second, name)], label).transpose(..., "period")
                       for name in ("bounds", "persons"))  # fmt: skip
    return replace(first, bounds=bounds, persons=persons)


def test_expected_admissions_of_each_period_are_at_its_own_rates():
    more = strata(admissions_low=30.0, admissions_high=30.0)
    cells = assemble(years(strata(), more), None, DataLog(), bands=1)
    assert cells["expected_admissions"].dims == ("adjustment", "ics", "deprivation", "procedure", "period")
    assert cells["expected_admissions"].sel(adjustment="age", period="2021").values.ravel() == pytest.approx(40.0)
    assert cells["expected_admissions"].sel(adjustment="age", period="2022").values.ravel() == pytest.approx(100.0)
