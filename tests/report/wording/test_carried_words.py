import pandas as pd
import pytest

from equitymodel.report.wording.carried_words import carried_limit, carried_words, parts_words

pytestmark = pytest.mark.unit
ROWS = pd.DataFrame({
    "ics": ["E", "E", "W", "N"], "ics_name": ["Essex", "Essex", "West", "North"], "from": ["m", "s", "s", "N"],
    "from_name": ["Mid", "Suffolk", "Suffolk", "North"], "goes": ["whole", "part", "part", "unchanged"],
    "lowest_share": [None, 0.264, 0.447, None], "highest_share": [None, 0.553, 0.736, None]})  # fmt: skip


def test_areas_are_counted_by_what_became_of_them():
    said = carried_words(ROWS)
    assert "fitted in 3 areas" in said
    assert said.endswith(
        "to the 3 that they became: 1 as they were, 0 of other names or made of several, 2 with part of a split."
    )


def test_each_area_that_holds_a_part_is_named_with_its_shares():
    assert parts_words(ROWS) == [
        "Essex: part of Suffolk (26 % to 55 % of its residents, by group of deprivation); all of Mid.",
        "West: part of Suffolk (45 % to 74 % of its residents, by group of deprivation).",
    ]


def test_the_limit_says_how_parts_were_worked_out_only_where_there_are_parts():
    assert "coefficient of variation of 0.3 between small areas" in carried_limit(ROWS)
    assert "coefficient" not in carried_limit(ROWS[ROWS["goes"] != "part"])
