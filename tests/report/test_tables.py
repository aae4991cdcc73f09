import numpy as np
import pytest

from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.estimands.routes import route_change
from equitymodel.report.tables import (
    NUMBERS,
    expected_table,
    gap_measures,
    gaps_table,
    targets_table,
    total_measures,
    totals_table,
)
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.mcmc


@pytest.fixture(scope="module")
def fit(small_fit):
    return small_fit[0]


@pytest.fixture(scope="module")
def gaps(fit):
    return gaps_table(fit, list(gap_measures(fit)))


def test_every_table_carries_its_interval_and_unit(fit, gaps):
    for table in (expected_table(fit), gaps, targets_table(fit), totals_table(fit, list(total_measures(fit)))):
        assert set(NUMBERS) <= set(table.columns)
        assert table["estimate"].notna().all()
        stated = table[table["lower"].notna()]
        assert (stated["lower"] <= stated["estimate"]).all()
        assert (stated["estimate"] <= stated["upper"]).all()
        assert (stated["interval_probability"] == 0.95).all()
        assert table["unit"].notna().all()


def test_the_headline_gap_has_one_row_an_ics_and_procedure_and_one_for_all(fit, gaps):
    headline = gaps[gaps["measure"] == "rate_ratio"]
    assert len(headline) == (fit.cells.sizes["ics"] + 1) * fit.cells.sizes["procedure"]
    assert not headline.duplicated(["ics", "procedure"]).any()
    together = headline[headline["ics"] == ALL_ICS].set_index("procedure")["estimate"]
    direct = rate_ratio(pooled_ratio(fit.fitted, fit.expected)).median(["chain", "draw"]).to_series()
    assert together.to_dict() == pytest.approx(direct.to_dict())


def test_national_positions_are_those_of_all_ics_together(fit, gaps):
    """Adding the row for all ICSs must not change the positions or means it is measured by."""
    from equitymodel.estimands.gradients import slope_index
    from equitymodel.estimands.rates import adjusted_rate

    rate = adjusted_rate(fit.fitted, fit.expected, fit.cells["population"]) * 100_000
    direct = slope_index(rate, fit.cells["population"]).median(["chain", "draw"])
    rows = gaps[(gaps["measure"] == "slope_index") & gaps["variant"].str.startswith("national")]
    for row in rows[rows["ics"] != ALL_ICS].itertuples():
        assert row.estimate == pytest.approx(float(direct.sel(ics=row.ics, procedure=row.procedure)))


def test_probabilities_agree_with_intervals(gaps):
    headline = gaps[gaps["measure"] == "rate_ratio"]
    assert (headline["probability"][headline["upper"] < 1] > 0.975 - 1e-9).all()
    assert (headline["probability"][headline["lower"] > 1] < 0.025 + 1e-9).all()


def test_zero_sum_estimates_add_up_to_nothing_within_each_scope(fit):
    table = targets_table(fit)
    zero = table[table["route"] == "zero_sum"]
    within = zero[zero["scope"] == "ics"].groupby(["ics", "procedure"])["estimate"].sum()
    across = zero[zero["scope"] == "england"].groupby("procedure")["estimate"].sum()
    assert np.abs(within).max() < 1e-8
    assert np.abs(across).max() < 1e-7


def test_totals_are_the_sums_of_their_cells_in_each_draw(fit):
    measures = {item.variant: item.draws for item in total_measures(fit)}
    change = route_change(fit.fitted, fit.expected, route="level_up")
    total = measures["level_up, ics"]
    assert np.allclose(total.drop_sel(ics=ALL_ICS), change.sum("deprivation"))
    assert np.allclose(total.sel(ics=ALL_ICS), change.sum(["ics", "deprivation"]))
    table = totals_table(fit, list(total_measures(fit)))
    row = table[
        (table["ics"] == ALL_ICS) & (table["route"] == "level_up") & (table["quantity"] == "total_change")
    ].iloc[0]
    assert row["estimate"] == pytest.approx(float(total.sel(ics=ALL_ICS).median(["chain", "draw"])[0]))


def test_the_share_to_move_has_its_null_beside_it(gaps):
    shares = gaps[gaps["measure"].isin(["share_to_move", "share_to_move_null"])]
    assert shares.groupby(["ics", "procedure"]).size().eq(2).all()
