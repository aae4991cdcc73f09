"""Rates are held against those of England, and counts against what people can have."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells.plausible_rates import (
    ANY_PROCEDURE,
    check_rates,
    plausible_range,
    procedure_rates,
    rates_found,
    shown,
)
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.findings import DataLog
from equitymodel.simulate import simulate_cells

pytestmark = pytest.mark.unit
AREAS = ["E54000055", "E54000057"]


def found_rules(per_person, share=1.0, most=3.0, procedure="hip replacement"):
    residents = icb_residents().loc[AREAS].filter(like="quintile_").to_numpy(float)
    coords = {"ics": AREAS, "deprivation": range(1, 6)}
    people = xr.DataArray(share * residents, coords, ("ics", "deprivation"))
    counts = (people * per_person).expand_dims(procedure=[procedure], axis=-1)
    log = DataLog()
    totals = xr.Dataset({"admissions_low": counts, "admissions_high": counts})
    check_rates(totals, people, counts >= 0, most, log)
    return [finding.rule for finding in log.findings]


@pytest.mark.parametrize(
    ("per_person", "share", "rules"),
    [(0.0009, 1.0, []), (0.0009 / 12, 1.0, ["P13"]), (0.9, 1.0, ["P13"]), (0.9, 0.001, ["P12"]), (3.1, 0.5, ["P11", "P13"]),
     (0.003, 0.001, []), (0.0, 1.0, ["P13"])],
)  # fmt: skip
def test_the_tiers(per_person, share, rules):
    assert found_rules(per_person, share) == rules


def test_how_many_a_person_may_have_can_be_said():
    assert found_rules(8.0, most=10.0, procedure="dialysis") == ["P13"]
    assert found_rules(12.0, most=10.0, procedure="dialysis") == ["P11", "P13"]


@pytest.mark.parametrize(
    ("name", "rate"),
    [("HIP REPLACEMENT", 87), ("Primary knee", 116), ("inguinal hernia repair", 131), ("PCI", 35), ("CABG", 9)],
)
def test_common_procedures_are_known_by_many_names(name, rate):
    assert plausible_range(name) == (rate / 4, rate * 8)


@pytest.mark.parametrize("name", ["ship", "procedure 01", "capping"])
def test_others_have_a_wide_range(name):
    assert plausible_range(name) == ANY_PROCEDURE


def test_every_pattern_finds_its_own_name_first():
    table = procedure_rates().query("name != 'all'")
    assert [plausible_range(row.name) == (row.rate / 4, row.rate * 8) for row in table.itertuples(index=False)] == [
        True
    ] * len(table)


def test_rates_are_of_the_cells_whose_counts_are_known():
    cells, _ = simulate_cells(areas=4, seed=1)
    cells["admissions"] = cells["admissions"].where(cells["deprivation"] != 2)
    known = cells.where(cells["deprivation"] != 2)
    rate = (
        1e5
        * known["admissions"].sum(["ics", "deprivation"])
        / cells["population"].where(cells["deprivation"] != 2).sum()
    )
    np.testing.assert_allclose(rates_found(cells)["rate"], rate.values)


def test_rates_are_written_to_three_figures_or_whole():
    assert [shown(value) for value in (5.784, 69.44, 2592.3)] == ["5.78", "69.4", "2,592"]
