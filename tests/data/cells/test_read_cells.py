"""Checked tables become one labelled dataset of cells, whichever way the rows came."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import data_log, headline_expected, make_cells, read_cells
from equitymodel.data.tables.deprivation import Deprivation, ridit
from equitymodel.data.tables.read_tables import read_admissions, read_population
from equitymodel.data.tables.suppression import SmallNumbers

pytestmark = pytest.mark.unit

IMD = Deprivation("IMD 2019")
CELLS = ("ics", "deprivation", "procedure")


def read(inputs, **options):
    return read_cells(**inputs, **{"groups": IMD, **options})


def even_need(tables):
    keys = tables["admissions"][list(CELLS)].drop_duplicates()
    return {**tables, "need": keys.assign(need_ratio=1 + 0.1 * (keys["deprivation"] == "1"))}


@pytest.fixture(scope="module")
def cells(tables):
    """Cells with every adjustment."""
    return read(even_need(tables))


def test_cells_have_their_dimensions_and_coordinates(cells):
    assert dict(cells.sizes) == {"ics": 4, "deprivation": 5, "procedure": 2, "adjustment": 3}
    assert cells["admissions"].dims == CELLS
    assert cells["offered"].dims == CELLS
    assert cells["population"].dims == ("ics", "deprivation")
    assert cells["expected_admissions"].dims == ("adjustment", *CELLS)
    assert cells["deprivation"].values.tolist() == [1, 2, 3, 4, 5]
    assert cells["adjustment"].values.tolist() == ["population", "age_sex", "need"]


def test_cells_carry_names_regions_and_national_positions(cells):
    assert cells["ics_name"].sel(ics="E54000063") == "Surrey Heartlands"
    assert cells["region"].sel(ics="E54000055") == "Midlands"
    np.testing.assert_allclose(cells["position"], ridit(cells["population"].sum("ics")))


def test_cells_say_their_units_and_where_they_came_from(cells):
    assert cells["admissions"].attrs["unit"] == "admissions"
    assert cells["population"].attrs["unit"] == "person-years"
    assert cells.attrs["adjustment"] == "age, sex and need"
    assert cells.attrs["deprivation_index"] == "IMD 2019"
    assert list(json.loads(cells.attrs["sources"])) == ["admissions", "population", "need"]


def test_sources_hold_the_hash_of_each_file(tables, save):
    paths = save(**tables)
    sources = json.loads(read(paths).attrs["sources"])
    for name, path in paths.items():
        assert sources[name] == {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def test_every_adjustment_expects_what_was_observed_in_all(cells):
    observed = cells["admissions"].sum(["ics", "deprivation"])
    expected = cells["expected_admissions"].sum(["ics", "deprivation"])
    for name in cells["adjustment"].values:
        np.testing.assert_allclose(expected.sel(adjustment=name), observed)


def test_totals_agree_over_known_cells_when_some_are_not_known(tables):
    gone = tables["admissions"].query("ics != 'E54000063' or procedure != 'hip' or deprivation != '2'")
    cells = read({**tables, "admissions": gone}, small_numbers=SmallNumbers(absent="missing"))
    known = cells["admissions"].notnull()
    expected = cells["expected_admissions"]
    assert expected.notnull().all()
    np.testing.assert_allclose(
        expected.where(known).sum(["ics", "deprivation"]).transpose("adjustment", "procedure"),
        cells["admissions"].sum(["ics", "deprivation"]).expand_dims(adjustment=2),
    )


def test_population_alone_expects_the_same_rate_everywhere(cells):
    rate = cells["expected_admissions"].sel(adjustment="population") / cells["population"]
    np.testing.assert_allclose(rate.std(["ics", "deprivation"]), 0, atol=1e-12)


def test_age_and_sex_leave_the_gradient_that_was_put_in(tables):
    cells = read(tables)
    observed, expected = (array.sum("ics") for array in (cells["admissions"], headline_expected(cells)))
    ratio = (observed / expected).transpose("procedure", "deprivation").values
    np.testing.assert_allclose(ratio[:, 1:] / ratio[:, :-1], 1.1, rtol=0.005)


def test_the_fullest_adjustment_is_the_headline(cells, tables):
    assert headline_expected(cells).identical(cells["expected_admissions"].sel(adjustment="need", drop=False))
    without = {
        "admissions": tables["admissions"].drop(columns=["age_band", "sex"]),
        "population": tables["population"].drop(columns=["age_band", "sex"]),
    }
    summed = {
        name: frame.assign(**{name: frame[name].astype(float)})
        .groupby([key for key in CELLS if key in frame], as_index=False)[name]
        .sum()
        for name, frame in without.items()
    }
    assert read(summed).attrs["adjustment"] == "population only"


def six(lowest, highest):
    return st.lists(st.integers(lowest, highest), min_size=6, max_size=6)


# The way the tables came changes nothing


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_and_columns_changes_nothing(seed, cells, tables):
    rng = np.random.default_rng(seed)
    shuffled = {
        name: frame.sample(frac=1, random_state=seed)[rng.permutation(frame.columns)]
        for name, frame in even_need(tables).items()
    }
    assert read(shuffled).drop_attrs().equals(cells.drop_attrs())


def test_renaming_areas_and_procedures_changes_only_their_names(cells, tables):
    areas = {code: f"S3700000{9 - place}" for place, code in enumerate(cells["ics"].values)}
    procedures = {"hip": "z hip", "knee": "a knee"}
    renamed = {
        name: frame.assign(**{key: frame[key].replace({**areas, **procedures}) for key in CELLS if key in frame})
        for name, frame in even_need(tables).items()
    }
    result = read(renamed, areas="any")
    for name in ("admissions", "expected_admissions", "population", "offered"):
        back = {"ics": list(areas.values())}
        if "procedure" in cells[name].dims:
            back["procedure"] = [procedures[procedure] for procedure in cells["procedure"].values]
        np.testing.assert_allclose(result[name].sel(back), cells[name])


def test_csv_parquet_and_data_frames_give_identical_cells(cells, tables, tmp_path):
    inputs = even_need(tables)
    for name, frame in inputs.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
        frame.to_parquet(tmp_path / f"{name}.parquet")
    for kind in ("csv", "parquet"):
        result = read({name: tmp_path / f"{name}.{kind}" for name in inputs})
        assert result.drop_attrs().identical(cells.drop_attrs())
        assert result.attrs["findings"] == cells.attrs["findings"]


def test_numeric_columns_give_the_cells_of_text_columns(cells, tables):
    numbers = {"deprivation": int, "admissions": int, "population": float, "need_ratio": float}
    typed = {
        name: frame.astype({column: kind for column, kind in numbers.items() if column in frame})
        for name, frame in even_need(tables).items()
    }
    assert read(typed).drop_attrs().identical(cells.drop_attrs())


def test_admissions_split_over_years_give_the_same_cells(tables):
    one = read(tables)
    counts = tables["admissions"]["admissions"].astype(int)
    years = {"2022": counts // 3, "2023": counts - counts // 3}
    split = {
        "admissions": pd.concat([tables["admissions"].assign(period=y, admissions=n) for y, n in years.items()]),
        "population": pd.concat([
            tables["population"].assign(period=y, population=tables["population"]["population"].astype(float) / 2)
            for y in years
        ]),
    }  # fmt: skip
    result = read(split, periods="add_up")
    assert data_log(result).empty
    np.testing.assert_allclose(result["admissions"], one["admissions"])
    np.testing.assert_allclose(result["expected_admissions"], one["expected_admissions"])
    np.testing.assert_allclose(result["population"], one["population"])


@settings(max_examples=6)
@given(counts=six(20, 500), people=six(1000, 9000))
def test_no_admission_and_no_person_is_lost(counts, people):
    keys = {"ics": ["E54000055"] * 3 + ["E54000057"] * 3, "deprivation": [1, 2, 3] * 2}
    cells = make_cells(
        read_admissions(pd.DataFrame({**keys, "procedure": "knots", "admissions": counts})),
        read_population(pd.DataFrame({**keys, "population": people})),
        groups=IMD,
    )
    assert cells["admissions"].sum() == sum(counts)
    assert cells["population"].sum() == sum(people)
    np.testing.assert_allclose(cells["expected_admissions"].sum(), sum(counts))


# Counts that are hidden


PLACE = {"ics": "E54000055", "deprivation": 1, "procedure": "hip"}
BOUNDS = ["admissions_low", "admissions_high"]


def tiny(*counts, people=4000.0, **keys):
    """Two ICSs, two groups and one procedure: the counts of one place, a row each, and 40 in the others."""
    others = [("E54000055", 2, 40), ("E54000057", 1, 40), ("E54000057", 2, 40)]
    strata = pd.DataFrame(keys or {"period": ["2021", "2022", "2023"]})
    rows = [("E54000055", 1, count, *row) for count, row in zip(counts, strata.to_numpy(), strict=True)]
    rows += [(*other, *row) for other in others for row in strata.to_numpy()]
    frame = pd.DataFrame(rows, columns=["ics", "deprivation", "admissions", *strata])
    population = frame.drop(columns="admissions").assign(population=people)
    kept = frame[frame["admissions"].notna()].astype(str)
    return {"admissions": kept.assign(procedure="hip"), "population": population}


def ten_or_more(tables):
    frame = tables["admissions"]
    return {**tables, "admissions": frame.assign(admissions=frame["admissions"].astype(int).clip(lower=10).astype(str))}


def bounds_of(cells, **place):
    return [cells[name].sel({**PLACE, **place}).item() for name in BOUNDS]


def test_exact_counts_have_no_bounds_beside_them(tables):
    without, ruled = (read(ten_or_more(tables), small_numbers=rule) for rule in ("error", "lt5"))
    assert not set(BOUNDS) & set(without.data_vars)
    assert ruled.drop_attrs().identical(without.drop_attrs())


def test_excluded_counts_have_no_bounds_either(tables):
    hidden = tables["admissions"].assign(admissions=["*", *tables["admissions"]["admissions"][1:]])
    assert not set(BOUNDS) & set(read({**tables, "admissions": hidden}, small_numbers="exclude").data_vars)


def test_intervals_of_strata_add_up(tables):
    """Three of six ages and sexes hidden: the others are known, and each hidden one is 1 to 4."""
    frame = ten_or_more(tables)["admissions"]
    known = frame["admissions"][3:6].astype(int).sum()
    frame.loc[frame.index[:3], "admissions"] = "*"
    cells = read({**tables, "admissions": frame}, small_numbers="lt5")
    first = {"ics": "E54000025", "deprivation": 1, "procedure": "hip"}
    assert bounds_of(cells, **first) == [known + 3, known + 12]
    assert np.isnan(cells["admissions"].sel(first))
    assert int(cells["admissions"].isnull().sum()) == 1
    assert cells["admissions"].attrs == cells["admissions_high"].attrs == {"unit": "admissions"}
    exact = cells["admissions"].notnull()
    for name in BOUNDS:
        assert cells[name].dims == CELLS
        assert (cells[name] == cells["admissions"]).where(exact, True).all()


def test_intervals_of_rounded_counts_add_up():
    cells = read(tiny("10", "*", "25"), small_numbers="hes", periods="add_up")
    assert bounds_of(cells) == [8 + 1 + 23, 12 + 7 + 27]
    assert bounds_of(cells, deprivation=2) == [3 * 38, 3 * 42]


@pytest.mark.parametrize(("counts", "low", "high"), [
    ((12, 9, None), 21, 25), ((12, None, None), 12, 20), ((12, "*", None), 13, 20), ((12, 9, 0), 21, 21),
    ((12, 0, None), 13, 16), ((0, None, None), 2, 8), ((None, None, None), 0, 12),
])  # fmt: skip
def test_a_row_absent_in_some_years_is_a_suppressed_count(counts, low, high):
    """Where the file prints zeros, an absent row is not zero."""
    cells = read(tiny(*counts), small_numbers=SmallNumbers("lt5", absent="suppressed"), periods="add_up")
    if low == high:
        assert cells["admissions"].sel(PLACE) == low
    else:
        assert bounds_of(cells) == [low, high]
        assert np.isnan(cells["admissions"].sel(PLACE))
        assert "K09" in data_log(cells)["rule"].tolist()
    assert cells["admissions"].sel({**PLACE, "deprivation": 2}) == 120


def test_a_cell_absent_throughout_is_not_zero_where_zeros_are_shown():
    tables = tiny(None, None, None)
    second = (tables["admissions"]["ics"] == "E54000055") & (tables["admissions"]["period"] == "2022")
    tables["admissions"].loc[second, "admissions"] = "0"
    cells = read(tables, small_numbers=SmallNumbers("lt5", absent="suppressed"), periods="add_up")
    assert bounds_of(cells) == [3, 12]
    assert cells["admissions"].sel({**PLACE, "deprivation": 2}) == 80


def test_an_absent_stratum_is_a_suppressed_count():
    ages = {"age_band": ["0-64", "65-74", "75+"]}
    cells = read(tiny(12, None, "*", **ages), small_numbers=SmallNumbers("lt5", absent="suppressed"))
    assert bounds_of(cells) == [12 + 0 + 1, 12 + 4 + 4]


def test_an_absent_stratum_without_people_has_no_admissions():
    ages = {"age_band": ["0-64", "65-74", "75+"]}
    tables = tiny(12, 9, None, **ages)
    people = tables["population"]
    people.loc[(people["ics"] == "E54000055") & (people["deprivation"] == 1) & (people["age_band"] == "75+"),
               "population"] = 0.0  # fmt: skip
    cells = read(tables, small_numbers=SmallNumbers("lt5", absent="suppressed"))
    assert cells["admissions"].sel(PLACE) == 21


def test_hidden_counts_expect_what_their_middle_says_in_all():
    """Only the scale, which cancels in every comparison."""
    cells = read(tiny("*", 30, 90, age_band=["0-64", "65-74", "75+"]), small_numbers="lt5")
    middle = (cells["admissions_low"] + cells["admissions_high"]).sum(["ics", "deprivation"]) / 2
    for name in cells["adjustment"].values:
        expected = cells["expected_admissions"].sel(adjustment=name).sum(["ics", "deprivation"])
        np.testing.assert_allclose(expected, middle)


def test_more_admissions_than_people_are_named_where_they_are_certain():
    elsewhere = {"E54000055": "S37000001", "E54000057": "S37000002"}
    crowded = {name: table.replace(elsewhere) for name, table in tiny("*", "*", "*", people=20.0).items()}
    cells = read(crowded, small_numbers="lt5", periods="add_up", areas="any")
    found = [finding for finding in CellFacts.of(cells).findings if finding.rule == "P02"]
    assert [finding.count for finding in found] == [3]


# Names and findings


def test_names_in_the_file_take_precedence(tables):
    named = tables["admissions"].assign(ics_name=tables["admissions"]["ics"].replace({"E54000055": "Brum"}))
    cells = read({**tables, "admissions": named})
    assert cells["ics_name"].sel(ics="E54000055") == "Brum"


def test_nhs_codes_are_named_too(tables):
    ods = {"E54000025": "QM7", "E54000055": "QHL", "E54000057": "QOP", "E54000063": "QXU"}
    cells = read({name: frame.assign(ics=frame["ics"].replace(ods)) for name, frame in tables.items()})
    assert cells["ics_name"].sel(ics="QHL") == "Birmingham and Solihull"
    assert cells["region"].sel(ics="QOP") == "North West"


def test_findings_are_kept_as_they_were_met(tables):
    cells = read(tables, groups=Deprivation())
    (finding,) = CellFacts.of(cells).findings
    assert (finding.rule, finding.severity, finding.table) == ("D04", "warning", "cells")
    assert data_log(cells)["rule"].tolist() == ["D04"]
    assert cells.attrs["deprivation_index"] == "not named"


def test_cells_survive_a_netcdf_file(cells, tmp_path):
    import xarray as xr

    cells.to_netcdf(tmp_path / "cells.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "cells.nc", engine="h5netcdf") as kept:
        np.testing.assert_array_equal(kept["expected_admissions"], cells["expected_admissions"])
        assert data_log(kept).equals(data_log(cells))
