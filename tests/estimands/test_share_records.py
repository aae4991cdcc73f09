import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.estimands.share_records import ADMISSION_SHARES, share_measures, shares_over_years
from equitymodel.estimands.yearly_admissions import YearlyAdmissions
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES
from tests.estimands.years_world import yearly_fit

pytestmark = pytest.mark.unit
RATIO = np.array([[[[0.8, 1.2], [1.0, 1.0]], [[1.2, 0.8], [1.0, 1.0]]]])
"""One ICS, two groups: in hips the most deprived rise from 0.8 to 1.2, the least fall; knees stay."""


def by_key(fit, **given):
    found = {}
    for item in share_measures(fit, **given):
        places = tuple(item.draws["ics"].values), tuple(item.draws["procedure"].values)
        found[(item.key, *places)] = item.draws.isel({d: 0 for d in ("chain", "draw") if d in item.draws.dims})
    return found


def test_shares_of_admissions_against_need_by_hand():
    """Hips: 80 and 120 of 200, later 120 and 80; with knees 180 and 220 of 400. Need is half throughout."""
    found = by_key(yearly_fit(RATIO))
    both, one = (("Avon", ALL_ICS), (ALL_PROCEDURES,)), ((ALL_ICS,), ("hip", "knee"))
    hips = found[("share_of_admissions", *one)].sel(ics=ALL_ICS, procedure="hip", deprivation=1)
    assert hips.values.tolist() == pytest.approx([0.4, 0.6])
    whole = found[("share_of_admissions", *both)].sel(ics="Avon", procedure=ALL_PROCEDURES, deprivation=1)
    assert whole.values.tolist() == pytest.approx([0.45, 0.55])
    away = found[("admissions_less_need", *both)].sel(ics="Avon", deprivation=2).squeeze()
    assert away.values.tolist() == pytest.approx([0.05, -0.05])
    change = found[("admissions_less_need_change", *one)].squeeze()
    assert change.sel(procedure="hip").values.tolist() == pytest.approx([0.2, -0.2])
    assert change.sel(procedure="knee").values.tolist() == pytest.approx([0.0, 0.0])
    assert found[("share_of_need_change", *both)].squeeze().sel(ics="Avon").values.tolist() == [0.0, 0.0]


def test_spending_weighs_procedures_by_their_costs():
    """A hip at 3, a knee at 1: 3 x 80 + 100 = 340 of 800, later 3 x 120 + 100 = 460."""
    found = by_key(yearly_fit(RATIO), unit_costs={"hip": 3.0, "knee": 1.0})
    place = (("Avon", ALL_ICS), (ALL_PROCEDURES,))
    spent = found[("share_of_spending", *place)].sel(ics="Avon", deprivation=1).squeeze()
    assert spent.values.tolist() == pytest.approx([340 / 800, 460 / 800])
    need = found[("share_of_need_weighted_spending", *place)]
    assert np.allclose(need, 0.5)
    assert found[("spending_less_need_change", *place)].sel(ics="Avon").squeeze().values.tolist() == pytest.approx(
        [0.15, -0.15]
    )


def test_a_share_that_follows_need_has_no_difference():
    expected = np.array([[[[100.0, 300.0]], [[100.0, 100.0]]]])
    found = by_key(yearly_fit(np.ones((1, 2, 1, 2)), expected=expected))
    place = (("Avon", ALL_ICS), ("hip",))
    assert found[("share_of_need_change", *place)].squeeze().sel(ics="Avon").values.tolist() == [0.25, -0.25]
    assert found[("share_of_admissions_change", *place)].squeeze().sel(ics="Avon").values.tolist() == [0.25, -0.25]
    assert np.abs(found[("admissions_less_need_change", *place)]).max() == 0.0


def test_changes_are_paired_draw_by_draw():
    """The level of all groups differs from draw to draw, which shares do not see."""
    fit = yearly_fit(RATIO, draws=[[0.5, 1.0], [1.0, 1.0], [2.0, 1.0]])
    change = next(item for item in share_measures(fit) if item.key == "admissions_less_need_change")
    assert float(change.draws.std("draw").max()) < 1e-12
    assert set(np.unique(change.probability)) == {0.0, 1.0}


def test_need_that_is_known_has_no_draws():
    need = next(item for item in share_measures(yearly_fit(RATIO)) if item.key == "share_of_need")
    assert not need.sampled


def test_a_cost_for_every_procedure_is_asked_for():
    with pytest.raises(OptionError, match="no unit cost for procedure 'knee'"):
        list(share_measures(yearly_fit(RATIO), {"hip": 3.0}))


def test_shares_of_groups_without_order():
    years = YearlyAdmissions.of(yearly_fit(RATIO, group="ethnicity"))
    found = list(shares_over_years(years.fitted, years.expected, ADMISSION_SHARES))
    assert [item.key for item in found[:3]] == ["share_of_admissions", "share_of_need", "admissions_less_need"]
    assert found[0].draws["group"].values.tolist() == ["Black", "White"]
