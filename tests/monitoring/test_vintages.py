import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.vintages import Vintage, Vintages, labels_of, vintage_rows
from equitymodel.simulate.simulated_cells import simulate_cells
from tests.monitoring.small_counts import rows

pytestmark = pytest.mark.unit


def test_a_vintage_that_says_nothing_new_is_not_added():
    kept = Vintages().with_new(Vintage("2026-02-20", rows([4, 5])))
    assert kept.with_new(Vintage("2026-03-20", rows([4, 5]))) is kept
    assert len(kept.with_new(Vintage("2026-03-20", rows([4, 5, 6]))).kept) == 2


def test_two_tables_of_one_day_are_two_vintages():
    kept = Vintages().with_new(Vintage("2026-02-20", rows([4]))).with_new(Vintage("2026-02-20", rows([6])))
    assert kept.table[["number", "count"]].values.tolist() == [[1, 4.0], [2, 6.0]]


def test_a_table_of_an_earlier_day_is_refused():
    kept = Vintages().with_new(Vintage("2026-02-20", rows([4])))
    with pytest.raises(OptionError, match=r"of 2026-02-19, before the last that is kept \(2026-02-20\)"):
        kept.with_new(Vintage("2026-02-19", rows([5])))


@pytest.mark.parametrize("day", ["February 2026", "2026-02-30", "", "20260220", "2026-W08-5"])
def test_a_day_is_a_day(day):
    with pytest.raises(OptionError, match="YYYY-MM-DD"):
        Vintage(day, rows([1]))


def test_there_is_no_last_of_none():
    with pytest.raises(OptionError, match="no vintage"):
        _ = Vintages().last


def test_cells_without_periods_are_of_one_period_and_what_is_not_offered_is_not_kept():
    cells, _ = simulate_cells(areas=3, seed=1)
    offered = cells["offered"].copy()
    offered[0, 0, 0] = False
    kept = vintage_rows(cells.assign(offered=offered))
    assert set(kept["period"]) == {"all"}
    assert len(kept) == cells["admissions"].size - 1
    assert labels_of(kept) == ["period", "ics", "deprivation", "procedure"]


def test_a_hidden_count_keeps_its_bounds(small_series):
    low = small_series["admissions"].copy()
    hidden = small_series["admissions"].copy()
    hidden[3] = np.nan
    low[3] = 1.0
    high = low.copy()
    high[3] = 7.0
    kept = vintage_rows(small_series.assign(admissions=hidden, admissions_low=low, admissions_high=high))
    assert np.isnan(kept.loc[3, "count"])
    assert kept.loc[3, ["low", "high"]].tolist() == [1.0, 7.0]
