import numpy as np
import pandas as pd
import pytest

from equitymodel.estimands.route_records import total_measures
from equitymodel.report.tables.rows import NO_GAP, NUMBERS
from equitymodel.report.tables.targets_table import targets_table, totals_table
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def targets(quick_fit):
    return targets_table(quick_fit)


@pytest.fixture(scope="module")
def totals(quick_fit):
    return totals_table(quick_fit)


def test_every_target_states_how_likely_it_is_more(targets):
    assert set(NUMBERS) <= set(targets.columns)
    assert set(targets["probability_of"]) == {"more admissions than now"}
    up = targets[targets["route"] == "level_up"]
    assert up["probability"].between(0, 1).all()
    assert targets[targets["route"] == "no_change"]["probability"].isna().all()


def test_zero_sum_estimates_add_up_to_nothing_within_each_scope(targets):
    zero = targets[targets["route"] == "zero_sum"]
    within = zero[zero["scope"] == "ics"].groupby(["ics", "procedure"])["estimate"].sum()
    across = zero[zero["scope"] == "england"].groupby("procedure")["estimate"].sum()
    assert np.abs(within).max() < 1e-8
    assert np.abs(across).max() < 1e-7


def test_level_up_leaves_the_reference_group_alone_and_zero_sum_keeps_the_total(group_results):
    targets = group_results.tables["targets"]
    own = targets[(targets["route"] == "level_up") & (targets["scope"] == "ics")]
    assert own.loc[own["ethnicity"] == "White British", "estimate"].abs().max() < 1e-9
    moved = targets[(targets["route"] == "zero_sum") & (targets["scope"] == "ics")]
    assert moved.groupby(["ics", "procedure"])["estimate"].sum().abs().max() < 1e-6


def test_totals_are_the_medians_of_sums_of_cells_in_each_draw(quick_fit, totals):
    measures = {(item.route, item.scope): item.draws for item in total_measures(quick_fit)}
    row = totals[(totals["ics"] == ALL_ICS) & (totals["route"] == "level_up") & (totals["quantity"] == "total_change")]
    direct = measures["level_up", "ics"].sel(ics=ALL_ICS).median(["chain", "draw"])
    np.testing.assert_allclose(row[row["scope"] == "ics"]["estimate"], direct)


def test_totals_have_what_uncertainty_alone_would_show(totals):
    assert set(totals["quantity"]) == {
        "total_change", "admissions_to_move", "total_change_under_no_gap", "total_shortfall", "core20_shortfall",
        "core20_change",
    }  # fmt: skip
    null = totals[totals["quantity"] == "total_change_under_no_gap"]
    assert set(null["route"]) == {"level_up"}
    assert null["lower"].isna().all()
    assert (null["estimate"] > 0).all()
    assert set(totals["deprivation"]) == {ALL_GROUPS}
    signed = totals["quantity"].isin(["total_shortfall", "core20_shortfall", "core20_change"])
    assert totals.loc[~signed, "probability"].isna().all()
    assert set(totals.loc[totals["quantity"] == "total_shortfall", "probability_of"]) == {"shortfall above 0"}


def test_what_noise_makes_large_is_set_beside_what_no_gap_would_show(totals, targets):
    cut = totals["quantity"].isin(["total_change", "admissions_to_move"])
    cut |= (totals["quantity"] == "core20_change") & (totals["route"] != "zero_sum")
    assert set(totals.loc[cut, "told_apart"]) == {"yes", "no"}
    assert set(totals.loc[~cut, "told_apart"]) == {""}
    assert totals.loc[~cut, NO_GAP[:3]].isna().all(axis=None)
    assert targets.loc[targets["route"].isin(["no_change", "zero_sum"]), "told_apart"].eq("").all()
    up = targets[targets["route"] == "level_up"]
    assert set(up["told_apart"]) == {"yes", "no"}
    assert up.loc[(up["deprivation"] == 5) & (up["scope"] == "ics"), "told_apart"].eq("no").all()


def test_what_no_gap_would_show_stands_in_the_row_of_its_own_total(quick_fit, totals):
    (record,) = (item for item in total_measures(quick_fit) if (item.route, item.scope) == ("level_up", "ics"))
    row = totals[(totals["quantity"] == "total_change") & (totals["route"] == "level_up") & (totals["scope"] == "ics")]
    high = record.without_gap.draws.quantile(0.975, ["chain", "draw"])
    for own in row.itertuples():
        place = {"ics": own.ics, "procedure": own.procedure}
        assert own.no_gap_high == pytest.approx(float(high.sel(place)))
        assert (own.told_apart == "yes") == (float(record.without_gap.of_means.sel(place)) > own.no_gap_high)


def test_measures_at_hand_give_the_same_totals(quick_fit, totals):
    pd.testing.assert_frame_equal(totals_table(quick_fit, list(total_measures(quick_fit))), totals)
