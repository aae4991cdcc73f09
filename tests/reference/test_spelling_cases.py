"""Tables as people spell them, each with its right answer."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from equitymodel.cli.as_asked import read_cells_as_asked, read_series_as_asked
from equitymodel.cli.choices import Choices
from equitymodel.data.cells.cell_periods import CellTime
from equitymodel.data.cells.read_cells import data_log, read_cells
from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.errors import EquityDataError

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
pytestmark = [pytest.mark.unit, pytest.mark.skipif(not CASES.exists(), reason="the tables are not here")]
IMD = {"groups": Deprivation("IMD 2019")}
HES = ["Most deprived 10%", *(f"More deprived {low}-{low + 10}%" for low in (10, 20, 30, 40)),
       *(f"Less deprived {low}-{low + 10}%" for low in (40, 30, 20, 10)), "Least deprived 10%"]  # fmt: skip


def base():
    return pd.read_csv(CASES / "admissions.csv"), pd.read_csv(CASES / "population.csv")


def rules(cells):
    return set(data_log(cells)["rule"])


def test_months_spelt_in_two_ways_are_the_same_months():
    admissions, people = (
        pd.read_csv(CASES / name) for name in ("periods_apr22.csv", "population_monthly_residents.csv")
    )
    cells = read_cells(admissions, people.assign(population=people["population"] / 12), **IMD)
    assert {"K15", "K12"} <= rules(cells)
    plain = admissions.assign(period=pd.to_datetime(admissions["period"], format="%b-%y").dt.strftime("%Y-%m"))
    again = read_cells(plain, people.assign(population=people["population"] / 12), **IMD)
    np.testing.assert_array_equal(cells["admissions"], again["admissions"])


def test_two_spellings_within_one_table_are_one_period():
    admissions, people = pd.read_csv(CASES / "periods_apr22.csv"), base()[1]
    mixed = admissions.assign(period=admissions["period"].where(admissions.index % 2 == 0,
                              pd.to_datetime(admissions["period"], format="%b-%y").dt.strftime("%Y-%m")))  # fmt: skip
    for use in ("years", "add_up"):
        cells = read_cells(mixed, people, periods=use, **IMD)
        assert cells["admissions"].sum() == admissions["admissions"].sum()
        assert "K15" in rules(cells)


def test_financial_years_spelt_in_two_ways_are_the_same_year():
    cells = read_cells(CASES / "periods_2022-23.csv", CASES / "population_2022_23_slash.csv", **IMD)
    assert "K15" in rules(cells)
    assert cells["population"].sum() == base()[1]["population"].sum()


@pytest.mark.parametrize(("name", "options", "first"), [
    ("series_day_month_year", {}, "2018-01-01"),
    ("series_day_month_year", {"day_first": True}, "2018-01-01"),
    ("series_weeks_ending_friday", {"week": "ending"}, "2019-12-28"),
])  # fmt: skip
def test_dates_are_read_from_the_command_line(name, options, first):
    series = read_series_as_asked(CASES / f"{name}.csv", Choices("interruption", options))
    assert series["period"].values[0] == np.datetime64(first)


def test_weeks_that_end_on_a_friday_are_asked_about_with_both_answers():
    with pytest.raises(EquityDataError, match="week='starting' or week='ending'"):
        read_series(CASES / "series_weeks_ending_friday.csv")


@pytest.mark.parametrize(
    ("label", "options"), [("2004-05", {"frequency": "annual"}), ("2004-05", {"frequency": "monthly"})]
)
def test_one_period_that_may_be_either_is_read_as_asked(label, options, tmp_path):
    paths = {name: tmp_path / f"{name}.csv" for name in ("admissions", "population")}
    for frame, path in zip(base(), paths.values(), strict=True):
        rows = frame.assign(period=label)
        if options["frequency"] == "monthly" and "population" in frame:
            rows["population"] = rows["population"] / 12
        rows.to_csv(path, index=False)
    with pytest.raises(EquityDataError, match="K16"):
        read_cells_as_asked(Choices("check", paths))
    assert "period" not in read_cells_as_asked(Choices("check", paths | options)).dims
    assert read_cells(*paths.values(), periods=CellTime(**options), **IMD).sizes["ics"] == 6


def in_deciles(frame, value):
    """Divide quintiles in two, in the words of Hospital Episode Statistics."""
    half = frame[value] // 2
    parts = [(2 * frame["deprivation"] - 2, half), (2 * frame["deprivation"] - 1, frame[value] - half)]
    return pd.concat([frame.assign(deprivation=place.map(HES.__getitem__), **{value: part}) for place, part in parts])


def test_deciles_in_words_become_quintiles_on_request():
    admissions, people = base()
    tenths = read_cells(in_deciles(admissions, "admissions"), in_deciles(people, "population"), **IMD)
    assert tenths.sizes["deprivation"] == 10
    fifths = read_cells(in_deciles(admissions, "admissions"), in_deciles(people, "population"),
                        groups=Deprivation("IMD 2019", quintiles=True))  # fmt: skip
    plain = read_cells(admissions, people, **IMD)
    for name in ("admissions", "population", "expected_admissions"):
        np.testing.assert_allclose(fifths[name], plain[name])
    assert "D09" in rules(fifths)


@pytest.mark.parametrize("label", ["0", "Unknown", ""])
def test_people_whose_quintile_is_not_known_are_left_out_with_their_share(label):
    admissions, people = (frame.astype({"deprivation": str}) for frame in base())
    more = admissions[admissions["deprivation"] == "1"].assign(deprivation=label)
    cells = read_cells(pd.concat([admissions, more]), people, **IMD)
    assert cells["admissions"].sum() == admissions["admissions"].sum()
    said = data_log(cells).set_index("rule").loc["D08", "detail"]
    share = more["admissions"].sum() / (more["admissions"].sum() + admissions["admissions"].sum())
    assert f"{100 * share:.1f} % of admissions" in said


def test_a_scale_where_5_is_the_most_deprived_is_found_out_and_read_when_said():
    turned = [frame.assign(deprivation=6 - frame["deprivation"]) for frame in base()]
    with pytest.raises(EquityDataError, match=r"D01 in cells.*6 known areas.*reversed"):
        read_cells(*turned, **IMD)
    said = read_cells(*turned, groups=Deprivation("IMD 2019", most_deprived=5))
    plain = read_cells(*base(), **IMD)
    np.testing.assert_array_equal(said["admissions"], plain["admissions"])
    stated = read_cells(*turned, groups=Deprivation("IMD 2019", direction="stated"))
    assert "D12" in rules(stated)
    assert rules(plain) & {"D01", "D12"} == set()
