import numpy as np
import pytest

from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.nearest_areas import nearest_areas
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


def test_the_distance_is_that_which_is_documented():
    """Worked out again, pair by pair, for one board."""
    people = icb_residents().filter(like="quintile_")
    shares = people.div(people.sum(axis=1), axis=0)
    size = np.log(people.sum(axis=1))
    pairs = [(one, two) for number, one in enumerate(people.index) for two in people.index[:number]]
    deprived = {pair: (shares.loc[pair[0]] - shares.loc[pair[1]]).clip(lower=0).sum() for pair in pairs}
    sized = {pair: abs(size[pair[0]] - size[pair[1]]) for pair in pairs}
    found = nearest_areas("E54000062", 41).set_index("ics")["distance"]
    without_age = {
        pair: deprived[pair] / np.mean(list(deprived.values())) + sized[pair] / np.mean(list(sized.values()))
        for pair in pairs
        if "E54000062" in pair
    }
    rest = [found[one if two == "E54000062" else two] - far for (one, two), far in without_age.items()]
    assert min(rest) >= -1e-9
    assert max(rest) > 0.5


def test_the_mean_distance_of_all_pairs_is_three():
    every = [nearest_areas(code, 41)["distance"].mean() for code in icb_residents().index]
    assert np.mean(every) == pytest.approx(3)


def test_codes_are_of_the_kind_that_was_given():
    ons, nhs = nearest_areas("E54000037"), nearest_areas("QJK")
    assert ons["ics_name"].tolist() == nhs["ics_name"].tolist()
    assert nhs["ics"].str.startswith("Q").all()
    assert len(ons) == 10
    assert ons["distance"].is_monotonic_increasing


def test_an_area_that_is_no_board_is_refused_with_a_way_out():
    with pytest.raises(OptionError, match="compare with 'region' or 'england'"):
        nearest_areas("area 01")
