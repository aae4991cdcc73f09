"""Numbers of an evaluation in words: made from records, in the likelier direction, never read back from text."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.estimands.effect_measure import EVENTS, SCALES
from equitymodel.estimands.series_gap import WayRound
from equitymodel.report.wording.evaluation_words import (
    LIKELIER,
    NARROWED,
    NARROWED_ENOUGH,
    READING,
    UNITS,
    detectable_rows,
    forecasts_by_origin,
    found_units,
    gap_rows,
    impact_rows,
    names_of,
    trend_rows,
    way_of,
)

pytestmark = pytest.mark.unit


def test_every_record_has_its_words(gap_evaluation, units_evaluation):
    for table in (gap_evaluation.impact, gap_evaluation.gap_change, units_evaluation.impact):
        shown = table[~table["measure"].isin([NARROWED, NARROWED_ENOUGH])]
        assert set(shown["measure"]) <= set(READING)
        assert set(shown["event"]) <= set(LIKELIER)
    assert set(UNITS) < set(SCALES)
    assert all(EVENTS[event].endswith(so) for event, (so, _) in LIKELIER.items())


def test_a_page_states_the_likelier_direction(gap_evaluation):
    rows = [row for row in impact_rows(gap_evaluation.impact) if row["quantity"] == READING["average_rate_ratio"]]
    said = {row["whom"]: row["likelier"] for row in rows}
    assert said["deprivation group 1"] == "ratio above 1"
    assert said["deprivation group 3"] == "ratio below 1"
    for row in gap_evaluation.impact.to_dict("records"):
        assert row["probability"] >= 0.5 or row["event"] in LIKELIER


def test_the_opposite_of_an_unlikely_event_has_the_rest_of_the_probability(gap_evaluation):
    likely = {event: gap_evaluation.impact.head(1).assign(event=event, probability=[0.25]) for event in LIKELIER}
    said = {
        event: (impact_rows(table)[0]["likely"], impact_rows(table)[0]["likelier"]) for event, table in likely.items()
    }
    assert said["more_admissions"] == (0.75, "fewer admissions")
    assert said["steeper"] == (0.75, "less steep")
    assert said["gap_falls"] == (0.75, "most deprived lose against least")


def test_a_page_gives_the_gap_as_a_ratio_and_its_change_in_per_cent(gap_evaluation):
    numbers = gap_evaluation.judged_gap.set_index("measure")["estimate"]
    said = {row["quantity"]: (row["estimate"], row["unit"]) for row in gap_rows(gap_evaluation.judged_gap)}
    change = said["change of the ratio, least over most deprived end"]
    assert change == (pytest.approx(100 * np.expm1(numbers["change_in_log_relative_index"])), "%")
    assert said["ratio before, least over most deprived end"] == (pytest.approx(np.exp(numbers["gap_before"])), "ratio")
    assert said["change of the slope index, least less most deprived end"][1] == "admissions per 100 expected"
    assert len(said) == 8
    assert numbers["gap_before"] > 0 > numbers["gap_with"], "0.2 less 0.4"


def test_a_gap_the_other_way_round_is_shown_with_the_other_end_first(gap_evaluation):
    table, ends = gap_evaluation.judged_gap, ["estimate", "lower", "upper"]
    turned = table.assign(estimate=-table["estimate"], lower=-table["upper"], upper=-table["lower"])
    rows, mirrored = gap_rows(table), gap_rows(turned)
    assert [[row[end] for end in (*ends, "unit")] for row in rows] == [
        [row[end] for end in (*ends, "unit")] for row in mirrored
    ]
    assert turned[ends].notna().all(axis=None)
    assert "change of the ratio, most over least deprived end" in [row["quantity"] for row in mirrored]
    assert "change of the excess over the least deprived of the most deprived" in [row["quantity"] for row in mirrored]
    assert (way_of(table).more, way_of(turned).more) == ("least", "most")
    assert gap_rows(table.iloc[:0]) == []


def test_names_are_those_that_the_series_knows(units_evaluation):
    codes = units_evaluation.series["ics"].values
    named = units_evaluation.series.assign_coords(ics_name=("ics", [f"Name of {code}" for code in codes]))
    assert names_of(named)["area 01"] == "Name of area 01"
    assert names_of(named.drop_vars("ics_name")) == {}
    whom = {row["whom"] for row in impact_rows(units_evaluation.impact, names_of(named))}
    assert "Name of area 01" in whom
    assert "area 01" not in whom


def test_units_and_whom_are_those_of_the_exposed(units_evaluation):
    said = " ".join(found_units(units_evaluation.impact))
    assert "2 of 2 ICSs" in said
    assert "2 of 2 procedures" in said
    assert "4 of 4 pairs of ICS and procedure" in said
    assert {"exposed", "exposed, procedure 01", "area 01"} <= {
        row["whom"] for row in impact_rows(units_evaluation.impact)
    }
    assert found_units(units_evaluation.impact.assign(tested=np.nan)) == []


def test_units_that_are_found_are_named_up_to_twenty():
    rows = pd.DataFrame({"ics": [f"area {k:02d}" for k in range(25)], "procedure": "All procedures", "tested": 25.0,
                         "found_at_false_discovery_rate": [True] * 22 + [False] * 3})  # fmt: skip
    said = found_units(rows)[0]
    assert said.startswith("22 of 25 ICSs (area 00; ")
    assert said.endswith("area 19; ...)")


def test_a_slope_is_given_in_per_cent_a_year(gap_evaluation):
    row = gap_evaluation.impact.head(1).assign(measure="slope_change", scale="log_change_a_year", event="steeper",
                                               estimate=np.log(1.1), lower=0.0, upper=np.log(2), probability=0.9)  # fmt: skip
    said = impact_rows(row)[0]
    assert [said[end] for end in ("estimate", "lower", "upper")] == pytest.approx([10.0, 0.0, 100.0])
    assert (said["unit"], said["likely"], said["likelier"]) == ("% a year", 0.9, "steeper")


def test_more_than_tenfold_is_said_only_to_be_more(gap_evaluation):
    row = gap_evaluation.impact.head(1).assign(measure="slope_change", scale="log_change_a_year", event="steeper",
                                               estimate=np.log(50), lower=np.log(3), upper=np.log(99), probability=1.0)  # fmt: skip
    said = impact_rows(row)[0]
    assert (said["estimate"], said["lower"], said["upper"]) == ("over +900", pytest.approx(200), "over +900")


def test_forecasts_are_summed_up_by_the_day_they_were_made():
    rows = pd.DataFrame({"origin": ["a", "a", "b"], "held": [True, False, True], "scaled_error": [0.5, 1.5, 0.2]})
    assert forecasts_by_origin(rows) == [
        {"origin": "a", "counts": 2, "held": 0.5, "scaled_error": 1.0},
        {"origin": "b", "counts": 1, "held": 1.0, "scaled_error": 0.2},
    ]


def test_what_could_be_found_has_a_row_a_measure_and_model(gap_evaluation):
    rows = detectable_rows(gap_evaluation.known_before)
    assert [row["measure"] for row in rows] == gap_evaluation.known_before.needed["measure"].tolist()
    assert sum(row["model"].endswith(", as declared") for row in rows) == 2
    assert all(len(row["sizes"]) == 5 for row in rows)
    assert all(str(row["first"]).startswith("never within ") or row["first"] > 0 for row in rows)


def test_trends_of_a_gap_are_turned_and_those_of_admissions_are_not():
    table = pd.DataFrame({"quantity": ["admissions", "gap"], "estimate": [1.25, 0.8], "lower": [1.1, 0.5],
                          "upper": [1.5, 1.0], "interval_probability": 0.95, "interval_kind": "kind"})  # fmt: skip
    level, gap = trend_rows(table, WayRound(-1))
    assert (level["what"], level["estimate"], level["interval"]) == ("admissions", "1.250", "1.100 to 1.500")
    assert (gap["what"], gap["estimate"]) == ("the gap (most over least deprived)", "1.250")
    assert gap["interval"] == "1.000 to 2.000"
    assert trend_rows(table, WayRound())[1]["estimate"] == "0.800"
