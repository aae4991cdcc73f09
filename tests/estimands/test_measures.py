import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.estimands.measures import Measure, headline_of, measured, with_all
from equitymodel.vocabulary import ALL_ICS
from tests.estimands.strategies import label, made_fit

pytestmark = pytest.mark.unit


def test_a_record_takes_unit_sign_and_probability_from_the_measure_itself():
    gap = rate_ratio(made_fit())
    record = measured(gap, "rate_ratio_age_sex", quantity="rate_ratio", adjustment="age_sex")
    assert (record.unit, record.sign, record.probability_of) == ("ratio", "more", "below_1")
    np.testing.assert_allclose(record.probability, (gap < 1).mean(["chain", "draw"]))
    assert (record.quantity, record.adjustment, record.headline) == ("rate_ratio", "age_sex", False)
    assert record.draws.attrs == {}


def test_the_quantity_is_the_key_unless_it_is_given():
    assert measured(xr.DataArray(1.0), "rank").quantity == "rank"


def test_a_label_has_the_facts_that_set_a_record_apart():
    record = Measure("total_change", "total_change", xr.DataArray(1.0), route="level_up", scope="ics")
    assert record.label == "total_change (level_up, ics)"


def test_records_know_whether_they_have_draws():
    draws = label(np.ones((1, 2, 3)), ("chain", "draw", "ics"))
    assert measured(draws, "gap").sampled
    assert not measured(draws.mean(["chain", "draw"]), "gap").sampled


def test_the_headline_is_marked_not_named():
    records = [
        Measure("rate_ratio", "rate_ratio", xr.DataArray(1.0)),
        Measure("other", "o", xr.DataArray(2.0), headline=True),
    ]
    assert headline_of(records).key == "other"
    with pytest.raises(OptionError, match="gap_measures"):
        headline_of(records[:1])


def test_all_icss_together_are_a_sum_that_leaves_out_what_is_missing():
    values = label([1.0, np.nan, 3.0], ("ics",))
    assert with_all(values).sel(ics=ALL_ICS).item() == 4.0
    assert bool(with_all(values * np.nan).isnull().all())
    assert "region" not in with_all(values).coords
