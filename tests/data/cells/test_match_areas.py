"""Tables with codes of two kinds are joined, and boards of two dates are not."""

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.match_areas import find_date
from equitymodel.data.series.read_series import read_series
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError
from tests.data.as_sent import NHS_CODES, ONE_TELLS_NOTHING, SAME_AT_BOTH
from tests.data.changes import MONTHS, chain, for_periods, given, needed, only_both, read, recode, recode_both, rules_of

pytestmark = pytest.mark.unit
TO_2026 = {"E54000025": "E54000065", "E54000063": "E54000069", "E54000055": "E54000067"}
NHS_2026 = {"E54000065": "S1Y5D", "E54000069": "S9B9J", "E54000067": "QRL", "E54000057": "QOP"}
OLDER, NEWER = "42 ICBs, April 2023 to March 2026", "36 ICBs, April 2026"


def footprint(cells):
    return CellFacts.of(cells).footprint


@pytest.mark.parametrize("codes", [{}, NHS_CODES])
def test_boards_of_2023_are_read_as_they_are_by_either_code(tables, save, codes):
    cells = read(save(**recode_both("ics", codes)(tables)))
    assert (footprint(cells), rules_of(cells)) == (OLDER, set())


@pytest.mark.parametrize("codes", [{}, NHS_2026])
def test_boards_of_2026_are_read_as_they_are_by_either_code(tables, save, codes):
    cells = read(save(**chain(recode_both("ics", TO_2026), recode_both("ics", codes))(tables)))
    assert (footprint(cells), rules_of(cells)) == (NEWER, set())
    assert set(cells["ics_name"].values) >= {"Central East", "Surrey and Sussex", "Hampshire and Isle of Wight"}
    assert "not known" not in cells["region"].values


def test_nhs_codes_in_one_table_are_joined_with_ons_codes_in_another(tables, save, clean):
    cells = read(save(**recode("admissions", "ics", NHS_CODES)(tables)))
    assert cells.drop_attrs().identical(clean.drop_attrs())
    other = read(save(**chain(needed("1"), recode("population", "ics", NHS_CODES))(tables)))
    assert other["ics"].values.tolist() == clean["ics"].values.tolist()


def test_a_code_of_two_areas_is_read_as_that_of_the_date_the_other_codes_tell(tables, save):
    hampshire = {"E54000025": "E54000042"}
    early = chain(recode_both("ics", hampshire), recode("admissions", "ics", {**NHS_CODES, "E54000042": "QRL"}))
    assert "E54000042" in read(save(**early(tables)))["ics"].values
    late = chain(recode_both("ics", TO_2026), recode("admissions", "ics", NHS_2026))
    assert "E54000067" in read(save(**late(tables)))["ics"].values


def test_a_code_of_two_areas_is_asked_about_where_nothing_tells_and_read_once_it_is_said(tables, save):
    with pytest.raises(EquityDataError, match=r"G05[\s\S]*QRL is E54000042 until March 2026, and E54000067"):
        read(save(**ONE_TELLS_NOTHING(tables)))
    both = chain(ONE_TELLS_NOTHING, recode("population", "ics", {"E54000058": "QRL"}), recode("population", "ics", {
        "E54000059": "QPM", "E54000055": "QHL", "E54000057": "QOP"}))  # fmt: skip
    assert footprint(read(save(**both(tables)), areas="icb2026")) == NEWER
    assert footprint(read(save(**both(tables)), areas="icb2023")) == OLDER


def test_tables_of_two_dates_are_refused_by_name_and_read_without_the_boards_that_changed(tables, save):
    two = chain(recode_both("ics", {}), recode("population", "ics", TO_2026))
    with pytest.raises(EquityDataError, match=r"G04[\s\S]*admissions: 42 ICBs[\s\S]*population: 36 ICBs"):
        read(save(**two(tables)))
    kept = chain(SAME_AT_BOTH, only_both("ics in ('E54000055', 'E54000057', 'E54000058', 'E54000059')"))
    assert footprint(read(save(**kept(tables)))).startswith("ICBs that are the same")


def test_years_of_two_dates_are_refused_with_the_years(tables, save):
    first = for_periods(["2025/26"], "admissions", "population")(tables)
    later = chain(recode_both("ics", TO_2026), for_periods(["2026/27"], "admissions", "population"))(tables)
    both = {name: pd.concat([first[name], later[name]]) for name in first}
    with pytest.raises(EquityDataError, match=r"G02[\s\S]*42 ICBs.*in 2025/26[\s\S]*36 ICBs.*in 2026/27"):
        read(save(**both))


def test_what_is_not_offered_may_have_codes_of_another_kind(tables, save):
    none = chain(
        given("not_offered", {"ics": ["QXU"], "procedure": ["hip"]}),
        lambda named: {**named, "admissions": named["admissions"].query("ics != 'E54000063' or procedure != 'hip'")},
    )
    cells = read(save(**none(tables)))
    assert not cells["offered"].sel(ics="E54000063", procedure="hip").any()


def test_areas_that_are_not_checked_are_named_so(tables, save):
    cells = read(save(**tables), areas="any")
    assert rules_of(cells) == {"G07"}
    assert footprint(cells) == "areas that were not checked, as asked"


def test_a_series_names_its_boards_too():
    rows = [(month, ics, 50 + n) for n, month in enumerate(MONTHS) for ics in ("E54000055", "E54000070")]
    frame = pd.DataFrame(rows, columns=["period", "ics", "admissions"]).assign(population=900)
    assert SeriesFacts.of(read_series(frame)).footprint == NEWER
    assert SeriesFacts.of(read_series(frame.query("ics == 'E54000055'").drop(columns="ics"))).footprint == ""
    any_areas = read_series(frame, areas="any")
    assert "G07" in {item.rule for item in SeriesFacts.of(any_areas).findings}


def test_a_date_that_was_said_is_taken():
    log = DataLog("cells")
    assert find_date({"admissions": {"QRL"}}, "icb2026", log) == "icb2026"
    assert find_date({"admissions": {"E54000055"}}, "icb", log) is None
    assert log.findings == []
