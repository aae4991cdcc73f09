import numpy as np
import pytest
import xarray as xr

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.lasting_share import LASTS, LASTS_SHORT, lasting_share_measures
from equitymodel.vocabulary import ALL_ICS
from tests.estimands.strategies import label

pytestmark = pytest.mark.unit
NEED = label([[100.0, 100.0], [50.0, 50.0]], ("ics", "deprivation"))
NONE = label([[[[90.0, 100.0], [45.0, 50.0]]]], ("chain", "draw", "ics", "deprivation"))
ALL = label([[[[80.0, 100.0], [60.0, 50.0]]]], ("chain", "draw", "ics", "deprivation"))


def test_both_ends_are_given_with_the_share_they_assume():
    found = {(item.key, item.assumption): item.draws.squeeze() for item in lasting_share_measures(NONE, ALL, NEED)}
    assert found[LASTS, 0.0].sel(ics=["Avon", "Dorset", ALL_ICS]).values.tolist() == pytest.approx([0.9, 0.9, 0.9])
    assert found[LASTS, 1.0].sel(ics=["Avon", "Dorset", ALL_ICS]).values.tolist() == pytest.approx([0.8, 1.2, 14 / 15])
    assert found[LASTS_SHORT, 0.0].sel(ics=["Avon", "Dorset"]).values.tolist() == pytest.approx([10.0, 5.0])
    assert found[LASTS_SHORT, 1.0].sel(ics=["Avon", "Dorset", ALL_ICS]).values.tolist() == pytest.approx([20, -10, 10])


def test_groups_without_order_have_a_row_each():
    turned = [
        values.rename(deprivation="group").assign_coords(group=["Black", "White"]) for values in (NONE, ALL, NEED)
    ]
    gap, short = list(lasting_share_measures(*turned, group=Group("ethnicity", "White")))[:2]
    assert gap.draws["group"].values.tolist() == ["Black"]
    assert short.reference == "reference_group_ics"
    np.testing.assert_allclose(short.draws.squeeze().sel(ics="Avon"), [10.0, 0.0])
    assert isinstance(short.probability, xr.DataArray)
