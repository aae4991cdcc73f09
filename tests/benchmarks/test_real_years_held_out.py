from types import SimpleNamespace

import numpy as np
import pytest
import real_years_held_out
import xarray as xr
from real_years_held_out import BEFORE, SMALL, fit, held, held_out, load, predictions, quantities, residuals
from real_years_tables import PLACE

import equitymodel as em
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


def array(values):
    values = np.asarray(values, dtype=float)
    return xr.DataArray(
        values[:, :, None], dims=PLACE,
        coords={"ics": list("ab")[: len(values)], "deprivation": range(1, values.shape[1] + 1), "procedure": ["p"]},
    )  # fmt: skip


POSITION = xr.DataArray([1 / 6, 1 / 2, 5 / 6], dims="deprivation", coords={"deprivation": [1, 2, 3]})


@pytest.fixture
def found():
    counts, expected = array([[20, 30, 10], [5, 5, 0]]), array([[20, 20, 20], [5, 5, 5]])
    return quantities(counts, expected, array([[1, 1, 1], [1, 1, 0]]) == 1, POSITION)


def test_zero_sum_changes_add_up_to_nothing_in_each_area(found):
    np.testing.assert_allclose(found["zero_sum"].values[0].ravel(), [0, -10, 10])
    np.testing.assert_allclose(found["zero_sum"].sum("deprivation"), 0, atol=1e-12)


def test_shares_are_of_the_cells_that_are_scored(found):
    np.testing.assert_allclose(found["within area"].values[0].ravel(), [1 / 3, 1 / 2, 1 / 6])
    assert np.isnan(found["counts"].values[1, 2, 0])


def test_a_gap_is_most_against_least_deprived_where_both_are_scored(found):
    np.testing.assert_allclose(found["gap"].values[0], np.log(2))
    assert found["gap"].isnull().values[1].all()


def test_the_slope_of_a_straight_line_is_its_slope():
    expected = array([[10, 20, 30]])
    counts = expected * np.exp(-0.6 * POSITION)
    slope = quantities(counts, expected, expected > 0, POSITION)["slope"]
    np.testing.assert_allclose(slope, -0.6)


def test_no_admissions_count_as_half_an_admission_in_logs():
    gap = quantities(array([[0, 1, 1]]), array([[1, 1, 1]]), array([[1, 1, 1]]) == 1, POSITION)["gap"]
    np.testing.assert_allclose(gap, np.log(SMALL))


def test_intervals_hold_or_miss_on_a_side():
    draws = xr.DataArray(np.linspace(0, 100, 101)[None, :, None, None, None] + np.zeros((1, 1, 2, 3, 1)),
                         dims=("chain", "draw", *PLACE), coords=array(np.zeros((2, 3))).coords)  # fmt: skip
    table = held(draws, array([[-1, 4, 10], [60, 101, np.nan]])).set_index("place")
    assert table["inside 90"].tolist() == [0, 0, 1, 1, 0]
    assert table["inside 95"].tolist() == [0, 1, 1, 1, 0]
    assert table["inside 50"].tolist() == [0, 0, 0, 1, 0]
    assert table["below 90"].tolist() == [1, 1, 0, 0, 0]
    assert table["width 90"].iloc[0] == pytest.approx(90)
    assert table.loc["b, 2, p", "area"] == "b"


def test_residuals_are_nothing_where_counts_are_as_fitted():
    ratio = array([[1, 2, 3]]).expand_dims(chain=1, draw=2)
    np.testing.assert_allclose(residuals(ratio, array([[10, 20, 30]]), array([[10, 10, 10]])), 0)


def test_the_mean_of_next_year_is_scaled_to_its_expected_admissions(monkeypatch):
    monkeypatch.setattr(real_years_held_out, "draw_next_mean", lambda *given, seed: given[3] * 10 + seed)
    monkeypatch.setattr(real_years_held_out, "draw_predicted", lambda mean, *_, **__: mean)
    ratio = array([[1, 1, 1]]).expand_dims(chain=1, draw=2)
    cells = xr.Dataset(coords={"period_years": ("period", [1.0, 2.0])})
    years = xr.concat([array([[1, 1, 1]]), array([[20, 20, 20]])], "period")
    fitted = SimpleNamespace(spec=None, ratio=ratio, expected=years, cells=cells, posterior=xr.Dataset(), fitted=ratio)
    _, drawn = predictions(fitted, array([[30, 30, 30]]), 2)
    np.testing.assert_allclose(drawn["next_year"], 36)


def test_a_prior_on_the_share_that_lasts_can_be_replaced_where_there_is_one(monkeypatch):
    with pytest.raises(OptionError, match="no prior on the share"):
        load("gap_by_procedure", (2.0, 1.0))
    read = []
    monkeypatch.setattr(
        real_years_held_out, "text_of_model", lambda _: 'x = 1\nshare_that_lasts = { family = "beta", a = 2, b = 1 }\n'
    )
    monkeypatch.setattr(real_years_held_out, "read_spec", read.append)
    load("any", (1.0, 1.5))
    assert read == ['x = 1\nshare_that_lasts = { family = "beta", a = 1.0, b = 1.5 }\n']


def test_every_share_of_the_default_model_can_be_replaced_and_that_of_before_has_none():
    shares = [effect.share_that_lasts for effect in load("need_adjusted", (1.0, 1.5)).effects]
    assert {str(share) for share in shares if share} == {"Beta(1, 1.5)"}
    assert load(BEFORE, (1.0, 1.0)) == em.load_model(BEFORE)


def test_years_seen_are_apart_but_for_the_model_of_before(monkeypatch):
    seen = []
    monkeypatch.setattr(real_years_held_out.em, "fit_model", lambda _spec, cells, **_: seen.append(cells))
    monkeypatch.setattr(real_years_held_out, "summed", lambda _: "added up")
    one, two, of_two = ([1.0], [1.0, 1.0], [2.0])
    for model, length in ((BEFORE, two), ("need_adjusted", two), ("need_adjusted", one), ("need_adjusted", of_two)):
        fit(model, None, xr.Dataset(coords={"period_years": ("period", length)}), 1)
    assert [isinstance(cells, str) for cells in seen] == [True, False, True, False]


def test_a_real_hold_out_has_every_quantity(open_data, monkeypatch):
    monkeypatch.setattr(real_years_held_out, "SETTINGS", em.Laplace(draws=50, points=32, enough_points=8, cores=1))
    table = held_out(str(open_data), "units", 0, BEFORE, None, 1)
    sizes = table.groupby(["predictive", "quantity"]).size()
    assert sizes["next_year"].to_dict() == {"counts": 40, "gap": 8, "slope": 8, "within area": 40, "zero_sum": 40}
    assert table.loc[table["quantity"] == "counts", ["before", "after", "after, own fit"]].notna().all(axis=None)
    assert table.loc[table["quantity"] == "gap", "fitted gap"].notna().all()
