from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.report.explorer.unit_series import counted_series, modelled_series, units_of
from equitymodel.report.plots.interruption_plots import interruption_data
from tests.evaluated import unsound, with_fits

pytestmark = pytest.mark.unit


def test_units_are_all_the_groups_and_those_exposed(controlled_evaluation, units_evaluation, gap_evaluation):
    def named(result):
        return [(unit.kind, unit.label) for unit, _ in units_of(result)]

    assert named(controlled_evaluation) == [
        ("whole", None), ("group", 1), ("group", 2), ("ics", "area 01"), ("ics", "area 02")]  # fmt: skip
    assert named(units_evaluation) == [
        ("whole", None), ("ics", "area 01"), ("ics", "area 02"), ("procedure", "procedure 01"),
        ("procedure", "procedure 02")]  # fmt: skip
    assert [kind for kind, _ in named(gap_evaluation)] == ["whole", "group", "group", "group"]


def test_a_fit_that_may_not_be_published_has_no_series(controlled_evaluation):
    broken = with_fits(controlled_evaluation, parts=unsound(controlled_evaluation.fits.parts))
    assert {unit.kind for unit, _ in units_of(broken)} == {"whole", "group"}


def test_the_whole_and_the_groups_are_those_of_the_pictures(controlled_evaluation):
    made, drawn = modelled_series(controlled_evaluation), interruption_data(controlled_evaluation)
    for whom, group in (("all admissions of the question", "All groups"), ("deprivation group 2", "2")):
        own, same = made[made["whom"] == whom], drawn[drawn["group"] == group]
        np.testing.assert_allclose(own[["with_estimate", "with_lower", "with_upper"]],
                                   same[["fitted", "fitted_lower", "fitted_upper"]])  # fmt: skip
        after = own["without_estimate"].notna().to_numpy()
        np.testing.assert_allclose(own["without_upper"][after], same["counterfactual_upper"][after])


def test_without_it_there_is_nothing_before_the_start(controlled_evaluation):
    made, start = modelled_series(controlled_evaluation), pd.Timestamp(controlled_evaluation.plan.first_start)
    assert (made["without_estimate"].notna() == (made["period"] >= start)).all()


def test_an_ics_is_its_own_draws_added_up(units_evaluation):
    fit = units_evaluation.parts
    own = fit.posterior["fitted"].sel(ics="area 02").sum(["deprivation", "procedure"]).median(["chain", "draw"])
    made = modelled_series(units_evaluation)
    np.testing.assert_allclose(made[made["whom"] == "area 02"]["with_estimate"], own)


def test_every_kind_of_count_adds_up_to_the_exposed_alone(units_evaluation):
    exposed = (
        units_evaluation.series["admissions"].sel(ics=["area 01", "area 02"]).sum(["ics", "deprivation", "procedure"])
    )
    for rows in counted_series(units_evaluation).values():
        np.testing.assert_allclose(rows.groupby("period")["count"].sum(), exposed)


def test_a_period_with_a_count_that_is_not_known_is_left_out_of_all(units_evaluation):
    series = units_evaluation.series
    first = (series["period"] == series["period"][0]) & (series["ics"] == "area 01")
    hidden = series.assign(
        admissions=series["admissions"].where(~first),
        admissions_low=xr.where(first, 1.0, series["admissions"]),
        admissions_high=xr.where(first, 7.0, series["admissions"]),
    )
    found = counted_series(replace(units_evaluation, series=hidden))
    months = {kind: rows["period"].nunique() for kind, rows in found.items()}
    assert set(months.values()) == {series.sizes["period"] - 1}
    of_controls = series.assign(admissions=series["admissions"].where(series["ics"] != "area 03"))
    whole = counted_series(replace(units_evaluation, series=of_controls))["whole"]
    assert len(whole) == series.sizes["period"]
