"""Periods of several tables are matched by their text or their days, fitted together or added up."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.match_periods import PeriodPlan
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import EquityDataError, OptionError
from tests.data.changes import MONTHS, chain, for_periods, needed, only, read

pytestmark = pytest.mark.unit

BOTH = ("admissions", "population")
TWO_YEARS = [f"{day:%Y-%m}" for day in pd.date_range("2021-04-01", periods=24, freq="MS")]


def share(parts):
    """Divide people by the number of periods."""
    return lambda tables: {**tables, "population": tables["population"].assign(
        population=tables["population"]["population"].astype(float) / parts)}  # fmt: skip


def test_spellings_of_a_period_may_differ_between_tables(tables):
    change = chain(for_periods(["2021-22", "2022-23"], "admissions"),
                   for_periods(["2021/22", "2022/23"], "population"))  # fmt: skip
    cells = read(change(tables))
    assert cells["period"].values.tolist() == ["2021-22", "2022-23"]
    log = data_log(cells)
    assert log["rule"].tolist() == ["K15"]
    assert log["rows"][0] == "'2021/22' in population is '2021-22'; '2022/23' in population is '2022-23'"


def test_months_become_years_and_the_log_says_so(tables):
    cells = read(chain(for_periods(TWO_YEARS, *BOTH), share(12))(tables))
    one = read(tables)
    assert cells["period"].values.tolist() == ["2021/22", "2022/23"]
    np.testing.assert_allclose(cells["admissions"].isel(period=0), 12 * one["admissions"])
    np.testing.assert_allclose(cells["population"].isel(period=1), one["population"])
    log = data_log(cells)
    assert log["rule"].tolist() == ["K12", "P13"]
    assert log["detail"][0] == "24 periods, 2021-04 among them, to 2021/22, 2022/23"


def test_months_of_one_year_give_cells_without_years_that_name_it(tables):
    cells = read(chain(for_periods(MONTHS, "admissions"), for_periods(["2022"], "population"))(tables))
    assert "period" not in cells.dims
    assert CellFacts.of(cells).periods == ("2022",)


def test_quarters_stay_quarters_only_if_asked(tables):
    quarters = [f"2022 Q{number}" for number in (1, 2, 3, 4)]
    change = chain(for_periods(quarters, *BOTH), share(4))
    kept = read(change(tables), periods="quarters")
    assert kept["period"].values.tolist() == quarters
    assert kept["period_years"].values.tolist() == [0.25] * 4
    assert CellFacts.of(read(change(tables))).periods == ("2022",)


def test_periods_are_added_up_on_request_and_named(tables):
    cells = read(for_periods(["2022", "2021"], *BOTH)(tables), periods="add_up")
    assert "period" not in cells.dims
    assert CellFacts.of(cells).periods == ("2021", "2022")
    np.testing.assert_allclose(cells["admissions"], 2 * read(tables)["admissions"])


def test_labels_without_a_meaning_can_be_added_up(tables):
    cells = read(for_periods(["before", "after"], *BOTH)(tables), periods="add_up")
    assert CellFacts.of(cells).periods == ("after", "before")


def test_one_period_is_no_dimension_whatever_it_is_called(tables):
    cells = read(for_periods(["the year of the study"], *BOTH)(tables))
    assert CellFacts.of(cells).periods == ("the year of the study",)
    assert cells.drop_attrs().identical(read(tables).drop_attrs())


def test_people_without_a_period_are_shared_out_by_length(tables):
    cells = read(for_periods(["2021", "2022", "2024"], "admissions")(tables))
    np.testing.assert_allclose(cells["population"].isel(period=0), read(tables)["population"] / 3)
    log = data_log(cells)
    assert log["rule"].tolist() == ["P06"]
    assert log["detail"][0] == "3 periods of admissions; each has the share of its length"


def test_need_without_a_period_holds_for_all(tables):
    cells = read(chain(for_periods(["2021", "2022"], *BOTH), needed("1.1"))(tables))
    assert cells["need_ratio"].dims == ("ics", "deprivation", "procedure", "period")
    assert (cells["need_ratio"] == 1.1).all()


def test_need_of_each_period_is_its_own(tables):
    years = chain(needed("1.1"), for_periods(["2021/22", "2022/23"], *BOTH, "need"))(tables)
    later = years["need"]["period"] == "2022/23"
    years["need"] = years["need"].assign(need_ratio=years["need"]["need_ratio"].where(~later, "1.2"))
    assert read(years)["need_ratio"].isel(ics=0, deprivation=0, procedure=0).values.tolist() == [1.1, 1.2]


def test_need_of_the_one_period_may_name_it(tables):
    cells = read(chain(needed("1.1"), for_periods(["2022"], *BOTH, "need"))(tables))
    assert cells["need_ratio"].dims == ("ics", "deprivation", "procedure")


def test_a_month_absent_from_a_year_is_what_an_absent_row_means(tables):
    """Bounds are those of its own year alone: one of six strata lacks one month, so up to 4 more."""
    change = chain(for_periods(TWO_YEARS, "admissions"), for_periods(["2021/22", "2022/23"], "population"),
                   only("admissions", "index != 0 or period != '2021-06'"))  # fmt: skip
    cells = read(change({**tables, "admissions": tables["admissions"].assign(admissions="20")}),
                 small_numbers=SmallNumbers("lt5", absent="suppressed"))  # fmt: skip
    place = {"ics": "E54000025", "deprivation": 1, "procedure": "hip"}
    ends = [cells[name].sel(place).values.tolist() for name in ("admissions_low", "admissions_high")]
    assert ends == [[6 * 240 - 20, 6 * 240], [6 * 240 - 20 + 4, 6 * 240]]


def test_a_cell_absent_from_a_whole_year_is_as_many_absent_rows_as_it_has_months(tables):
    change = chain(for_periods(TWO_YEARS, "admissions"), for_periods(["2021/22", "2022/23"], "population"),
                   only("admissions", "index != 0 or period < '2022-04'"))  # fmt: skip
    cells = read(change({**tables, "admissions": tables["admissions"].assign(admissions="20")}),
                 small_numbers=SmallNumbers("lt5", absent="suppressed"))  # fmt: skip
    place = {"ics": "E54000025", "deprivation": 1, "procedure": "hip", "period": "2022/23"}
    assert cells["admissions_high"].sel(place).item() == 5 * 240 + 12 * 4


def test_periods_in_one_table_only_are_named_with_a_way_out(tables):
    change = chain(for_periods(["2021", "2022"], "admissions"), for_periods(["2022", "2023"], "population"))
    with pytest.raises(EquityDataError, match="K11") as error:
        read(change(tables))
    assert "2023 is only in population" in str(error.value)
    assert "2021 is only in admissions" in str(error.value)


def test_a_population_that_covers_part_of_a_year_is_refused(tables):
    change = chain(
        for_periods(["2021", "2022"], "admissions"),
        for_periods([*(month.replace("2022", "2021") for month in MONTHS), *MONTHS[:6]], "population"),
    )
    with pytest.raises(EquityDataError, match="2022 is only in admissions"):
        read(change(tables))


def test_words_without_a_meaning_are_refused(tables):
    with pytest.raises(OptionError, match="Did you mean 'years'"):
        read(tables, periods="yeers")


def test_a_plan_without_periods_leaves_cells_alone(clean):
    assert PeriodPlan().label_time(clean) is clean
    assert PeriodPlan().parts() == 1


def test_a_calendar_year_is_no_financial_year(tables):
    change = chain(for_periods(["2021/22", "2022/23"], "admissions"), for_periods(["2021", "2022"], "population"))
    with pytest.raises(EquityDataError, match="2022 is only in population"):
        read(change(tables))
