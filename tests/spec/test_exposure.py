"""Who was exposed and from when: laid out over cells, hashed, refused where it cannot be, and added up by arm."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import SpecError
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.exposure import refuse_unknown
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit
SERIES, _ = simulate_series(Sizes(areas=4, groups=2, procedures=2, periods=36, before=24), seed=1)
PLAN = Interruption("2019-01", exposed={"ics": ("area 02", "area 01")})
STARTS = {"area 02": "2019-04"}


def level(plan):
    return plan.design(SERIES)["level"]


def test_controls_have_no_effect_at_any_time():
    found = level(PLAN)
    assert found.sel(ics=["area 01", "area 02"]).sum("period").values.tolist() == [12, 12]
    assert not found.sel(ics=["area 03", "area 04"]).any()
    design = PLAN.design(SERIES)
    assert not design["after"].sel(ics="area 03").any()
    assert design["after"].dtype == bool


def test_until_its_own_start_an_ics_is_before():
    found = level(replace(PLAN, starts=STARTS)).sum("period")
    assert found.values.tolist() == [12, 9, 0, 0]
    everywhere = level(Interruption("2019-01", starts=STARTS)).sum("period")
    assert everywhere.values.tolist() == [12, 9, 12, 12]


def test_the_washout_is_that_of_the_exposed_and_moves_with_the_start():
    washout = replace(PLAN, starts=STARTS, washout=2).design(SERIES)["washout"]
    at = {ics: np.flatnonzero(washout.sel(ics=ics)).tolist() for ics in SERIES["ics"].values}
    assert at == {"area 01": [24, 25], "area 02": [27, 28], "area 03": [], "area 04": []}


def test_a_cell_is_exposed_where_everything_named_is():
    plan = replace(PLAN, exposed={"ics": ("area 01",), "procedure": ("procedure 02",)})
    exposed = plan.exposed_cells(SERIES)
    assert int(exposed.sum()) == 1
    assert bool(exposed.sel(ics="area 01", procedure="procedure 02"))


def test_the_hash_covers_who_and_when_in_any_order():
    assert PLAN.sha256 == Interruption("2019-01", exposed={"ics": ["area 01", "area 02"]}).sha256
    others = [replace(PLAN, exposed={"ics": ("area 01",)}), replace(PLAN, exposed=None), replace(PLAN, starts=STARTS),
              replace(PLAN, exposed={"procedure": ("area 01", "area 02")})]  # fmt: skip
    assert len({plan.sha256 for plan in (PLAN, *others)}) == 5
    assert replace(PLAN, starts={"area 02": "2019-04-01"}).sha256 == others[2].sha256
    assert {PLAN, others[0]}


def test_a_plan_says_who_was_exposed_and_from_when():
    text = str(replace(PLAN, starts=STARTS))
    assert "Exposed: area 01, area 02. All others are controls." in text
    assert "area 02 from 2019-04-01" in text


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"exposed": {}}, "exposed names nobody"),
        ({"exposed": {"ics": ()}}, "exposed names nobody"),
        ({"exposed": {"ics": "QE1"}}, r"a tuple of labels, such as \('QE1',\)"),
        ({"exposed": {"icb": ("QE1",)}}, r"Did you mean 'ics'\?"),
        ({"exposed": {"deprivation": (1,)}}, "ask outcome='gap'"),
        ({"exposed": {"ics": ("A",)}, "starts": {"B": "2019-04"}}, "B has a start and is not exposed"),
        (
            {"exposed": {"ics": ("A",)}, "starts": {"A": "2019-04"}},
            "nobody starts at the date, 2019-01-01. Say date='2019-04-01'",
        ),
        ({"starts": {"B": "April"}}, "'April' is not a date"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(changes, match):
    with pytest.raises(SpecError, match=match):
        Interruption("2019-01", **changes)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"exposed": {"ics": ("area 1",)}}, r"the series has no ics 'area 1'. Did you mean 'area 01'\?"),
        ({"exposed": {"ics": tuple(SERIES["ics"].values)}}, "nobody is left as a control"),
        ({"starts": {"area 02": "2031-01"}}, "area 02: the intervention of 2031-01-01 lies outside .* is a control"),
        ({"exposed": None, "starts": {"elsewhere": "2019-02"}}, "the series has no ics 'elsewhere'"),
    ],
)
def test_a_declaration_that_does_not_fit_the_series_is_refused(changes, match):
    with pytest.raises(SpecError, match=match):
        replace(PLAN, **changes).design(SERIES)


def test_arms_hold_everything_once():
    arms, plan = add_up_arms(SERIES, replace(PLAN, starts=STARTS))
    assert arms["ics"].values.tolist() == ["exposed from 2019-01-01", "exposed from 2019-04-01", "controls"]
    assert plan.design(arms)["level"].sum("period").values.tolist() == [12, 9, 0]
    for name in ("admissions", "exposure"):
        apart = SERIES[name].sum(["deprivation", "procedure"])
        expected = [
            apart.sel(ics="area 01"),
            apart.sel(ics="area 02"),
            apart.sel(ics=["area 03", "area 04"]).sum("ics"),
        ]
        for arm, values in enumerate(expected):
            np.testing.assert_allclose(arms[name].isel(ics=arm, deprivation=0, procedure=0), values)


def test_arms_by_procedure_keep_groups_and_without_controls_all_is_added_up():
    arms, plan = add_up_arms(SERIES, Interruption("2019-01", exposed={"procedure": ("procedure 01",)}),
                             ("ics", "procedure"))  # fmt: skip
    assert arms["admissions"].shape == (36, 2, 2, 1)
    np.testing.assert_allclose(arms["admissions"].isel(ics=0, procedure=0),
                               SERIES["admissions"].sel(procedure="procedure 01").sum("ics"))  # fmt: skip
    assert plan.exposed == {"ics": ("exposed",)}
    assert add_up_arms(SERIES, Interruption("2019-01"))[0].sizes["ics"] == 1


def test_hidden_counts_of_one_arm_keep_their_bounds():
    first = SERIES["ics"] == "area 01"
    low, high = (SERIES["admissions"].where(~first, bound) for bound in (1.0, 7.0))
    hidden = SERIES.assign(admissions=SERIES["admissions"].where(~first), admissions_low=low, admissions_high=high)
    arms, _ = add_up_arms(hidden, replace(PLAN, exposed={"ics": ("area 01",)}))
    assert arms["admissions_low"].isel(ics=0).values.ravel().tolist() == [4.0] * 36
    assert arms["admissions_high"].isel(ics=0).values.ravel().tolist() == [28.0] * 36
    np.testing.assert_array_equal(arms["admissions_low"].isel(ics=1), arms["admissions_high"].isel(ics=1))


def test_a_placebo_date_moves_every_start_alike():
    moved = replace(PLAN, starts=STARTS).starting(np.datetime64("2018-03-01").item())
    assert str(moved.start) == "2018-03-01"
    assert moved.starts == {"area 02": "2018-06-01"}
    assert moved.exposed == PLAN.exposed


def test_a_series_without_a_column_of_the_exposed_says_so():
    with pytest.raises(SpecError, match="no column ics, so that nobody in it is a control of ics 'QE1'"):
        refuse_unknown(["QE1"], xr.Dataset(coords={"ics": ["All ICSs"]}), "ics")
    with pytest.raises(SpecError, match="no ics 'QE1'"):
        refuse_unknown(["QE1"], xr.Dataset(coords={"ics": ["QOP", "QYG"]}), "ics")
