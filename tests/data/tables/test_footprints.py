"""The boards of two dates: their codes, what tells them apart, and what is the same at both."""

from pathlib import Path

import pandas as pd
import pytest

from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import (
    FOOTPRINTS,
    UNCHANGED,
    boards_of,
    codes_of,
    icb_boards,
    note_unchecked,
    told_by,
    words_for,
)

pytestmark = pytest.mark.unit
EARLY, LATE = FOOTPRINTS
LOOKUP = Path(__file__).parents[4] / "shared" / "data" / "icb_2023_2024_to_2026.csv"


@pytest.mark.skipif(not LOOKUP.exists(), reason="the lookup is not there")
@pytest.mark.parametrize(("footprint", "date"), [(EARLY, "icb24"), (LATE, "icb26")])
def test_the_boards_are_those_of_the_lookup(footprint, date):
    known = pd.read_csv(LOOKUP)[[f"{date}_code", f"{date}_ods", f"{date}_name"]].drop_duplicates()
    ours = boards_of(footprint)
    assert dict(zip(ours["ics"], ours["ods_code"], strict=True)) == dict(known.iloc[:, :2].itertuples(index=False))
    names = {code: name.removeprefix("NHS ").removesuffix(" Integrated Care Board") for code, _, name in known.values}
    assert dict(zip(ours["ics"], ours["ics_name"], strict=True)) == names


def test_the_42_are_those_whose_residents_are_known():
    residents, boards = icb_residents(), boards_of(EARLY).set_index("ics")
    for column in ("ods_code", "ics_name", "region"):
        assert residents[column].to_dict() == boards[column].to_dict()


def test_codes_of_either_date_are_unique_and_regions_are_the_seven():
    for footprint in FOOTPRINTS:
        boards = boards_of(footprint)
        assert boards["ics"].is_unique
        assert boards["ods_code"].is_unique
        assert boards["region"].nunique() == 7
    assert set(icb_boards()["dates"]) == {"2023", "2026", "both"}


def test_hampshire_keeps_its_nhs_code_and_changes_its_ons_code():
    assert "QRL" in codes_of("icb2023") & codes_of("icb2026")
    assert told_by(["QRL"]) == {}
    assert told_by(["E54000042", "E54000067"]) == {"icb2023": ["E54000042"], "icb2026": ["E54000067"]}


@pytest.mark.parametrize(
    ("check", "codes", "words"),
    [
        ("icb2023", ["E54000055"], "42 ICBs, April 2023 to March 2026"),
        ("icb2026", ["E54000055"], "36 ICBs, April 2026"),
        (None, ["E54000055"], UNCHANGED),
        (None, ["S37000001"], "areas other than the ICBs of England, of any date"),
        ("any", ["E54000055"], "areas that were not checked, as asked"),
    ],
)
def test_a_footprint_has_a_name(check, codes, words):
    assert words_for(check, codes) == words


def test_what_is_not_checked_is_said():
    log = DataLog("cells")
    note_unchecked(log)
    assert "of one date" in log.findings[0].explain()
