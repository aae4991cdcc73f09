import pandas as pd
import pytest

from equitymodel.data.tables.areas import icb_residents
from equitymodel.errors import OptionError
from equitymodel.report.peers import find_peers
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def boards():
    table = icb_residents().reset_index()[["ics", "ics_name", "region"]]
    return pd.concat([table, pd.DataFrame([[ALL_ICS] * 3], columns=table.columns)])


def test_peers_of_the_region_are_named(boards):
    peers = find_peers("region", "Greater Manchester", boards)
    assert peers.words == "The other ICSs of North West: Cheshire and Merseyside; Lancashire and South Cumbria."
    assert peers.codes == ("E54000008", "E54000048")


def test_the_nearest_are_listed_with_their_distance(boards):
    peers = find_peers("nearest", "Devon", boards)
    assert len(peers.codes) == 10
    assert "by deprivation, age and size" in peers.words
    assert peers.words.count("(") == 10
    fewer = find_peers("nearest", "Devon", boards[~boards["ics"].isin(peers.codes[:2])])
    assert len(fewer.codes) == 8
    assert "2 more are not in these results" in fewer.words


def test_all_others_or_a_list_of_ones_own(boards):
    assert len(find_peers("england", "Devon", boards).codes) == 41
    own = find_peers(["Dorset", "Somerset", "Devon"], "Devon", boards)
    assert own.words == "ICSs chosen: Dorset; Somerset."
    assert find_peers("region", ALL_ICS, boards).words == "Each of 42 ICSs."


def test_a_region_of_one_has_no_peers(boards):
    alone = boards[boards["ics_name"].isin(["Devon", "Sussex"])]
    assert find_peers("region", "Devon", alone).codes == ()


def test_what_there_is_not_is_refused(boards):
    with pytest.raises(OptionError, match="Did you mean 'nearest'"):
        find_peers("neares", "Devon", boards)
    with pytest.raises(OptionError, match="no ICS 'Devom'"):
        find_peers("region", "Devom", boards)
