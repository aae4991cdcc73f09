import pytest

from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.hexagons import LONGEST, icb_hexagons, short_names

pytestmark = pytest.mark.unit


def apart(table):
    across, down = (table[name].to_numpy()[:, None] - table[name].to_numpy() for name in ("across", "down"))
    return (across**2 + down**2) ** 0.5


def test_every_board_has_a_place_of_its_own():
    table = icb_hexagons()
    assert table.index.tolist() == icb_residents().index.tolist()
    assert not table.isna().any().any()
    distances = apart(table)
    assert distances[distances > 0].min() == pytest.approx(1, abs=0.01)
    assert (distances == 0).sum() == len(table)


def test_every_region_is_in_one_piece():
    for _, region in icb_hexagons().groupby("region"):
        beside = apart(region) < 1.05
        reached = beside[0]
        for _ in region.index:
            reached = beside[reached].any(axis=0)
        assert reached.all()


def test_names_are_short_and_unlike_one_another():
    names = short_names(icb_residents()["ics_name"])
    assert len(set(names)) == 42
    assert max(map(len, names)) <= 24
    assert short_names(["x" * 40]) == ["x" * (LONGEST - 1) + "…"]
